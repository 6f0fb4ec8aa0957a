"""What is worked out once a machine, for the same configuration, and kept for the next process."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, TypeVar
from zipfile import BadZipFile

from .configuration import configuration
from .worth import cache_folder

_Kept = TypeVar("_Kept")


def kept(
    name: str,
    make: Callable[[], _Kept],
    read: Callable[[BinaryIO], _Kept],
    write: Callable[[BinaryIO, _Kept], None],
) -> _Kept:
    """What `make` gives, read from the file `name` where that is whole, else made and kept there.

    Where no file can be written it is made each time.
    """
    path = cache_folder() / f"{configuration()[:16]}-{name}"
    with suppress(OSError, ValueError, EOFError, BadZipFile), path.open("rb") as file:
        return read(file)
    made = make()
    half = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            write(file, made)
        half.replace(path)
    return made
