"""Compiled kernels: numba, imported only by who reads many messages (never by a page).

The first use on a machine compiles for some seconds; what comes of it is kept under
NUMBA_CACHE_DIR, or `numba` in NEONCARD_HOME, or else in the user's cache folder, in a folder
named after the kernels' sources: numba itself does not see that a kernel calls a changed one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from .worth import cache_folder

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])


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
