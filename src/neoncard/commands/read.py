"""`neoncard read`: an archive of any size, without a server or a database."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command(name="read")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder for what is found; new or empty.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Processes on this machine, or a Dask cluster.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="The Dask scheduler; without one, Dask on this machine."
)
@click.option(
    "--workers", type=click.IntRange(1), help="How many processes; as many as there are processors."
)
def command(
    paths: tuple[Path, ...], out: Path, engine: str, scheduler: str | None, workers: int | None
) -> int:
    """Read messages from files or folders (JSON lines, CSV, Parquet, gzip too) into Parquet and a small report.

    docs/read.md says how they look. Interrupted, the same command goes on where it was. A row that can't be read is
    reported and the rest goes on; the exit code is 1 then.

    \b
    Examples:
      neoncard read archive.jsonl.gz --out found
      neoncard read exports/2025 exports/2026 --out found --workers 8
      neoncard read big.parquet --out found --engine dask --scheduler tcp://10.0.0.5:8786
    """
    if scheduler and engine != "dask":
        raise click.UsageError("--scheduler is for --engine dask")
    try:
        import pyarrow  # noqa: F401  whether it is there

        if engine == "dask":
            import distributed  # noqa: F401
    except ModuleNotFoundError as missing:
        raise click.ClickException(
            f"{missing.name} is not installed: pip install 'neoncard[read]'"
        ) from None
    from neoncard.notice.archive import engines, sources
    from neoncard.notice.archive.run import archive

    count = workers or engines.cores()
    started = engines.dask(count, scheduler) if engine == "dask" else engines.local(count)
    try:
        length = 2 * sources.total(sources.files(paths))
        with (
            started as running,
            click.progressbar(
                length=length, label="reading", file=sys.stderr, hidden=not sys.stderr.isatty()
            ) as bar,
        ):
            total = archive(paths, out, running, bar.update)
    except sources.RefusedError as refused:
        raise click.ClickException(str(refused)) from None
    for path, row, why in total.bad:
        click.echo(f"neoncard: {path}{f', row {row}' if row else ''}: {why}", err=True)
    if total.lost > len(total.bad):
        click.echo(f"neoncard: and {total.lost - len(total.bad)} more rows", err=True)
    unread = sum(total.unread.values())
    click.echo(
        f"{total.messages} messages, {sum(total.labels.values())} marks, {unread} not read, {total.lost} rejected: "
        f"{out / 'report.html'}"
    )
    return 1 if total.lost else 0
