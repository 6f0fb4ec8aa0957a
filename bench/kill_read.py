"""`neoncard read` killed by -9 again and again, and run again: does it end as if nothing had happened?

Makes a Parquet archive of `--rows` messages, reads it undisturbed, then into another folder with a kill at a moment
drawn anew each time (`--kills`), then to the end; compares every file that came out, byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.notice import SHARED, archive_of, utterances


def options(parser: argparse.ArgumentParser) -> None:
    """How large, how often."""
    parser.add_argument(
        "--data", type=Path, default=SHARED, help="utterances, one a line (.gz too)"
    )
    parser.add_argument("--rows", type=int, default=5_000_000, help="messages (5,000,000)")
    parser.add_argument("--kills", type=int, default=5, help="how often it is killed (5)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")


def hashes(out: Path) -> dict[str, str]:
    """What came out, but for the file that says how long it took."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.iterdir())
        if path.name != "reading.json"
    }


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Undisturbed, then disturbed."""
    source = archive_of(args.home, utterances(args.data), args.rows)
    command = [sys.executable, "-m", "neoncard", "read", str(source), "--workers", "2", "--out"]
    whole, out = args.home / "whole", args.home / "out"
    began = time.monotonic()
    subprocess.run([*command, str(whole)], check=True, stdout=subprocess.DEVNULL)
    took = time.monotonic() - began
    moments = random.Random(args.seed)
    kills = []
    for _ in range(args.kills):
        running = subprocess.Popen(
            [*command, str(out)], stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            running.wait(moments.uniform(0.1, 0.6) * took)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            kills.append(len(list(out.glob("part-*.parquet"))))
        else:
            break
    if not (out / "report.html").exists():
        subprocess.run([*command, str(out)], check=True, stdout=subprocess.DEVNULL)
    same = hashes(out) == hashes(whole)
    if not same:
        raise SystemExit("bench: what came out is not the same")
    return {
        "ratios": {"the same, byte for byte": int(same)},
        "rows": args.rows,
        "files": len(hashes(whole)),
        "parts_when_killed": kills,
        "undisturbed_seconds": round(took, 1),
    }
