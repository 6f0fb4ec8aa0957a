"""When somebody works: a week that repeats, leave, and the day a moment belongs to. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFICE = (0, 1, 2, 3, 4)
"""Whoever has said nothing about their hours is taken to work Monday to Friday, and is never notified."""

EDGE = timedelta(minutes=45)

Week = Mapping[str, Sequence[str]]
Leave = Iterable[Sequence[str]]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One shift: two aware moments, the second after the first."""

    starts_at: datetime
    ends_at: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether the shift is on at `moment`."""
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True)
class Hours:
    """A person's hours.

    `week` maps a weekday ("0" is Monday) to start and end ("22:00", "06:00"; an end at or before its start is the next
    morning); `leave` lists first and last days as ISO dates; `zone` is an IANA name; `single` are shifts entered one by
    one, which stand beside the week and count on leave too, for somebody meant them.
    """

    week: Week
    leave: tuple[tuple[str, str], ...]
    zone: str
    single: tuple[Span, ...] = ()

    @property
    def said(self) -> bool:
        """Whether anything is known about when this person works."""
        return bool(self.week or self.single)


def checked_week(week: Week) -> dict[str, list[str]]:
    """The week with times written alike. Raises ValueError naming the field for a day or time that is none."""
    found = {}
    for day, pair in week.items():
        if day not in "0123456" or len(day) != 1:
            raise ValueError("week: a weekday is 0 (Monday) to 6 (Sunday)")
        try:
            starts, ends = (time.fromisoformat(text) for text in pair)
        except ValueError:
            raise ValueError(
                "week: write each shift as two times, for example 22:00 and 06:00"
            ) from None
        found[day] = [f"{starts:%H:%M}", f"{ends:%H:%M}"]
    return dict(sorted(found.items()))


def checked_leave(leave: Leave) -> list[list[str]]:
    """Leave in order. Raises ValueError naming the field when a last day lies before its first."""
    found = []
    for first, last in leave:
        try:
            one, other = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError:
            raise ValueError("leave: write the first and the last day as dates") from None
        if other < one:
            raise ValueError("leave: the last day comes on or after the first")
        found.append([one.isoformat(), other.isoformat()])
    return sorted(found)


def away(hours: Hours, day: date) -> bool:
    """Whether the person is on leave on this day."""
    return any(first <= day.isoformat() <= last for first, last in hours.leave)


def shift_on(hours: Hours, day: date) -> Span | None:
    """The shift of the week that begins on `day`, or None: no working day, or leave.

    Clocks that change in between make it an hour longer or shorter, as they do on the wall.
    """
    pair = hours.week.get(str(day.weekday()))
    if pair is None or away(hours, day):
        return None
    zone = ZoneInfo(hours.zone)
    starts, ends = (time.fromisoformat(text) for text in pair)
    last = day + timedelta(days=1) if ends <= starts else day
    begun = datetime.combine(day, starts, zone).astimezone(UTC)
    over = datetime.combine(last, ends, zone).astimezone(UTC)
    return Span(begun, over) if over > begun else None


def present(hours: Hours, now: datetime) -> Span | None:
    """The shift that is on at `now` (aware), or None: the one entered by hand first, else the week's latest."""
    for span in sorted(hours.single, reverse=True):
        if span.holds(now):
            return span
    today = now.astimezone(ZoneInfo(hours.zone)).date()
    for day in (today, today - timedelta(days=1)):
        of_week = shift_on(hours, day)
        if of_week and of_week.holds(now):
            return of_week
    return None


def at_edge(hours: Hours, now: datetime) -> bool:
    """Whether `now` is in the first or the last three quarters of an hour of a shift: a moment to look back (E18)."""
    span = present(hours, now)
    return span is not None and (now - span.starts_at <= EDGE or span.ends_at - now <= EDGE)


def day_of(hours: Hours, now: datetime) -> date:
    """The working day a moment belongs to: the day its shift began, else the calendar's. Midnight changes nothing."""
    zone = ZoneInfo(hours.zone)
    span = present(hours, now)
    return (span.starts_at if span else now).astimezone(zone).date()


def worked_days(hours: Hours, first: date, last: date) -> list[date]:
    """The days from `first` to `last` on which a shift begins; Monday to Friday when no hours are known."""
    zone = ZoneInfo(hours.zone)
    by_hand = {span.starts_at.astimezone(zone).date() for span in hours.single}
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        works = str(day.weekday()) in hours.week if hours.week else day.weekday() in OFFICE
        if day in by_hand or (works and not away(hours, day)):
            found.append(day)
    return found
