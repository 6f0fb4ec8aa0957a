"""Shifts: nights, clocks that change, two-day weeks, four weeks' leave. No card repeats, nobody is told off shift."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from neoncard import loop, nudges
from neoncard.care import actions as care
from neoncard.do.drive import actions as drive
from neoncard.do.drive import rules
from neoncard.do.tables import Suggestion
from neoncard.kit import clock
from neoncard.kit.jobs.tables import Job
from neoncard.people import actions as people
from neoncard.people import queries
from neoncard.people.hours import Hours, Span, day_of, present, shifts_on, worked_days

BERLIN = "Europe/Berlin"
NIGHTS = {str(day): ["22:00", "06:00"] for day in range(5)}
DAYS = {str(day): ["09:00", "17:00"] for day in range(5)}


def hours(week=NIGHTS, leave=(), single=()):
    return Hours(week, tuple(leave), BERLIN, tuple(single))


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_a_night_belongs_to_the_day_it_began():
    monday = date(2026, 11, 2)
    before, after = at(2026, 11, 2, 22, 30), at(2026, 11, 3, 4, 30)
    assert (day_of(hours(), before), day_of(hours(), after)) == (monday, monday)
    assert present(hours(), at(2026, 11, 3, 5, 0)) is None
    assert day_of(hours(), at(2026, 11, 3, 5, 0)) == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("day", "length"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 11, 7), 8)]
)
def test_a_night_the_clocks_change_in_is_as_long_as_the_clock_says(day, length):
    (span,) = shifts_on(hours({"5": ["22:00", "06:00"]}), day)
    assert span.ends_at - span.starts_at == timedelta(hours=length)


def test_a_shift_that_the_clocks_swallow_is_no_shift():
    assert shifts_on(hours({"6": ["02:00", "03:00"]}), date(2026, 3, 29)) == []


def test_a_shift_entered_by_hand_counts_on_leave_and_wins():
    one = Span(at(2026, 11, 2, 8), at(2026, 11, 2, 12))
    away = hours(DAYS, [("2026-11-01", "2026-11-28")], [one])
    assert present(away, at(2026, 11, 2, 9)) == one
    assert present(away, at(2026, 11, 3, 9)) is None
    assert worked_days(away, date(2026, 11, 1), date(2026, 11, 30)) == [
        date(2026, 11, 2),
        date(2026, 11, 30),
    ]


def test_a_two_day_week_takes_its_own_time_over_a_round():
    days = rules.days_of(
        hours({"1": ["9:00", "17:00"], "3": ["9:00", "17:00"]}), date(2026, 11, 2), 21, []
    )
    assert len(days) == 21
    assert {day.date.weekday() for day in days} == {1, 3}
    assert days[-1].date == date(2027, 1, 12)


def test_four_weeks_of_leave_move_a_round_along_and_miss_nothing():
    away = hours(DAYS, [("2026-11-09", "2026-12-06")])
    days = [day.date for day in rules.days_of(away, date(2026, 11, 2), 21, [])]
    assert days[:6] == [date(2026, 11, n) for n in (2, 3, 4, 5, 6)] + [date(2026, 12, 7)]
    assert len(days) == 21


def test_without_hours_a_round_has_monday_to_friday():
    days = rules.days_of(Hours({}, (), BERLIN), date(2026, 11, 2), 21, [])
    assert days[-1].date == date(2026, 11, 30)


def test_themes_share_the_days_evenly():
    found = [rules.theme_of(n, 21, ["a", "b", "c"]) for n in range(1, 22)]
    assert found == ["a"] * 7 + ["b"] * 7 + ["c"] * 7
    assert rules.theme_of(1, 21, []) == ""


def test_a_round_knows_when_it_is_behind_one():
    days = rules.days_of(hours(DAYS), date(2026, 11, 2), 21, [])
    assert rules.standing(days, date(2026, 11, 7)) is None
    assert (rules.over(days, date(2026, 11, 30)), rules.over(days, date(2026, 12, 1))) == (
        False,
        True,
    )
    assert rules.over([], date(2026, 12, 1)) is False


times = st.times().map(lambda one: f"{one:%H:%M}")
weeks = st.dictionaries(st.sampled_from("0123456"), st.tuples(times, times), max_size=7)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@given(weeks, moments, st.sampled_from(["start", "middle"]), st.integers(0, 40))
def test_whoever_is_told_is_on_shift_and_not_on_leave(week, now, moment, away):
    leave = (
        [(now.date().isoformat(), (now.date() + timedelta(days=away)).isoformat())] if away else []
    )
    mine = hours(week, leave)
    span = rules.may_tell(mine, now, moment)
    if span is not None:
        assert span == present(mine, now)
        assert span.starts_at <= now < span.ends_at
        assert not away


@given(weeks, moments)
def test_midnight_never_changes_the_day_of_a_shift(week, now):
    mine = hours(week)
    span = present(mine, now)
    if span is not None:
        assert span.starts_at <= now < span.ends_at
        last = span.ends_at - timedelta(microseconds=1)
        assert present(mine, last) in (span, present(mine, last))
        if present(mine, last) == span:
            assert day_of(mine, now) == day_of(mine, last)


@pytest.mark.parametrize(
    ("week", "why"),
    [
        ({"28": ["01:00", "02:00"]}, "a weekday"),
        ({"x": ["01:00", "02:00"]}, "a weekday"),
        ({"1": ["09:00", "13:00", "12:00", "18:00"]}, "the second part"),
        ({"1": ["22:00", "02:00", "06:00", "08:00"]}, "the second part"),
        ({"1": ["nine", "ten"]}, "two times"),
        ({"1": ["09:00"]}, "two times"),
    ],
)
def test_hours_that_are_none_are_refused(house, week, why):
    with pytest.raises(ValueError, match=f"week: .*{why}"):
        people.set_hours(member=house.agent, week=week, leave=[])


@pytest.mark.parametrize("pair", [("2026-02-02", "2026-02-01"), ("soon", "later")])
def test_leave_that_is_none_is_refused(house, pair):
    with pytest.raises(ValueError, match="leave: "):
        people.set_hours(member=house.agent, week={}, leave=[pair])


def test_over_sixty_nights_no_card_comes_again_because_of_midnight(house):
    people.set_hours(member=house.agent, week=NIGHTS, leave=[])
    seen: dict[str, list[date]] = {}
    for night in range(60):
        evening = at(2026, 3, 2, 21, 30) + timedelta(days=night)
        if evening.weekday() > 4:
            continue
        for hour in (0, 2, 6):
            with clock.at(evening + timedelta(hours=hour)):
                keys = [one.face.key for one in loop.today(house.agent).ideas]
            for key in keys:
                days = seen.setdefault(key, [])
                if evening.date() not in days:
                    days.append(evening.date())
    for days in seen.values():
        assert all((b - a).days > 10 for a, b in pairwise(days))
    assert Suggestion.objects.values("unit").distinct().count() == Suggestion.objects.count()


def test_a_shift_entered_after_midnight_brings_no_card_of_tonight_back(house):
    with clock.at(at(2026, 11, 3, 0, 30)):
        first = {one.face.key for one in loop.today(house.agent).ideas}
        people.set_shift(
            member=house.agent, starts_at=at(2026, 11, 2, 21), ends_at=at(2026, 11, 3, 5)
        )
        again = {one.face.key for one in loop.today(house.agent).ideas}
    assert first & again == set()


def told(member, moment):
    with clock.at(moment):
        nudges.plan_nudges()
        for job in Job.objects.filter(kind="nudge", state="waiting"):
            nudges.nudge(job)
    return len(mail.outbox)


@pytest.fixture
def nightly(house, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    people.set_hours(member=house.agent, week=NIGHTS, leave=[("2026-11-10", "2026-11-12")])
    drive.set_nudge(member=house.agent, channel="mail")
    return house.agent


def test_one_word_a_shift_and_none_off_it(nightly):
    assert told(nightly, at(2026, 11, 2, 20, 0)) == 0  # an hour before the shift
    assert told(nightly, at(2026, 11, 2, 21, 5)) == 1
    assert told(nightly, at(2026, 11, 3, 2, 0)) == 1  # past midnight, the same shift
    assert told(nightly, at(2026, 11, 3, 12, 0)) == 1  # at home, asleep
    assert told(nightly, at(2026, 11, 3, 22, 0)) == 2
    assert told(nightly, at(2026, 11, 7, 22, 0)) == 2  # Saturday
    assert told(nightly, at(2026, 11, 10, 22, 0)) == 2  # leave
    assert mail.outbox[0].to == [nightly.email]


def test_a_late_worker_tells_nobody_after_the_shift(nightly):
    with clock.at(at(2026, 11, 2, 21, 5)):
        nudges.plan_nudges()
    job = Job.objects.get(kind="nudge")
    with clock.at(at(2026, 11, 3, 6, 0)):
        nudges.nudge(job)
    assert mail.outbox == []


def test_a_repeated_job_tells_once(nightly):
    with clock.at(at(2026, 11, 2, 21, 5)):
        nudges.plan_nudges()
        job = Job.objects.get(kind="nudge")
        nudges.nudge(job)
        nudges.nudge(job)
    assert len(mail.outbox) == 1


def test_nobody_is_told_on_a_hard_day_or_after_turning_it_off(nightly):
    with clock.at(at(2026, 11, 2, 21, 5)):
        care.say_hard(member=nightly)
    assert told(nightly, at(2026, 11, 2, 21, 10)) == 0
    drive.set_nudge(member=nightly, channel="")
    assert told(nightly, at(2026, 11, 4, 21, 10)) == 0


def test_whoever_has_said_nothing_about_hours_is_never_told(house, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    drive.set_nudge(member=house.agent, channel="mail")
    assert told(house.agent, at(2026, 11, 2, 10)) == 0
    assert queries.hours(house.agent).said is False


def test_the_hours_page_keeps_a_week_and_leave(house, signed_in):
    client = signed_in(house.agent)
    data = {
        "day0-starts": "22:00",
        "day0-ends": "06:00",
        "leave0-first": "2026-12-01",
        "leave0-last": "2026-12-28",
    }
    assert client.post("/me/hours", data).status_code == 302
    kept = queries.hours(house.agent)
    assert (kept.week, kept.leave) == ({"0": ["22:00", "06:00"]}, (("2026-12-01", "2026-12-28"),))
    assert "22:00" in client.get("/me/hours").content.decode()
    assert client.post("/me/hours", {"day0-starts": "22:00"}).status_code == 422
