"""`neoncard init`: a new installation, or a newer version over an old one."""

from __future__ import annotations

import secrets

import click

from neoncard import commands


@click.command(name="init")
@click.option("--no-input", is_flag=True, help="Ask nothing; print the admin's password once.")
@click.option("--company", help="The company's name.")
@click.option("--zone", help="Its time zone, an IANA name. Default: UTC.")
@click.option("--email", help="The first admin's mail address. Default: admin@localhost.")
@click.option("--name", help="The first admin's name. Default: Admin.")
@click.option(
    "--demo", is_flag=True, help="Build the demo company instead, if there is no company yet."
)
def command(
    no_input: bool,
    company: str | None,
    zone: str | None,
    email: str | None,
    name: str | None,
    demo: bool,
) -> int:
    """Set up this installation: data folder, keys, database, company, first admin.

    Run it again after an update: it brings the database along and changes nothing else.

    \b
    Examples:
      neoncard init
      neoncard init --no-input --company "Harbour Lines" --email ada@example.org
      neoncard init --demo
    """
    commands.boot()
    from django.core.management import call_command

    from neoncard.kit import health
    from neoncard.people import queries

    found = health.database()
    if not found.ok:
        raise click.ClickException(f"database: {found.seen}: {found.mend}")
    missing = len(health.unapplied())
    if missing:
        call_command("migrate", interactive=False, verbosity=0)
    organisation = queries.organisation()
    if organisation and organisation.demo and not demo:
        raise click.ClickException(
            "this data folder holds the demo company: for a real start, set NEONCARD_HOME to another one"
        )
    if organisation:
        click.echo(f"{organisation.name} is set up; {missing} changes made to the database.")
    elif demo:
        _build_demo()
    else:
        _found(no_input=no_input, company=company, zone=zone, email=email, name=name)
    return 0


def _build_demo() -> None:
    import sys

    from neoncard import demo

    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=100, label="building the demo company", file=sys.stderr, hidden=hidden
    ) as bar:
        demo.build(lambda done, total: bar.update(max(0, done * 100 // total - bar.pos)))
    click.echo("The demo company is built.")


def _found(
    *, no_input: bool, company: str | None, zone: str | None, email: str | None, name: str | None
) -> None:
    from django.db import transaction

    from neoncard.design.actions import install_starters
    from neoncard.people import actions
    from neoncard.people.tables import Role

    def ask(given: str | None, question: str, default: str) -> str:
        return given or (default if no_input else str(click.prompt(question, default=default)))

    company = ask(company, "The company's name", "Our company")
    zone = known_zone(ask(zone, "Its time zone", "UTC"))
    email = mail_address(ask(email, "Your mail address", "admin@localhost"))
    name = ask(name, "Your name", "Admin")
    password = one_password() if no_input else choose_password()
    with transaction.atomic():
        organisation = actions.found(name=company, zone=zone)
        actions.add_member(
            by="init",
            organisation=organisation,
            email=email,
            name=name,
            roles=[Role.Name.ADMIN],
            password=password,
        )
        install_starters(organisation)
    click.echo(f"{company} is set up. Sign in as {email}.")
    if no_input:
        click.echo(f"Password, shown this once: {password}")
    click.echo("Next: neoncard serve")


def known_zone(zone: str) -> str:
    """The zone, if there is one of that name. Raises ClickException."""
    import zoneinfo

    if zone not in zoneinfo.available_timezones():
        raise click.ClickException(f"there is no time zone {zone!r}: use a name like Europe/Berlin")
    return zone


def mail_address(email: str) -> str:
    """The address, if it can be one. Raises ClickException."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(email)
    except ValidationError:
        mend = "use one like ada@example.org"
        raise click.ClickException(f"{email!r} is not a mail address: {mend}") from None
    return email


def one_password() -> str:
    """A password to hand over: four groups of four letters and digits that don't look alike, 80 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def choose_password() -> str:
    """Ask for a password twice until it is a good one."""
    while True:
        password = str(click.prompt("A password", hide_input=True, confirmation_prompt="Again"))
        if not (why := weak(password)):
            return password
        click.echo(why, err=True)


def weak(password: str) -> str:
    """What is wrong with a password, in one line; "" when nothing is."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
