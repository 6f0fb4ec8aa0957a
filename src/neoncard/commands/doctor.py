"""`neoncard doctor`: is everything well, and what to do if not."""

from __future__ import annotations

import json

import click

from neoncard import commands


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON, for scripts.")
def command(as_json: bool) -> int:
    """Look at database, worker, jobs, disk, settings and clock, and say what to do. Exit 1 when something is amiss.

    \b
    Examples:
      neoncard doctor
      neoncard doctor --json
    """
    commands.boot()
    from neoncard.kit import health

    found = health.examine()
    if as_json:
        rows = [{"name": f.name, "ok": f.ok, "seen": f.seen, "mend": f.mend} for f in found]
        click.echo(json.dumps(rows, indent=2))
    else:
        for one in found:
            click.echo(f"{'well ' if one.ok else 'amiss'}  {one.name:<11} {one.seen}")
            if one.mend:
                click.echo(f"{'':<19}→ {one.mend}")
    amiss = [one.name for one in found if not one.ok]
    if amiss and not as_json:
        raise click.ClickException(f"{len(amiss)} amiss: {', '.join(amiss)}")
    return int(bool(amiss))
