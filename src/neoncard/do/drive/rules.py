"""How a round counts worked days, and when somebody may be told of today's ideas. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from neoncard.people.hours import OFFICE, Hours, Span, away, present, work_of, worked_days

LATEST = timedelta(minutes=30)
"""A word about today's ideas is dropped when the shift has less than this to go: what could one still do?"""

APART = timedelta(hours=8)
"""Two shifts begin at least this far apart; what begins sooner is the same one, moved."""

AHEAD = timedelta(days=400)
"""How far a round is looked ahead for its last day; two days a week with four weeks' leave end well before."""


@dataclass(frozen=True, slots=True)
class Day:
    """One worked day of a round: its number from 1, its date, its theme or ""."""

    number: int
    date: date
    theme: str


def days_of(hours: Hours, starts_on: date, days: int, themes: Sequence[str]) -> list[Day]:
    """A person's worked days of a round, in order: `days` of them, wherever leave and free days fall between (E6)."""
    worked = worked_days(hours, starts_on, starts_on + AHEAD)[:days]
    return [
        Day(number, when, theme_of(number, days, themes)) for number, when in enumerate(worked, 1)
    ]


def theme_of(number: int, days: int, themes: Sequence[str]) -> str:
    """The theme of the `number`-th of `days`; each theme lasts as long as the others, or a day more."""
    if not themes:
        return ""
    return themes[min((number - 1) * len(themes) // days, len(themes) - 1)]


def standing(calendar: Sequence[Day], today: date) -> Day | None:
    """The day of the round that `today` is; None on a free day, before it and after it. What was missed is not asked."""
    return next((day for day in calendar if day.date == today), None)


def over(calendar: Sequence[Day], today: date) -> bool:
    """Whether the last worked day lies behind."""
    return bool(calendar) and calendar[-1].date < today


def may_tell(hours: Hours, now: datetime, moment: str) -> Span | None:
    """The shift somebody may now be told in, or None: off shift, on leave, too early or too late in it.

    `moment` is "start" or "middle". With no hours known there is no shift, so nobody is told.
    """
    span = present(hours, now)
    if span is None:
        return None
    if away(hours, now.date()) and span not in hours.single:
        return None
    begins = span.starts_at
    if moment == "middle":
        begins += (span.ends_at - span.starts_at) / 2
    return span if begins <= now < span.ends_at - LATEST else None


def counts_from(hours: Hours, span: Span) -> datetime:
    """Since when a word told belongs to the working day of this shift: its other part, or the same shift moved."""
    zone = ZoneInfo(hours.zone)
    day = span.starts_at.astimezone(zone).date()
    return min(datetime.combine(day, time(), zone), span.starts_at - APART)


def letter_day(hours: Hours, hour: int, now: datetime) -> date | None:
    """The working day whose letter may come at `now`, or None: off shift, on leave, or before its hour.

    Where the hour lies outside that day's work, the letter comes when work begins, or half an hour before it ends.
    Whoever has said nothing about their hours has it from Monday to Friday at that hour, for they picked it.
    """
    zone = ZoneInfo(hours.zone)
    if not hours.said:
        here = now.astimezone(zone)
        works = here.weekday() in OFFICE and not away(hours, here.date())
        return here.date() if works and here.hour == hour else None
    span = present(hours, now)
    if span is None:
        return None
    day = span.starts_at.astimezone(zone).date()
    work = work_of(hours, day)
    begins, ends = work[0].starts_at, max(one.ends_at for one in work)
    due = datetime.combine(day, time(hour), zone)
    following = datetime.combine(day + timedelta(days=1), time(hour), zone)
    if due < begins and following < ends:
        due = following
    return day if now >= min(max(due, begins), ends - LATEST) else None
