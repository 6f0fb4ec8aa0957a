"""Kit's own recurring work: what it no longer needs, it forgets (P7)."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session

from neoncard.kit import clock, limits, slices
from neoncard.kit.audit.tables import Audit
from neoncard.kit.jobs.tables import Heartbeat, Job

KEEP_DONE = timedelta(days=7)
KEEP_AUDIT = timedelta(days=365)


def tidy() -> str:
    """Forget done jobs after 7 days, audit rows after a year, ended rate windows and sessions, workers silent for a day.

    Returns the counts in one line for /status. A parked job stays until someone retries it.
    """
    now = clock.now()
    jobs = slices.delete(Job.objects.filter(state=Job.State.DONE, done_at__lt=now - KEEP_DONE))
    audit = slices.delete(Audit.objects.filter(at__lt=now - KEEP_AUDIT))
    windows = limits.clean()
    sessions = slices.delete(Session.objects.filter(expire_date__lt=now))
    Heartbeat.objects.filter(at__lt=now - timedelta(days=1)).delete()
    longest = max(part.longest_ms for part in (jobs, audit, windows, sessions))
    return (
        f"{jobs.rows} jobs, {audit.rows} audit rows, {windows.rows} limits, {sessions.rows} sessions; "
        f"longest {longest:g} ms"
    )
