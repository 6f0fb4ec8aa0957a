"""`neoncard notice`: teach a head from one's own rows, and see how right a head is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
_SHOWN = 20


class Names(click.ParamType[tuple[str, ...]]):
    """Labels with commas between them."""

    name = "labels"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, ...]:
        """`"a, b"` as `("a", "b")`."""
        if isinstance(value, tuple):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())


@click.group(name="notice")
def command() -> None:
    """Teach the reader of conversations, and measure it. Needs no server and no database.

    docs/notice.md says what is marked, how rows look and what the figures mean.
    """


@command.command()
@click.argument("file", type=FILE)
@click.option("--out", type=FOLDER, required=True, help="The folder to write the head to.")
@click.option("--test", type=FILE, help="Rows to judge the head by; it never learns from them.")
@click.option("--labels", type=Names(), default="", help="Only these labels, with commas between.")
@click.option("--minilm", is_flag=True, help="Ask MiniLM too; needs the extra neoncard[minilm].")
@click.option("--json", "report", type=click.Path(path_type=Path), help="Write the report here.")
def train(
    file: Path,
    out: Path,
    test: Path | None,
    labels: tuple[str, ...],
    minilm: bool,
    report: Path | None,
) -> int:
    """Teach a head from FILE: one JSON object a line with "text" and "label" or "labels".

    Prints how right it is on rows it has not seen: those of --test, else those whose "split" is
    dev or test, else every row by a head that was not taught its group. The same rows give the
    same head, byte for byte. Rows that can't be used are named; the rest goes on.

    With --minilm, vectors of whole messages are learnt from beside the words; how right that is
    stands in columns of its own. It takes a minute for every 15,000 messages.

    \b
    Examples:
      neoncard notice train rows.jsonl --out heads/ours
      neoncard notice train rows.jsonl --test kept-aside.jsonl --out heads/ours --json report.json
    """
    from neoncard.notice.engine.heads import BadHeadError, teach
    from neoncard.notice.engine.heads.minilm import MissingError

    rows, bad = _rows(file)
    aside = _rows(test) if test else None
    try:
        found = teach.teach(rows, out, aside[0] if aside else None, labels, minilm=minilm)
    except MissingError as error:
        raise click.ClickException(f"--minilm: {error}") from None
    except (ValueError, BadHeadError) as error:
        raise click.ClickException(f"{file}: {error}") from None
    return _shown(found, report, bad + (aside[1] if aside else 0))


@command.command(name="eval")
@click.argument("file", type=FILE)
@click.option("--head", type=FOLDER, help="A folder written by `neoncard notice train`.")
@click.option("--labels", type=Names(), default="", help="Labels, with commas between.")
@click.option("--json", "report", type=click.Path(path_type=Path), help="Write the report here.")
def evaluate(file: Path, head: Path | None, labels: tuple[str, ...], report: Path | None) -> int:
    """Judge a head, or our own labels, by the rows of FILE.

    With --head, that head (only the labels of --labels, if given). Without, the labels of
    --labels as Neoncard itself marks them. A head taught with --minilm is judged both ways.
    The last line printed is the report as JSON.

    \b
    Examples:
      neoncard notice eval rows.jsonl --head heads/ours
      neoncard notice eval rows.jsonl --labels thanks,praise --json report.json
    """
    from neoncard.notice.engine.heads import BadHeadError, teach

    rows, bad = _rows(file)
    try:
        if head is not None:
            found = teach.judged(head, rows, labels)
        elif labels:
            found = teach.own(rows, labels)
        else:
            raise click.UsageError("say which head (--head FOLDER) or which labels (--labels a,b)")
    except (ValueError, BadHeadError) as error:
        raise click.ClickException(str(error)) from None
    return _shown(found, report, bad)


def _rows(path: Path) -> tuple[list[Any], int]:
    """The rows of a file and how many could not be used; those are named."""
    from neoncard.notice.engine.heads import rows as reading

    try:
        rows, bad = reading.read(path)
    except (OSError, EOFError) as error:
        raise click.ClickException(f"{path}: {error}") from None
    for line in bad[:_SHOWN]:
        click.echo(f"neoncard: {path.name}: {line}", err=True)
    if len(bad) > _SHOWN:
        click.echo(f"neoncard: {path.name}: and {len(bad) - _SHOWN} more", err=True)
    if not rows:
        raise click.ClickException(f"{path}: no row can be used")
    return rows, len(bad)


def _shown(found: dict[str, Any], report: Path | None, bad: int) -> int:
    from neoncard.notice.engine.heads import measure

    found["rows_not_used"] = bad
    if mend := found.get("minilm_missing"):
        click.echo(f"neoncard: this head asks MiniLM too, words alone were asked. {mend}", err=True)
    for line in measure.table(found):
        click.echo(line)
    if report is not None:
        report.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    click.echo(json.dumps(found, ensure_ascii=False))
    return 0
