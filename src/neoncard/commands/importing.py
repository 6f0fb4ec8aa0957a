"""`neoncard import`: conversations from a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from neoncard import commands


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--source", default="import", show_default=True, help="The name of the system it is from."
)
def command(file: Path, source: str) -> int:
    """Read conversations from FILE: one JSON object a line, gzip too. docs/import.md says how they look.

    Reading the same file again changes nothing. A row that can't be read is reported with its number and the rest
    goes on.

    \b
    Examples:
      neoncard import conversations.jsonl
      neoncard import archive.jsonl.gz --source zendesk
    """
    commands.ready()
    from neoncard import loop

    shown = sys.stderr.isatty()
    with click.progressbar(
        length=100, label="reading", file=sys.stderr, hidden=not shown, show_pos=False
    ) as bar:

        def progress(done: int, total: int | None, note: str = "") -> None:
            bar.label = note or "reading"
            if total:
                bar.update(max(0, done * 100 // total - bar.pos))

        try:
            result = loop.import_file(file, source, progress)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    for problem in getattr(result, "problems", ()):
        click.echo(f"neoncard: {problem}", err=True)
    click.echo(str(result))
    return 0
