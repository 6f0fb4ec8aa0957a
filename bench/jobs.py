"""How many jobs a worker claims, does and finishes in a second, and how long its longest tidying transaction is.

There is no peer: the bars are 100 jobs/s (a full helpdesk's mail and write-backs, many times over) and the 25 ms of
HOUSE.
"""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from statistics import median
from typing import Any

BAR = 100


def options(parser: argparse.ArgumentParser) -> None:
    """How many jobs a round."""
    parser.add_argument("--jobs", type=int, default=300)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Fill the outbox, drain it, tidy it away; so many rounds."""
    from neoncard.kit import clock, slices
    from neoncard.kit.jobs import actions
    from neoncard.kit.jobs.tables import Job
    from neoncard.kit.jobs.worker import Worker

    rates, longest = [], []
    for n in range(args.rounds):
        for job in range(args.jobs):
            actions.later("bench", f"bench:{n}:{job}", {"n": job})
        began = time.perf_counter()
        Worker({"bench": lambda job: None}).drain()
        rates.append(args.jobs / (time.perf_counter() - began))
        with clock.at(clock.now() + timedelta(days=8)):
            longest.append(slices.delete(Job.objects.all()).longest_ms)
    return {
        "ratios": {
            "jobs a second over the bar": round(median(rates) / BAR, 2),
            "25 ms over the longest transaction": round(25 / max(longest), 2),
        },
        "jobs_per_second": [round(rate) for rate in rates],
        "longest_ms": longest,
    }
