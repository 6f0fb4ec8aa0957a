"""Whether the committed board is built from its sources: `python tools/board_sum.py [--write]`.

`frontend/board/built.json` holds one hash of all sources and locks, and one of each built file. The build writes it;
without `--write` this prints what differs and answers 1.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "frontend/board"
BUILT = ROOT / "src/neoncard/web/static/neoncard/board"
SUMS = SOURCES / "built.json"
FROM = ("package.json", "package-lock.json", "requirements.lock", "vite.config.ts", "tsconfig.json")


def sources() -> str:
    """One hash over the name and text of everything the board is built from."""
    files = [SOURCES / name for name in FROM]
    files += [path for path in (SOURCES / "src").rglob("*") if path.is_file()]
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path.relative_to(SOURCES).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def sums() -> dict[str, str]:
    """`sources` and every built file's name, each with its hash."""
    built = {path.name: path for path in sorted(BUILT.iterdir())}
    return {"sources": sources()} | {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in built.items()
    }


def stale() -> list[str]:
    """The names whose hash is not the one the build wrote down; empty when all is as built."""
    was, now = json.loads(SUMS.read_text()), sums()
    return sorted(name for name in was | now if was.get(name) != now.get(name))


def main() -> int:
    """Write the sums, or print what is stale."""
    if "--write" in sys.argv[1:]:
        SUMS.write_text(json.dumps(sums(), indent=2) + "\n")
        return 0
    found = stale()
    for name in found:
        print(f"{name} is not as built. Build the board anew: tools/board")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
