"""The locks hold what pyproject.toml asks for, by hash, without addresses: `python -m tools.lint_lock`."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==(\S+)", re.M)


def pins(lock: Path) -> dict[str, str]:
    """Every name in a lock with its version."""
    return {canonicalize_name(name): version for name, version in PIN.findall(lock.read_text())}


def wrong(lock: Path, wanted: list[str]) -> list[str]:
    """What a lock lacks of `wanted`, and what should not be in it."""
    text, held = lock.read_text(), pins(lock)
    found = []
    for line in wanted:
        ask = Requirement(line)
        version = held.get(canonicalize_name(ask.name))
        if version is None:
            found.append(f"{lock.name}: {ask.name} is missing")
        elif version not in ask.specifier:
            found.append(f"{lock.name}: {ask.name}=={version} is not {ask.specifier}")
    if "://" in text or re.search(r"^\s*--(?!hash)", text, re.M):
        found.append(f"{lock.name}: holds an address or an option")
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if PIN.match(entry)]
    bare = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    return found + [f"{lock.name}: {entry} has no hash" for entry in bare]


def main() -> int:
    """Print what is wrong; 1 when something is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    base, dev = project["dependencies"], project["optional-dependencies"]["dev"]
    found = wrong(ROOT / "requirements.lock", base)
    found += wrong(ROOT / "requirements-dev.lock", [*base, *dev])
    both = pins(ROOT / "requirements.lock").items() - pins(ROOT / "requirements-dev.lock").items()
    found += [f"{name}=={version} differs between the locks" for name, version in sorted(both)]
    for line in found:
        print(line)
    if found:
        print("Write them anew: tools/lock")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
