"""`neoncard user`: the people who sign in."""

from __future__ import annotations

import sys

import click

from neoncard import commands
from neoncard.commands.init import mail_address, one_password, weak

ROLES = ("agent", "counter", "lead", "host", "admin")


@click.group(name="user")
def command() -> None:
    """Add the people who work here."""


@command.command(name="add")
@click.argument("email")
@click.option("--name", help="Their name. Default: the part of the address before the @.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice(ROLES), help="Default: agent. Repeatable."
)
@click.option("--team", help="Their team; made if there is none of that name.")
@click.option(
    "--handle",
    "handles",
    multiple=True,
    metavar="SOURCE:ID",
    help="Their id in another system, so that an import knows whose conversation it is. Repeatable.",
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(
    email: str,
    name: str | None,
    roles: tuple[str, ...],
    team: str | None,
    handles: tuple[str, ...],
    password_stdin: bool,
) -> int:
    """Add a person. Without a password, one is made and printed this once.

    \b
    Examples:
      neoncard user add ines@example.org --name "Ines Duarte" --team Desk
      neoncard user add lena@example.org --role lead --role host
      neoncard user add amir@example.org --handle import:agent-17
      pass show lena | neoncard user add lena@example.org --password-stdin
    """
    pairs = [_pair(handle) for handle in handles]
    commands.ready()
    from django.db import transaction

    from neoncard.people import actions, queries

    organisation = queries.organisation()
    if organisation is None:
        raise click.ClickException("there is no company yet: run `neoncard init`")
    mail_address(email)
    password = _from_stdin() if password_stdin else one_password()
    try:
        with transaction.atomic():
            joins = (
                actions.add_team(by="command", organisation=organisation, name=team)
                if team
                else None
            )
            actions.add_member(
                by="command",
                organisation=organisation,
                email=email,
                name=name or email.split("@")[0],
                team=joins,
                roles=roles or ("agent",),
                password=password,
                handles=pairs,
            )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Added {email.strip().lower()}.")
    if not password_stdin:
        click.echo(f"Password, shown this once: {password}")
    return 0


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--only", is_flag=True, help="Whoever works here and is not in FILE has left.")
@click.option("--do", is_flag=True, help="Do it. Without it, only say what would be done.")
def bring_in(file: str, only: bool, do: bool) -> int:
    """Bring in a list of people: who joins, changes, comes back or leaves. FILE is a CSV, `-` standard input.

    Its first line names the columns: email, and any of name, team, roles, active, ids. Without --do nothing is
    changed. Exits 1 when a line is wrong; then nothing is done.

    \b
    Examples:
      neoncard user import people.csv
      neoncard user import people.csv --only --do
    """
    commands.ready()
    from neoncard.people import actions, queries, rules

    organisation = queries.organisation()
    if organisation is None:
        raise click.ClickException("there is no company yet: run `neoncard init`")
    with click.open_file(file, encoding="utf-8-sig", errors="replace") as stream:
        listed, wrong = rules.read(stream.read())
    plan = rules.plan(listed, queries.as_listed(organisation), only=only, wrong=wrong)
    for line, why in plan.wrong:
        click.echo(f"line {line}: {why.say()}", err=True)
    if plan.wrong:
        return 1
    for change in plan.changes:
        more = "; ".join(
            f"{name}: {before or '-'} -> {after or '-'}" for name, before, after in change.details
        )
        click.echo(f"{change.what:7}{change.person.email}{'  ' if more else ''}{more}")
    click.echo(f"{len(plan.changes)} to change, {plan.same} as they are.")
    if not do:
        return 0
    refused = actions.apply_all(by="command", organisation=organisation, changes=plan.changes)
    for email, reason in refused:
        click.echo(f"{email}: {reason}", err=True)
    return 1 if refused else 0


def _pair(handle: str) -> tuple[str, str]:
    source, colon, ext_id = handle.partition(":")
    if not (source and colon and ext_id):
        raise click.UsageError(f"--handle {handle!r} is not SOURCE:ID, like import:agent-17")
    return source, ext_id


def _from_stdin() -> str:
    password = sys.stdin.readline().rstrip("\n")
    if why := weak(password):
        raise click.ClickException(why)
    return password
