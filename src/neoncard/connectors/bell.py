"""What tells a worker that something came in: NOTIFY on PostgreSQL; on SQLite it looks three times a second."""

from __future__ import annotations

from contextlib import suppress
from threading import Event
from typing import Any

from django.db import connection

from neoncard.connectors.actions import CHANNEL

LOOK = 0.3
RING = 5.0
"""With NOTIFY a worker still looks this often, in seconds: what is due later rings no bell."""


class Bell:
    """One worker's ear. Has a connection of its own on PostgreSQL, made when first waited for."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._line: Any = None

    def wait(self) -> None:
        """Wait until something may have come in, or it is time to look, or the worker is to stop."""
        if connection.vendor != "postgresql":
            self._stop.wait(LOOK)
            return
        import psycopg

        try:
            if self._line is None:
                self._line = _line()
                return  # what came before we listened is looked for once
            waited = 0.0
            while waited < RING and not self._stop.is_set():
                if any(True for _ in self._line.notifies(timeout=0.5, stop_after=1)):
                    return
                waited += 0.5
        except psycopg.Error:
            self.close()
            self._stop.wait(LOOK)

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            with suppress(Exception):
                self._line.close()
            self._line = None


def _line() -> Any:
    import psycopg

    given = connection.get_connection_params()
    wanted = {
        k: v
        for k, v in given.items()
        if k not in ("cursor_factory", "context", "prepare_threshold")
    }
    line = psycopg.connect(**wanted, autocommit=True)
    line.execute(f"LISTEN {CHANNEL}")
    return line
