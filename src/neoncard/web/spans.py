"""Lengths of time in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def in_words(span: timedelta) -> str:
    """About how long that is: 40 seconds, 12 minutes, 3 hours, 2 days."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 90:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    if seconds < 90 * MINUTE:
        n = round(seconds / MINUTE)
        return ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": n}
    if seconds < 36 * HOUR:
        n = round(seconds / HOUR)
        return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}
    n = round(seconds / DAY)
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}
