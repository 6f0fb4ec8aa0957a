"""Compiling the kernels beside whoever reads: `python -m neoncard.notice.engine.compiling` does it, once a machine.

It takes half a minute and some hundred megabytes, and whoever waits for messages should do neither; so it is done by a
process of its own, and until it is done Python reads.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from .worth import LOCK, WHOLE, cache_folder, compiled


@cache
def beside() -> subprocess.Popen[bytes] | None:
    """Begin, once a process; None where nothing can be kept, so that it would be of no use to us."""
    try:
        _lock().touch()
        return subprocess.Popen(  # noqa: S603 our own command
            [sys.executable, "-m", __name__],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


def goes_on() -> bool:
    """Whether it was begun and has not ended."""
    child = beside()
    return child is not None and child.poll() is None


def wait() -> None:
    """Return when the kernels are compiled, or can't be beside."""
    if not compiled() and (child := beside()):
        child.wait()


def _lock() -> Path:
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / LOCK


def compile_all() -> None:
    """Read the examples of all rules in every way there is; what was compiled is kept on disk."""
    import pyarrow as pa

    from .boilerplate import Boilerplate
    from .bulk import Bulk
    from .columns import batch_of
    from .reader import Reader
    from .table import read_table

    rows: Sequence[Mapping[str, Any]] = _rows()
    store = Boilerplate()
    store._add_many(list(rows))  # as `count` does when kernels are worth it
    reader = Reader(store)
    for some in (rows, rows[:1]):  # columns of one mark lie without gaps, those of many do not
        Bulk(reader).read(batch_of(some))
        read_table(Bulk(reader), pa.Table.from_pylist(some))  # a reader's own waits for us


def _rows() -> list[dict[str, Any]]:
    from .ruleset import documents

    about = {"conversation": "1", "customer_name": "Ana Ruiz", "agent_name": "Tom Baker"}
    return [
        {"text": text, "role": document["role"], **about}
        for document in documents()
        for texts in document["examples"].values()
        for one in texts
        for text in [one["text"] if isinstance(one, dict) else one]
    ] + [{"text": "Ana, 你好 Éva…\u3000Thank  you.", "role": "customer", **about}]


def main() -> None:
    """Compile; or wait for whoever is at it."""
    with _lock().open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not compiled():
            os.nice(5)
            compile_all()
            (cache_folder() / WHOLE).touch()


if __name__ == "__main__":
    main()
