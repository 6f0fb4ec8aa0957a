"""Run one bench: `python -m bench NAME [--json FILE] [--rounds N] [its own options]`.

A bench is a module here with `run(args) -> dict`; `options(parser)`, if it has it, adds its own. What `run` gives
back is written as JSON with `ratios` first (ours to the peer or to the bar, above 1 is better), the machine next.
It runs in a scratch home with a migrated database; DATABASE_URL is honoured when it names an empty database.
With `--keep FOLDER` the home is that folder and stays: what a bench has built once is found there the next time.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from contextlib import nullcontext
from keyword import iskeyword
from pathlib import Path

HELPERS = {"__init__", "__main__", "delivering", "machine", "notice_engines", "rounds", "years"}


def names() -> list[str]:
    """Every bench there is."""
    return sorted(
        path.stem.rstrip("_").replace("_", "-")
        for path in Path(__file__).parent.glob("*.py")
        if path.stem not in HELPERS
    )


def ground(home: str, *, kept: bool = False) -> None:
    """Django over a migrated database of its own; a kept home may bring one that was built before."""
    os.environ |= {
        "NEONCARD_HOME": home,
        "NEONCARD_SECRETS": f"{home}/keys.json",
        "NEONCARD_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "neoncard.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    from django.db import connection

    from neoncard.kit import logs

    if connection.introspection.table_names() and not kept:
        raise SystemExit(
            "bench: DATABASE_URL names a database that is in use; give it an empty one"
        )
    logs.configure(level="ERROR")
    call_command("migrate", verbosity=0)


def main() -> int:
    """Run what was asked for, print its ratios, write its JSON."""
    first = argparse.ArgumentParser(prog="python -m bench", description="Repeatable measurements.")
    first.add_argument("name", choices=names(), type=lambda name: name.replace("_", "-"))
    first.add_argument("--json", type=Path, metavar="FILE", help="write everything here")
    first.add_argument("--rounds", type=int, default=5, help="how often each side runs (5)")
    first.add_argument("--keep", type=Path, metavar="FOLDER", help="a home that stays")
    known = first.parse_known_args()[0]
    name, keep = known.name, known.keep
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
    with (
        nullcontext(str(keep))
        if keep
        else tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as home
    ):
        ground(home, kept=bool(keep))
        module = f"{name}_" if iskeyword(name) else name.replace("-", "_")
        bench = importlib.import_module(f"bench.{module}")
        if hasattr(bench, "options"):
            bench.options(first)
        args = first.parse_args()
        args.home = Path(home)
        from bench.machine import machine

        found = dict(bench.run(args))
        result = {"bench": name, "ratios": found.pop("ratios", {}), "machine": machine(), **found}
    for ratio, value in result["ratios"].items():
        print(f"{ratio}: {value}")
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
