"""Is everything working? Asked by `neoncard doctor`, /healthz and /status, answered once."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from neoncard.kit import clock, home
from neoncard.kit.audit.tables import Audit
from neoncard.kit.jobs import queries as jobs
from neoncard.kit.jobs.rules import reason

LOW_DISK = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its name, whether it is well, what was seen, and the mend when it isn't."""

    name: str
    ok: bool
    seen: str
    mend: str = ""


def database() -> Finding:
    """Whether the database answers. One query."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                seen = f"SQLite {sqlite3.sqlite_version}"
                cursor.execute("SELECT 1")
            else:
                cursor.execute("SHOW server_version")
                seen = f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
    except (DatabaseError, ImproperlyConfigured) as error:
        mend = "start the database, or correct DATABASE_URL"
        return Finding("database", False, reason(error), mend)
    return Finding("database", True, seen)


def unapplied() -> list[str]:
    """The migrations this version has and the database hasn't. Raises a database error when it doesn't answer."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrations() -> Finding:
    """Whether the database is as this version needs it."""
    missing = unapplied()
    if missing:
        seen = f"{len(missing)} missing, first {missing[0]}"
        return Finding("migrations", False, seen, "run `neoncard init`: it keeps your data")
    return Finding("migrations", True, "all there")


def worker() -> Finding:
    """Whether a worker lives. One query."""
    mend = "start `neoncard serve`, or `neoncard work` beside it; if it runs, look at its log"
    pulse = jobs.pulse()
    if pulse is None:
        return Finding("worker", False, "none is running", mend)
    seen = f"last heard of {pulse.ago.total_seconds():.0f} s ago"
    return Finding("worker", pulse.alive, seen, "" if pulse.alive else mend)


def pending() -> Finding:
    """Whether work is piling up or was parked. Two queries."""
    counts, late = jobs.counts(), jobs.overdue()
    seen = f"{counts['waiting']} waiting, {late} overdue, {counts['parked']} parked"
    if counts["parked"]:
        return Finding("jobs", False, seen, "open /status as an admin: each says why, and retries")
    if late:
        return Finding("jobs", False, seen, "the worker is behind: see that it runs")
    return Finding("jobs", True, seen)


def disk() -> Finding:
    """Whether there is room where the data lies."""
    free = shutil.disk_usage(settings.HOME).free
    seen = f"{free / 1e9:.1f} GB free"
    mend = "" if free > LOW_DISK else f"make room: below 0.5 GB free under {settings.HOME}"
    return Finding("disk", free > LOW_DISK, seen, mend)


def secrets() -> Finding:
    """Whether the keys are readable by their owner alone, and lie outside the data folder's backups."""
    file = home.secrets_file(settings.HOME)
    if not file.exists():
        return Finding("secrets", True, "from the environment")
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return Finding("secrets", False, f"{file} has mode {mode:o}", f"chmod 600 {file}")
    return Finding("secrets", True, f"{file}, mode {mode:o}")


def exposure(bind: str, url: str) -> str:
    """Why this bind address and public address must not be served, with the mend; "" when they may."""
    if bind in settings.LOOPBACK or url.startswith("https://"):
        return ""
    return (
        f"plain http on {bind} would send passwords in the clear: set NEONCARD_URL to the https address "
        "your proxy answers on, or bind to 127.0.0.1"
    )


def address() -> Finding:
    """Whether the configured addresses are safe."""
    why = exposure(settings.NEONCARD_BIND, settings.NEONCARD_URL)
    if why:
        seen, _colon, mend = why.partition(": ")
        return Finding("address", False, seen, mend)
    if settings.DEBUG:
        return Finding("address", False, "NEONCARD_DEBUG is on", "unset NEONCARD_DEBUG")
    return Finding("address", True, settings.NEONCARD_URL)


def time() -> Finding:
    """Whether the clock can be right: not before what is already written, nor apart from the database's. 2 queries."""
    now = clock.now()
    newest = Audit.objects.order_by("-at").values_list("at", flat=True).first()
    mend = "set the machine's clock (an NTP service keeps it right)"
    if newest and newest > now + timedelta(minutes=1):
        return Finding("clock", False, f"{now:%Y-%m-%d %H:%M} UTC, before the last change", mend)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - clock.now())
        if apart > timedelta(seconds=30):
            seen = f"{apart.total_seconds():.0f} s from the database's"
            return Finding("clock", False, seen, mend)
    return Finding("clock", True, f"{now:%Y-%m-%d %H:%M} UTC")


def examine() -> list[Finding]:
    """Everything doctor looks at. Without a database, only what needs none."""
    rest: list[Callable[[], Finding]] = [disk, secrets, address]
    found = [database()]
    if found[0].ok:
        found.append(migrations())
        if found[1].ok:
            rest = [worker, pending, *rest, time]
    return found + [look() for look in rest]


def size() -> int | None:
    """How many bytes the database takes, or None when it can't say."""
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        return file.stat().st_size if file.exists() else None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        row = cursor.fetchone()
    return int(row[0]) if row else None
