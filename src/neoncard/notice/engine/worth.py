"""When compiled kernels are worth their start. Nothing here imports numba."""

from __future__ import annotations

import os
import sys
from typing import Final

BATCH: Final = 65_536
"""Rows read at a time."""

WORTH: Final = 2_000
"""For fewer rows than this in all the kernels are not worth their start of a second or two."""

STARTED: Final = 100
"""For fewer than this at a time they are not, even once they have started."""


def by_kernels(rows: int, before: int = 0) -> bool:
    """Whether so many rows are read by the kernels; `before`, so many were read in the same go.

    NEONCARD_NOTICE_MATCHER decides, or number.
    """
    asked = os.environ.get("NEONCARD_NOTICE_MATCHER", "")
    if asked in ("kernels", "re"):
        return asked == "kernels"
    started = f"{__package__}.scan" in sys.modules
    return rows >= STARTED and (started or before + rows >= WORTH)
