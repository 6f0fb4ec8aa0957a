"""Is everything working? Asked by `neoncard doctor`, /healthz and /status, answered once."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from neoncard.kit import clock, home
from neoncard.kit.audit.tables import Audit
from neoncard.kit.jobs import queries as jobs
from neoncard.kit.jobs.rules import reason

LOW_DISK = 500_000_000

TITLES = {
    "database": gettext_lazy("database"),
    "migrations": gettext_lazy("migrations"),
    "worker": gettext_lazy("worker"),
    "jobs": gettext_lazy("jobs"),
    "disk": gettext_lazy("disk"),
    "secrets": gettext_lazy("secrets"),
    "address": gettext_lazy("address"),
    "clock": gettext_lazy("clock"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its name, whether it is well, what was seen, and the mend when it isn't."""

    name: str
    ok: bool
    seen: str
    mend: str = ""

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return str(TITLES[self.name])


def database() -> Finding:
    """Whether the database answers. No query on a connection that is open."""
    try:
        connection.ensure_connection()
    except (DatabaseError, ImproperlyConfigured) as error:
        mend = _("start the database, or correct DATABASE_URL")
        return Finding("database", False, reason(error), mend)
    if connection.vendor == "sqlite":
        return Finding("database", True, f"SQLite {sqlite3.sqlite_version}")
    number: int = getattr(connection, "pg_version", 0)
    return Finding("database", True, f"PostgreSQL {number // 10_000}.{number % 10_000}")


def unapplied() -> list[str]:
    """The migrations this version has and the database hasn't. Raises a database error when it doesn't answer."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


_complete: list[bool] = []


def migrations() -> Finding:
    """Whether the database is as this version needs it. Two queries until it once was, none after."""
    missing = [] if _complete else unapplied()
    if missing:
        seen = ngettext(
            "%(count)d missing: %(first)s", "%(count)d missing, first %(first)s", len(missing)
        ) % {"count": len(missing), "first": missing[0]}
        return Finding("migrations", False, seen, _("run `neoncard init`: it keeps your data"))
    _complete[:] = [True]
    return Finding("migrations", True, _("all there"))


def worker() -> Finding:
    """Whether a worker lives. One query."""
    mend = _("start `neoncard serve`, or `neoncard work` beside it; if it runs, look at its log")
    pulse = jobs.pulse()
    if pulse is None:
        return Finding("worker", False, _("none is running"), mend)
    seen = _("last heard of %(seconds)d s ago") % {"seconds": pulse.ago.total_seconds()}
    return Finding("worker", pulse.alive, seen, "" if pulse.alive else mend)


def pending(counts: Mapping[str, int] | None = None) -> Finding:
    """Whether work is piling up or was parked. Two queries, one when `counts` (jobs by state) is given."""
    counts, late = counts or jobs.counts(), jobs.overdue()
    seen = _("%(waiting)d waiting, %(late)d overdue, %(parked)d parked") % {**counts, "late": late}
    if counts["parked"]:
        mend = _("open /status as an admin: each says why it was parked, and can be retried")
        return Finding("jobs", False, seen, mend)
    if late:
        return Finding("jobs", False, seen, _("the worker is behind: see that it runs"))
    return Finding("jobs", True, seen)


def disk() -> Finding:
    """Whether there is room where the data lies."""
    free = shutil.disk_usage(settings.HOME).free
    seen = _("%(free).1f GB free") % {"free": free / 1e9}
    if free > LOW_DISK:
        return Finding("disk", True, seen)
    mend = _("make room: below 0.5 GB free under %(home)s") % {"home": settings.HOME}
    return Finding("disk", False, seen, mend)


def secrets() -> Finding:
    """Whether the keys can be read by their owner alone."""
    file = home.secrets_file(settings.HOME)
    if not file.exists():
        return Finding("secrets", True, _("from the environment"))
    mode = stat.S_IMODE(file.stat().st_mode)
    seen = _("%(file)s has mode %(mode)o") % {"file": file, "mode": mode}
    if mode & 0o077:
        return Finding("secrets", False, seen, f"chmod 600 {file}")
    return Finding("secrets", True, seen)


def exposure(bind: str, url: str) -> str:
    """Why this bind address and public address must not be served, with the mend; "" when they may."""
    parts = urlsplit(url)
    here = [where for where in (bind, parts.hostname or "") if where not in settings.LOOPBACK]
    if parts.scheme == "https" or not here:
        return ""
    return _(
        "plain http on %(where)s would send passwords in the clear: "
        "set NEONCARD_URL to the https address your proxy answers on, or stay on 127.0.0.1"
    ) % {"where": here[0]}


def address() -> Finding:
    """Whether the configured addresses are safe."""
    why = exposure(settings.NEONCARD_BIND, settings.NEONCARD_URL)
    if why:
        seen, _colon, mend = why.partition(": ")
        return Finding("address", False, seen, mend)
    if settings.DEBUG:
        return Finding("address", False, _("NEONCARD_DEBUG is on"), _("unset NEONCARD_DEBUG"))
    return Finding("address", True, settings.NEONCARD_URL)


def time() -> Finding:
    """Whether the clock can be right: not before what is already written, nor apart from the database's. 2 queries."""
    now = clock.now()
    newest = Audit.objects.order_by("-at").values_list("at", flat=True).first()
    mend = _("set the machine's clock (an NTP service keeps it right)")
    seen = f"{now:%Y-%m-%d %H:%M} UTC"
    if newest and newest > now + timedelta(minutes=1):
        early = _("%(now)s, before the last change") % {"now": seen}
        return Finding("clock", False, early, mend)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - clock.now())
        if apart > timedelta(seconds=30):
            off = _("%(seconds)d s from the database's") % {"seconds": apart.total_seconds()}
            return Finding("clock", False, off, mend)
    return Finding("clock", True, seen)


def examine() -> list[Finding]:
    """Everything doctor looks at. Without a database, only what needs none."""
    rest: list[Callable[[], Finding]] = [disk, secrets, address]
    found = [database()]
    if found[0].ok:
        found.append(migrations())
        if found[1].ok:
            rest = [worker, pending, *rest, time]
    return found + [look() for look in rest]


def vital() -> dict[str, bool]:
    """What a monitor asks: database, migrations, worker, each well or not. One query when all is well."""
    well = {"database": False, "migrations": False, "worker": False}
    try:
        for look in (database, migrations, worker):
            found = look()
            well[found.name] = found.ok
            if not found.ok:
                break
    except DatabaseError:
        well["database"] = False
    return well


def size() -> int | None:
    """How many bytes the database takes, or None when it can't say. No query on SQLite, one on PostgreSQL."""
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        return file.stat().st_size if file.exists() else None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        row = cursor.fetchone()
    return int(row[0]) if row else None
