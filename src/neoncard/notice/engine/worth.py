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

COLD: Final = 100_000
"""For fewer they are not worth being compiled, half a minute once a machine: Python reads so many in the meantime."""

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


@cache
def compiled() -> bool:
    """Whether kernels were compiled on this machine before."""
    return any(cache_folder().rglob("*.nbi"))


def by_kernels(rows: int, before: int = 0) -> bool:
    """Whether so many rows are read by the kernels; `before`, so many were read in the same go.

    NEONCARD_NOTICE_MATCHER decides, or number.
    """
    asked = os.environ.get("NEONCARD_NOTICE_MATCHER", "")
    if asked in ("kernels", "re"):
        return asked == "kernels"
    started = f"{__package__}.scan" in sys.modules
    return rows >= STARTED and (started or before + rows >= (WORTH if compiled() else COLD))
