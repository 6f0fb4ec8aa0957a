"""An archive read in two passes, boilerplate then marks; killed at any moment, it goes on where it was."""

from __future__ import annotations

import io
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from neoncard.notice.archive import report, sources, work
from neoncard.notice.archive.engines import Engine
from neoncard.notice.archive.sources import RefusedError, Unit
from neoncard.notice.archive.tally import Tally, share
from neoncard.notice.archive.work import Summary
from neoncard.notice.engine import Reader

FORMAT: Final = 1
EXAMPLES: Final = 12
STATE: Final = "reading.json"
WORK: Final = ".reading"

Progress = Callable[[int], object]
"""Told how many more bytes of the files are done; each pass does them all."""


def archive(
    paths: Sequence[str | Path], out: Path, engine: Engine, progress: Progress = lambda _: None
) -> Summary:
    """Read files of messages into `out`: part-*.parquet (work.OUT), report.html and summary.json.

    Reading on after a kill gives the same files. Raises RefusedError when there is nothing to read, or
    `out` holds something else.
    """
    found = sources.files(paths)
    state = {
        "format": FORMAT,
        "reader": Reader().version,
        "files": [[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in found],
    }
    _begin(out, state)
    broken: dict[str, str] = {}
    began = time.monotonic()
    many = _macros(found, out, engine, broken, progress)
    between = time.monotonic()
    total = _marks(found, out, engine, many, progress)
    total.seconds = {
        "count": round(between - began, 3),
        "read": round(time.monotonic() - between, 3),
    }
    total.bad += [(path, 0, why) for path, why in broken.items()]
    total.lost += len(broken)
    copied, counted = share(many, _counted(out)) if (out / WORK).exists() else (0, 0)
    _write(out / "report.html", report.page(total, copied, counted, found).encode())
    summary = {"boilerplate_messages": copied, "counted_messages": counted, **total.plain()}
    del summary["examples"]
    _write(out / "summary.json", json.dumps(summary, indent=1, ensure_ascii=False).encode())
    _write(
        out / STATE,
        json.dumps({**state, "done": True, "seconds": total.seconds}, indent=1).encode(),
    )
    shutil.rmtree(out / WORK, ignore_errors=True)
    return total


def _begin(out: Path, state: dict[str, Any]) -> None:
    """Make `out`, or find in it what an earlier run of the same left."""
    out.mkdir(parents=True, exist_ok=True)
    kept = out / STATE
    if kept.exists():
        was = json.loads(kept.read_text())
        if was.get("done"):
            raise RefusedError(
                f"{out}: this folder holds a whole reading; give another --out, or remove it"
            )
        if was != state:
            raise RefusedError(
                f"{out}: here lies a reading of other files, or by another version, not finished; "
                "give another --out, or remove this one"
            )
    elif any(out.iterdir()):
        raise RefusedError(f"{out}: this folder holds other things; give one that is empty or new")
    _write(kept, json.dumps(state, indent=1).encode())
    (out / WORK).mkdir(exist_ok=True)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    half = path.with_name(path.name + ".half")
    with half.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def _units(
    found: list[Path],
    done: Callable[[Unit], bool],
    progress: Progress,
    broken: dict[str, str] | None,
) -> Iterator[Unit]:
    """The units still to do."""
    for unit in sources.units(found):
        if not isinstance(unit, Unit):
            if broken is not None:
                broken[str(unit[0])] = unit[1]
        elif done(unit):
            progress(unit.size)
        else:
            yield unit


def _macros(
    found: list[Path], out: Path, engine: Engine, broken: dict[str, str], progress: Progress
) -> Any:
    """The first pass: the keys of what is boilerplate."""
    kept = out / WORK / "macros.npy"
    sent: list[Unit] = []

    def waiting() -> Iterator[Unit]:
        for unit in _units(found, lambda one: _count_of(out, one).exists(), progress, broken):
            sent.append(Unit(unit.number, unit.path, unit.kind, unit.row, size=unit.size))
            yield unit

    for counted in engine.run(work.count, waiting()):
        unit = sent.pop(0)
        held = io.BytesIO()
        np.save(held, counted)
        _write(_count_of(out, unit), held.getvalue())
        progress(unit.size)
    if not kept.exists():
        tally = Tally()
        for counted in _counted(out):
            tally.add(counted)
        held = io.BytesIO()
        np.save(held, tally.many(_counted(out)))
        _write(kept, held.getvalue())
    return np.load(kept)


def _count_of(out: Path, unit: Unit) -> Path:
    return out / WORK / f"count-{unit.number:06}.npy"


def _counted(out: Path) -> Iterator[Any]:
    for path in sorted((out / WORK).glob("count-*.npy")):
        yield np.load(path)


def _marks(found: list[Path], out: Path, engine: Engine, many: Any, progress: Progress) -> Summary:
    """The second pass: a part of marks for each unit, and what all came to."""
    sent: list[Unit] = []
    all_units: list[int] = []

    def done(unit: Unit) -> bool:
        all_units.append(unit.number)
        return _part_of(out, unit.number).exists() and _said_of(out, unit.number).exists()

    def waiting() -> Iterator[Unit]:
        for unit in _units(found, done, progress, None):
            sent.append(Unit(unit.number, unit.path, unit.kind, unit.row, size=unit.size))
            yield unit

    for part, said in engine.run(work.read, waiting(), many):
        unit = sent.pop(0)
        _write(_part_of(out, unit.number), part)
        _write(_said_of(out, unit.number), json.dumps(said.plain()).encode())
        progress(unit.size)
    total = Summary()
    for number in all_units:
        total.add(Summary.of(json.loads(_said_of(out, number).read_text())), shown=EXAMPLES)
    return total


def _part_of(out: Path, number: int) -> Path:
    return out / f"part-{number:06}.parquet"


def _said_of(out: Path, number: int) -> Path:
    return out / WORK / f"said-{number:06}.json"
