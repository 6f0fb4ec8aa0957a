"""What was skipped, over several runs of pytest: the plugin writes it down, `python -m tests.skips FILE` tells.

`--strict FILE` fails when a test was skipped for any other reason than that the shared data is not there.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

ALLOWED = "shared data"


def pytest_runtest_logreport(report) -> None:
    """Note the reason of a skip; under xdist only where the reports come together."""
    file = os.environ.get("NEONCARD_SKIPS")
    gathers = "PYTEST_XDIST_WORKER" not in os.environ
    if file and gathers and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        with Path(file).open("a") as out:
            out.write(f"{reason}\t{report.nodeid}\n")


def pytest_collectreport(report) -> None:
    """A whole module may skip itself."""
    pytest_runtest_logreport(report)


def main(args: list[str]) -> int:
    """Print each reason with how many tests it kept from running."""
    strict = "--strict" in args
    rows = [line.split("\t") for line in Path(args[-1]).read_text().splitlines()]
    counts = Counter(row[0] for row in rows)
    if strict:
        return int(any(not reason.startswith(ALLOWED) for reason in counts))
    print("Skipped: none" if not counts else "Skipped:")
    for reason, count in counts.most_common():
        print(f"  {count} × {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
