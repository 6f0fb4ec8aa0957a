"""Locks that end with their holder, however it dies: nothing has to time out after a kill."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import connection


class FileLock:
    """A lock on a file of this machine, held by one process; the system lets go of it when that process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Take it, or say that another process has it. Taking it twice is taking it once."""
        if self._file is not None:
            return True
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let go."""
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def holding(names: Iterable[str]) -> Iterator[None]:
    """Hold locks of these names inside the block, across transactions and processes, on PostgreSQL.

    On SQLite it does nothing: there one process holds what the caller guards. Taken in order, so that no two wait for
    each other; they end with the session.
    """
    if connection.vendor != "postgresql":
        yield
        return
    numbers = sorted({_number(name) for name in names})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(n) FROM unnest(%s::bigint[]) n", [numbers])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(n) FROM unnest(%s::bigint[]) n", [numbers])


def _number(name: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True
    )


def me() -> str:
    """This session's name on PostgreSQL, as `living` lists them; "" on SQLite."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid || '.' || to_hex(extract(epoch FROM backend_start)::bigint)"
            " FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def living() -> set[str]:
    """The sessions that are open now on PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid || '.' || to_hex(extract(epoch FROM backend_start)::bigint)"
            " FROM pg_stat_activity WHERE backend_start IS NOT NULL"
        )
        return {str(name) for (name,) in cursor.fetchall()}
