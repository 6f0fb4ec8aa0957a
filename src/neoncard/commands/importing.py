"""`neoncard import`: conversations from a file."""

from __future__ import annotations

import sys

import click

from neoncard import commands


@click.command(name="import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)
)
@click.option(
    "--source", default="import", show_default=True, help="The name of the system it is from."
)
def command(file: str, source: str) -> int:
    """Read conversations from FILE: one JSON object a line, gzip too. docs/import.md says how they look.

    Reading the same file again changes nothing. A row that can't be read is reported with its number and the rest
    goes on; the exit code is 1 then.

    \b
    Examples:
      neoncard import conversations.jsonl
      neoncard import archive.jsonl.gz --source zendesk
      export-tickets | neoncard import -
    """
    commands.ready()
    from neoncard import loop
    from neoncard.connectors.jsonl import Refused

    shown = sys.stderr.isatty() and file != "-"
    with click.progressbar(
        length=100, label="reading", file=sys.stderr, hidden=not shown, show_pos=False
    ) as bar:

        def progress(done: int, total: int | None) -> None:
            if total:
                bar.update(max(0, done * 100 // total - bar.pos))

        try:
            report = loop.import_file(file, source=source, progress=progress)
        except Refused as refused:
            raise click.ClickException(str(refused)) from None
    for said in report.said():
        click.echo(f"neoncard: {said}", err=True)
    click.echo(report.line())
    return 0 if report.good else 1
