"""Compiled kernels: numba, imported only by who reads many messages (never by a page).

The first use on a machine compiles for some seconds; the result is kept under
NUMBA_CACHE_DIR, or `numba` in NEONCARD_HOME, or else in the user's cache folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])


def _cache() -> str:
    home = os.environ.get("NEONCARD_HOME")
    if home:
        return str(Path(home) / "numba")
    users = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return str(Path(users) / "neoncard" / "numba")


os.environ.setdefault("NUMBA_CACHE_DIR", _cache())

import numba  # noqa: E402  it reads NUMBA_CACHE_DIR when imported


def kernel(function: _Kernel) -> _Kernel:
    """Compile a function of numbers and arrays; it runs without Python's lock."""
    return cast("_Kernel", numba.njit(cache=True, nogil=True, boundscheck=False)(function))
