"""What reads: one hash of rules, code, heads and thresholds, printed by every report."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_READ: Final = (".py", ".toml", ".json", ".npz")


@cache
def configuration() -> str:
    """64 hexadecimal digits: the same configuration gives the same marks for the same messages."""
    digest = sha256()
    for name, entry in _files(files(__package__), ""):
        digest.update(name.encode() + b"\0" + entry.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _files(entry, name)
        elif name.endswith(_READ):
            yield name, entry
