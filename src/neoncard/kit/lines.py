"""The lines of a file of any size, plain or gzip (told by its content), in constant memory."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

CHUNK = 262_144
LONGEST = 16_000_000
FREE = 64_000_000
RATIO = 300
MOST = 64_000_000_000

_OTHERS = {
    b"PK\x03\x04": "a zip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end; `number` counts every line of the file from 1, as an editor does.

    `whole` is False for what stands before a break.
    """

    number: int
    data: bytes
    whole: bool = True


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line over `limit` bytes; it was passed over without being held in memory."""

    number: int
    limit: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The file can't be read further; `number` is the last line that began.

    `why`: "cut" (the archive ends too early), "damaged", "bomb" (it expands beyond the caps), or "kind"
    (another sort of file; `kind` names it, nothing was read).
    """

    number: int
    why: str
    kind: str = ""


class _StopError(Exception):
    """The archive can't be read on; the text is a `Broken.why`."""


class _Counted:
    """A stream that knows how many bytes were taken from it; `first` is what was read to see the kind."""

    def __init__(self, stream: BinaryIO, first: bytes) -> None:
        self.stream = stream
        self.first = first
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        data = self.first[:size] if size >= 0 else self.first
        self.first = self.first[len(data) :]
        if not data:
            data = self.stream.read(size) or b""
        self.taken += len(data)
        return data


def lines(
    stream: BinaryIO,
    *,
    longest: int = LONGEST,
    free: int = FREE,
    ratio: int = RATIO,
    most: int = MOST,
    progress: Callable[[int], object] | None = None,
) -> Iterator[Line | TooLong | Broken]:
    """Every line of `stream`, in order (long stretches of blank ones are left out); a `Broken`, if any, comes last, after all lines before the break.

    `longest` bytes a line. A gzip may expand to `free` bytes whatever its ratio, then to `ratio` times its size,
    and never beyond `most`. `progress` is told the bytes taken from the stream, a few times a megabyte. Never
    raises on any content (OSError from the stream itself passes).
    """
    first = stream.read(CHUNK) or b""
    for magic, kind in _OTHERS.items():
        if first.startswith(magic):
            yield Broken(0, "kind", kind)
            return
    raw = _Counted(stream, first)
    if first.startswith(b"\x1f\x8b"):
        chunks = _unzipped(raw, free, ratio, most)
    else:
        chunks = iter(lambda: raw.read(CHUNK), b"")
    yield from _split(chunks, longest, lambda: progress and progress(raw.taken))


def _unzipped(raw: _Counted, free: int, ratio: int, most: int) -> Iterator[bytes]:
    archive = gzip.GzipFile(fileobj=cast("BinaryIO", raw))
    out = 0
    while True:
        try:
            chunk = archive.read1(CHUNK)
        except EOFError:
            raise _StopError("cut") from None
        except (gzip.BadGzipFile, zlib.error):
            raise _StopError("damaged") from None
        if not chunk:
            return
        out += len(chunk)
        if out > most or (out > free and out > ratio * raw.taken):
            raise _StopError("bomb")
        yield chunk


def _split(
    chunks: Iterator[bytes], longest: int, told: Callable[[], object]
) -> Iterator[Line | TooLong | Broken]:
    number = 1
    held: list[bytes] = []
    size = 0
    broken: list[str] = []
    for chunk in _until_broken(chunks, broken):
        told()
        if size <= longest and _blank(chunk) and all(map(_blank, held)):
            number += chunk.count(b"\n")  # a bomb of blank lines costs no more than its bytes
            held, size = [], 0
            continue
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            size += len(piece)
            held.append(piece)
            yield TooLong(number, longest) if size > longest else Line(number, b"".join(held))
            held, size, number = [], 0, number + 1
        size += len(rest)
        held = [*held, rest] if size <= longest else []
    if size > longest:
        yield TooLong(number, longest)
    elif size:
        yield Line(number, b"".join(held), not broken)
    if broken:
        yield Broken(number, broken[0])
    told()


def _until_broken(chunks: Iterator[bytes], broken: list[str]) -> Iterator[bytes]:
    """The chunks without a byte-order mark; why they broke off, if they did, goes in `broken`."""
    try:
        yield next(chunks, b"").removeprefix(b"\xef\xbb\xbf")
        yield from chunks
    except _StopError as stop:
        broken.append(str(stop))


def _blank(data: bytes) -> bool:
    return not data.strip()
