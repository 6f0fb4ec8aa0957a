"""`neoncard customer`: what we hold about a customer, for them or gone (P5)."""

from __future__ import annotations

import json

import click

from neoncard import commands

source = click.option(
    "--source", default="import", show_default=True, help="The system KEY is an id of."
)


@click.group(name="customer")
def command() -> None:
    """Hand a customer what we hold about them, or erase it."""


@command.command(name="export")
@click.argument("key")
@source
def export(key: str, source: str) -> int:
    """Print everything held about the customer with the id KEY, as JSON.

    \b
    Examples:
      neoncard customer export c-1042 > for-the-customer.json
      neoncard customer export 77 --source zendesk
    """
    commands.ready()
    from neoncard import loop

    click.echo(json.dumps(_known(loop.export_customer(source, key), key), indent=2, default=str))
    return 0


@command.command(name="erase")
@click.argument("key")
@source
@click.option("--yes", is_flag=True, help="Don't ask.")
def erase(key: str, source: str, yes: bool) -> int:
    """Erase everything held about the customer with the id KEY. It can't be taken back.

    \b
    Examples:
      neoncard customer erase c-1042
      neoncard customer erase 77 --source zendesk --yes
    """
    commands.ready()
    from neoncard import loop

    if not yes:
        click.confirm(f"Erase everything about customer {key} of {source}?", abort=True)
    _known(loop.erase_customer(source, key), key)
    click.echo(f"Customer {key} is erased.")
    return 0


def _known(found: object, key: str) -> object:
    if found is None or found is False:
        raise click.ClickException(f"no customer has the id {key}: check it, and --source")
    return found
