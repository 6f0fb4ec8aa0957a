"""`neoncard work`: the worker."""

from __future__ import annotations

import signal
from threading import Event

import click

from neoncard import commands
from neoncard.kit import memory


@click.command(name="work")
@click.option(
    "--once", is_flag=True, help="Do what is due now, then stop; exit 1 if any of it failed."
)
@click.option("--parent", type=int, hidden=True, help="Stop when this process is gone.")
def command(once: bool, parent: int | None) -> int:
    """Do the work that waits: reading, mail, roll-ups, retention.

    `neoncard serve` starts one by itself; run more beside it on PostgreSQL.

    \b
    Examples:
      neoncard work          until it is told to stop
      neoncard work --once   what is due now, e.g. from cron
    """
    with memory.starting():
        commands.ready()
        from neoncard import loop

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    failed = loop.work(once=once, stop=stop, parent=parent)
    if failed:
        raise click.ClickException(
            f"{failed} failed: `neoncard doctor` and /status say why; the rest is done"
        )
    return 0
