"""A folder that files are dropped into: `NEONCARD_HOME/drop/<source>`. Read line by line, then moved to `taken`."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from neoncard.connectors import sheets
from neoncard.connectors.frame import Asking, Page, TroubleError
from neoncard.kit import lines

SETTLED = 10.0
"""Seconds a file must have stayed as it is: one that is still being written is left alone."""
AT_ONCE = 500
UPLOAD_MOST = 100_000_000
"""Bytes of a file handed in on the connector's page."""
ENDINGS = (".jsonl", ".jsonl.gz", ".csv", ".csv.gz")


def folder(source: str) -> Path:
    """Where a connector's files are dropped; made if missing, for this account alone."""
    path = Path(settings.HOME) / "drop" / source
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def remove(source: str) -> None:
    """Remove a connector's folder with all that lies in it: nobody would ever read or sweep it."""
    shutil.rmtree(Path(settings.HOME) / "drop" / source, ignore_errors=True)


def sweep(before: datetime) -> int:
    """Delete files that were read before then (P7): they hold what customers wrote. How many."""
    swept = 0
    for path in (Path(settings.HOME) / "drop").glob("*/taken/*"):
        when, _, _name = path.name.partition("-")
        read = int(when) if when.isascii() and when.isdecimal() else path.stat().st_mtime
        if read < before.timestamp():
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def test(asking: Asking) -> str:
    """Say where the folder is and what lies in it."""
    place = folder(str(asking.settings["source"]))
    return f"{place}: {len(_files(place, 0.0))} files"


def pull(cursor: dict[str, Any], asking: Asking) -> Iterator[Page]:
    """Every line of every file that has settled. The cursor says how far the present file is read."""
    place = folder(str(asking.settings["source"]))
    files = _files(place, SETTLED)
    whole = sum(path.stat().st_size for path in files)
    done = 0
    for path in files:
        skip = int(cursor.get("line", 0)) if cursor.get("file") == path.name else 0
        bodies: list[bytes] = []
        number = 0
        for number, body in enumerate(_bodies(path), 1):
            if number <= skip:
                continue
            bodies.append(body)
            if len(bodies) == AT_ONCE:
                cursor = {"file": path.name, "line": number}
                yield Page(bodies, cursor, done, whole, more=True)
                bodies = []
        done += path.stat().st_size
        yield Page(bodies, {"file": path.name, "line": number}, done, whole)
        taken = place / "taken"
        taken.mkdir(exist_ok=True, mode=0o700)
        path.replace(taken / f"{int(time.time())}-{path.name}")
        yield Page([], {}, done, whole)


def _files(place: Path, settled: float) -> list[Path]:
    old = time.time() - settled
    found = (path for path in place.iterdir() if path.name.endswith(ENDINGS) and path.is_file())
    return sorted(path for path in found if path.stat().st_mtime <= old)


def _bodies(path: Path) -> Iterator[bytes]:
    """The lines of a file as JSON objects; a CSV's rows by its first line's names."""
    with path.open("rb") as stream:
        yield from sheets.bodies(
            _whole(path, lines.lines(stream)), path.name, table=".csv" in path.suffixes
        )


def _whole(
    path: Path, found: Iterator[lines.Line | lines.TooLong | lines.Broken]
) -> Iterator[lines.Line | lines.TooLong]:
    """Every line but a half one. Raises TroubleError where the file breaks off: it has to be got again."""
    for one in found:
        if isinstance(one, lines.Broken) or (isinstance(one, lines.Line) and not one.whole):
            raise TroubleError(
                f"{path.name}: can't be read after line {one.number}: get the file again whole"
            )
        yield one


def put(source: str, name: str, chunks: Iterable[bytes]) -> str:
    """Put a file that was handed in on a page into the folder, whole at once, ready to be read. Its name there.

    Raises ValueError for a name that does not say what it is.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name.replace("\\", "/")).name)[-100:].lstrip(".-")
    if not plain.lower().endswith(ENDINGS):
        raise ValueError(f"file: takes {', '.join(ENDINGS)}")
    place = folder(source)
    draft = place / f".{secrets.token_hex(8)}.part"
    end = next(one for one in ENDINGS if plain.lower().endswith(one))
    kept = place / f"{plain[: -len(end)]}-{secrets.token_hex(4)}{end}"
    try:
        with draft.open("wb") as out:
            for chunk in chunks:
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        still = time.time() - SETTLED
        os.utime(draft, (still, still))
        draft.replace(kept)
    finally:
        draft.unlink(missing_ok=True)
    return kept.name
