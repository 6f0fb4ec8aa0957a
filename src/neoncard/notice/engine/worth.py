"""When compiled kernels are worth their start. Nothing here imports numba."""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

BATCH: Final = 65_536
"""Rows read at a time."""

WORTH: Final = 2_000
"""For fewer rows than this in all the kernels are not worth their start of a second or two."""

COLD: Final = 10_000
"""From so many rows on they are worth being compiled, beside us: half a minute once a machine."""

WHOLE: Final = "whole"
"""The file that says that all kernels are compiled."""

LOCK: Final = "lock"
"""The file that whoever compiles holds."""

STARTED: Final = 100
"""For fewer than this at a time they are not, even once they have started."""


@cache
def cache_folder() -> Path:
    """Where what is worked out once a machine is kept."""
    asked, home = os.environ.get("NUMBA_CACHE_DIR"), os.environ.get("NEONCARD_HOME")
    users = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    base = Path(asked or (Path(home) / "numba" if home else Path(users) / "neoncard" / "numba"))
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    digest = sha256(b"\0".join(source.read_bytes() for source in sources))
    return base / digest.hexdigest()[:16]


def compiled() -> bool:
    """Whether all kernels were compiled on this machine before."""
    return (cache_folder() / WHOLE).exists()


def by_kernels(rows: int, before: int = 0) -> bool:
    """Whether so many rows are read by the kernels; `before`, so many were read in the same go.

    Nobody waits for them to be compiled: a process of its own does that (`compiling.py`). Where none
    can, they are compiled here. NEONCARD_NOTICE_MATCHER decides, or number.
    """
    asked = os.environ.get("NEONCARD_NOTICE_MATCHER", "")
    if asked in ("kernels", "re"):
        return asked == "kernels"
    if rows < STARTED:
        return False
    if compiled():
        return f"{__package__}.scan" in sys.modules or before + rows >= WORTH
    from . import compiling

    return before + rows >= COLD and not compiling.goes_on()
