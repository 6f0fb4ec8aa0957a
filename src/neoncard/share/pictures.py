"""Pictures as they may be kept: which kinds, how large, and without what a camera or a program wrote into them.

Pure: bytes in, bytes out. What is shown is never decoded here, so there is no decoder to attack; a browser draws it
from an address of ours that says its kind and nothing else.
"""

from __future__ import annotations

import hashlib

MOST = 3_000_000
"""Bytes of a picture; it is opened on a click, so that a page stays small."""

_PNG_KEEPS = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs")
_WEBP_DROPS = (b"EXIF", b"XMP ")


def picture_hash(body: bytes) -> str:
    """What a leave to show a picture is bound to: its exact bytes, as they are kept (P6)."""
    return hashlib.sha256(body).hexdigest()


def clean(body: bytes) -> tuple[str, bytes]:
    """The kind ("image/jpeg", "image/png", "image/webp") and the bytes without metadata: no place, no camera, no name.

    Raises ValueError naming the field for a file that is too large, of another kind, or broken.
    """
    if len(body) > MOST:
        raise ValueError("picture: at most 3 MB; make it a little smaller")
    try:
        if body.startswith(b"\xff\xd8\xff"):
            return "image/jpeg", _jpeg(body)
        if body.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png", _png(body)
        if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
            return "image/webp", _webp(body)
    except IndexError:
        raise ValueError("picture: the file is broken; try another copy of it") from None
    raise ValueError("picture: a JPEG, PNG or WebP file, please")


def _jpeg(body: bytes) -> bytes:
    """All segments but APP1 to APP15 and comments, up to the scan, which is copied."""
    out, at = bytearray(b"\xff\xd8"), 2
    while at < len(body):
        if body[at] != 0xFF:
            raise IndexError
        marker = body[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int.from_bytes(body[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(body):
            raise IndexError
        if marker == 0xDA:
            last = body.rfind(b"\xff\xd9")
            if last < end:
                raise IndexError
            return bytes(out + body[at : last + 2])
        if not (0xE1 <= marker <= 0xEF or marker == 0xFE):
            out += body[at:end]
        at = end
    raise IndexError


def _png(body: bytes) -> bytes:
    """The chunks that draw, none that tells; nothing after the end."""
    out, at = bytearray(body[:8]), 8
    while at < len(body):
        length, name = int.from_bytes(body[at : at + 4], "big"), body[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(body):
            raise IndexError
        if name in _PNG_KEEPS:
            out += body[at:end]
        if name == b"IEND":
            return bytes(out)
        at = end
    raise IndexError


def _webp(body: bytes) -> bytes:
    """The chunks of a WebP without EXIF and XMP, and without the flags that promise them."""
    chunks, at, limit = bytearray(), 12, min(8 + int.from_bytes(body[4:8], "little"), len(body))
    while at + 8 <= limit:
        name, length = body[at : at + 4], int.from_bytes(body[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if end > limit:
            raise IndexError
        piece = bytearray(body[at:end])
        if name == b"VP8X" and length:
            piece[8] &= 0xFF ^ 0x0C
        if name not in _WEBP_DROPS:
            chunks += piece
        at = end
    if not chunks:
        raise IndexError
    return b"RIFF" + (4 + len(chunks)).to_bytes(4, "little") + b"WEBP" + bytes(chunks)
