"""When somebody works: one to four weeks in turn, leave, and the day a moment belongs to. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFICE = (0, 1, 2, 3, 4)
"""Whoever has said nothing about their hours is taken to work Monday to Friday, and is never notified."""

EDGE = timedelta(minutes=45)

WEEKS_MOST = 4

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
    morning), to two of each where the day has two parts. Weeks that take turns go on counting ("7" is Monday of the
    second, "27" Sunday of the fourth), and write their free days too, as []: the last day says how many weeks there
    are. Which of them is on is counted from the calendar's first Monday. `leave` lists first and last days as ISO dates; `zone` is an IANA name; `single` are shifts entered one by
    one, which stand beside the week and count on leave too, for somebody meant them.
    """

    week: Week
    leave: tuple[tuple[str, str], ...]
    zone: str
    single: tuple[Span, ...] = ()

    @property
    def weeks(self) -> int:
        """How many weeks take turns."""
        return max(map(int, self.week), default=0) // 7 + 1

    def times(self, day: date) -> Sequence[str]:
        """What the week says of this day: two times a part, nothing for a free day; leave is not asked."""
        turn = (day.toordinal() - 1) // 7 % self.weeks
        return self.week.get(str(turn * 7 + day.weekday()), ())

    @property
    def said(self) -> bool:
        """Whether anything is known about when this person works."""
        return bool(self.week or self.single)


def checked_week(week: Week) -> dict[str, list[str]]:
    """The week with times written alike. Raises ValueError naming the field for a day or time that is none."""
    days = [str(number) for number in range(7 * WEEKS_MOST)]
    if not set(week) <= set(days):
        raise ValueError("week: a weekday is 0 (Monday) to 6 (Sunday), and on to 27 in four weeks")
    found = {day: _checked_times(week[day]) for day in days if day in week}
    if not any(found.values()):
        return {}
    weeks = max(map(int, found)) // 7 + 1
    if weeks == 1:
        return {day: times for day, times in found.items() if times}
    return {day: found.get(day, []) for day in days[: 7 * weeks]}


def _checked_times(texts: Sequence[str]) -> list[str]:
    try:
        times = [time.fromisoformat(text) for text in texts]
    except ValueError:
        times = []
    if len(times) != len(texts) or len(times) not in (0, 2, 4):
        raise ValueError("week: write each shift as two times, for example 22:00 and 06:00")
    if len(times) == 4 and not times[0] < times[1] <= times[2]:
        raise ValueError("week: the second part of a day begins when the first is over")
    return [f"{one:%H:%M}" for one in times]


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


def shifts_on(hours: Hours, day: date) -> list[Span]:
    """The week's shift that begins on `day`, in its one or two parts; none on a free day or on leave.

    Clocks that change in between make it an hour longer or shorter, as they do on the wall.
    """
    if away(hours, day):
        return []
    zone = ZoneInfo(hours.zone)
    times = [time.fromisoformat(text) for text in hours.times(day)]
    found = []
    for starts, ends in zip(times[::2], times[1::2], strict=True):
        last = day + timedelta(days=1) if ends <= starts else day
        begun = datetime.combine(day, starts, zone).astimezone(UTC)
        over = datetime.combine(last, ends, zone).astimezone(UTC)
        if over > begun:
            found.append(Span(begun, over))
    return found


def present(hours: Hours, now: datetime) -> Span | None:
    """The shift that is on at `now` (aware), or None: the one entered by hand first, else the week's latest."""
    for span in sorted(hours.single, reverse=True):
        if span.holds(now):
            return span
    today = now.astimezone(ZoneInfo(hours.zone)).date()
    for day in (today, today - timedelta(days=1)):
        for span in shifts_on(hours, day):
            if span.holds(now):
                return span
    return None


def work_of(hours: Hours, day: date) -> list[Span]:
    """Every shift that begins on `day`, the week's and those entered by hand, in order."""
    zone = ZoneInfo(hours.zone)
    by_hand = [one for one in hours.single if one.starts_at.astimezone(zone).date() == day]
    return sorted([*shifts_on(hours, day), *by_hand])


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
    """The days from `first` to `last` on which a shift begins; Monday to Friday when no hours are known.

    Whoever has no week and enters each shift by hand works on those days, from the first of them to the last; before
    and after, where nothing is entered yet, Monday to Friday is the best guess.
    """
    zone = ZoneInfo(hours.zone)
    by_hand = {span.starts_at.astimezone(zone).date() for span in hours.single}
    entered = (min(by_hand), max(by_hand)) if by_hand and not hours.week else None
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        guess = not (entered and entered[0] <= day <= entered[1]) and day.weekday() in OFFICE
        works = bool(hours.times(day)) if hours.week else guess
        if day in by_hand or (works and not away(hours, day)):
            found.append(day)
    return found
