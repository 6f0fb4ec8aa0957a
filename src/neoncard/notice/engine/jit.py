"""Compiled kernels: numba, imported only by who reads many messages (never by a page).

The first use on a machine compiles for some seconds; what comes of it is kept under
NUMBA_CACHE_DIR, or `numba` in NEONCARD_HOME, or else in the user's cache folder, in a folder
named after the kernels' sources: numba itself does not see that a kernel calls a changed one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])


@cache
def cache_folder() -> Path:
    """Where what is worked out once a machine is kept."""
    asked, home = os.environ.get("NUMBA_CACHE_DIR"), os.environ.get("NEONCARD_HOME")
    users = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    base = Path(asked or (Path(home) / "numba" if home else Path(users) / "neoncard" / "numba"))
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    digest = sha256(b"\0".join(source.read_bytes() for source in sources))
    return base / digest.hexdigest()[:16]


setattr(numba.config, "CACHE_DIR", str(cache_folder()))  # noqa: B010  numba's types hide it


def kernel(function: _Kernel) -> _Kernel:
    """Compile a function of numbers and arrays; it runs without Python's lock.

    What is compiled is kept on disk where that can be written. Nothing is divided by zero.
    """
    asked: dict[str, Any] = {"nogil": True, "boundscheck": False, "error_model": "numpy"}
    try:
        made = numba.njit(cache=True, **asked)(function)
    except RuntimeError:
        made = numba.njit(**asked)(function)
    return cast("_Kernel", made)
