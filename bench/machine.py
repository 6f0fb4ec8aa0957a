"""What a measurement was taken on, in one line and in parts."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path


def processor() -> str:
    """The processor's name, or its kind."""
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def database() -> str:
    """The database the measurement used."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    connection.ensure_connection()
    number: int = connection.pg_version
    return f"PostgreSQL {number // 10_000}.{number % 10_000}"


def machine() -> dict[str, object]:
    """Processor, cores, memory in GB, Python, database, load at the start, time."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    parts: dict[str, object] = {
        "cpu": processor(),
        "cores": cores(),
        "ram_gb": round(memory, 1),
        "python": platform.python_version(),
        "database": database(),
        "load": round(os.getloadavg()[0], 2),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    line = "{cpu}, {cores} cores, {ram_gb} GB, Python {python}, {database}, load {load}"
    return {"line": line.format(**parts), **parts}
