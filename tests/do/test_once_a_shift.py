"""One word a shift, a letter or one about ideas: on days one works, in weeks that take turns, however hours are edited."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from neoncard import nudges
from neoncard.care import actions as care
from neoncard.do.drive import actions as drive
from neoncard.do.drive import rules
from neoncard.kit import clock
from neoncard.kit.jobs.tables import Job
from neoncard.people import actions as people
from neoncard.people import queries
from neoncard.people.hours import Hours, Span, checked_week, present, shifts_on, worked_days
from neoncard.share.voices import actions as voices
from tests import make

BERLIN = "Europe/Berlin"
DAYS = {str(day): ["09:00", "17:00"] for day in range(5)}
NIGHTS = {str(day): ["22:00", "06:00"] for day in range(7)}
SPLIT = {str(day): ["09:00", "13:00", "16:00", "20:00"] for day in range(5)}
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)


def at(day, hour, minute=0):
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def worked(moment):
    """The worker's five minutes at this moment; how many mails there are by then."""
    with clock.at(moment):
        nudges.plan_nudges()
        nudges.plan_letters()
        for job in Job.objects.filter(kind__in=("nudge", "letter"), state="waiting"):
            (nudges.nudge if job.kind == "nudge" else nudges.letter)(job)
    return len(mail.outbox)


@pytest.fixture
def ines(house, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    for day in range(8):
        with clock.at(at(day, 3)):
            make.kindness(house.second, house.agent, words=f"Kind words {day}.")
    return house.agent


def of_hours(member, week, leave=()):
    people.set_hours(member=member, week=week, leave=leave)


def test_a_letter_comes_on_days_one_works_alone(ines):
    of_hours(ines, DAYS, [("2026-11-04", "2026-11-05")])
    voices.set_letter(member=ines, hour=11)
    days = []
    for day in range(8):
        before = len(mail.outbox)
        for hour in (7, 9, 10, 12, 20):
            worked(at(day, hour, 5))
        if len(mail.outbox) > before:
            days.append((day, len(mail.outbox) - before))
    assert days == [(0, 1), (1, 1), (4, 1), (7, 1)], "not on leave, not at the weekend"


@pytest.mark.parametrize(
    ("week", "hour", "off", "on"),
    [
        (DAYS, 7, (6, 5), (8, 5)),  # before work: when it begins, at 9 in Berlin
        (DAYS, 21, (14, 0), (15, 35)),  # after it: half an hour before its end
        (NIGHTS, 3, (22, 0), (26, 5)),  # in the night that began the day before
        (SPLIT, 14, (13, 0), (15, 5)),  # between the two parts: when the second begins
    ],
)
def test_the_letters_hour_is_brought_into_the_shift(ines, week, hour, off, on):
    of_hours(ines, week)
    voices.set_letter(member=ines, hour=hour)
    assert worked(at(1, *off)) == 0
    assert worked(at(1, *on)) == 1


def test_a_late_worker_sends_no_letter_after_the_shift(ines):
    of_hours(ines, DAYS)
    voices.set_letter(member=ines, hour=11)
    with clock.at(at(0, 10, 5)):
        nudges.plan_letters()
    with clock.at(at(0, 16, 30)):
        nudges.letter(Job.objects.get(kind="letter"))
    assert mail.outbox == []


@pytest.mark.parametrize(("hour", "moment"), [(9, "middle"), (16, "start")])
def test_whoever_wants_both_has_both_in_one_mail(ines, hour, moment):
    of_hours(ines, DAYS)
    voices.set_letter(member=ines, hour=hour)
    drive.set_nudge(member=ines, channel="mail", moment=moment)
    for minutes in range(0, 9 * 60, 20):
        worked(at(0, 8) + timedelta(minutes=minutes))
    (one,) = mail.outbox
    assert "Three small ideas" in one.body
    assert "Kind words" in one.body


def test_on_a_hard_day_the_letter_says_nothing_of_ideas(ines):
    of_hours(ines, DAYS)
    voices.set_letter(member=ines, hour=9)
    drive.set_nudge(member=ines, channel="mail")
    with clock.at(at(0, 8, 1)):
        care.say_hard(member=ines)
    assert worked(at(0, 8, 5)) == 1
    assert "Three small ideas" not in mail.outbox[0].body


@pytest.mark.parametrize("moment", ["start", "middle"])
def test_a_shift_moved_while_it_is_on_brings_no_second_word(ines, moment):
    drive.set_nudge(member=ines, channel="mail", moment=moment)
    for start, end in ((21, 29), (22, 30), (23, 31), (20, 28)):  # past Berlin's midnight too
        people.set_shift(member=ines, starts_at=at(0, start), ends_at=at(0, end))
        for hour in range(start, end):
            worked(at(0, hour, 10))
    assert len(mail.outbox) == 1


def test_a_day_in_two_parts_has_one_word(ines):
    of_hours(ines, SPLIT)
    drive.set_nudge(member=ines, channel="mail")
    found = [worked(at(day, hour, 5)) for day in (0, 1) for hour in (8, 11, 13, 15, 18)]
    assert found == [1] * 5 + [2] * 5


@pytest.mark.parametrize("night", [date(2026, 3, 28), date(2026, 10, 24)])
@pytest.mark.parametrize("moment", ["start", "middle"])
def test_a_night_the_clocks_change_in_has_one_word_in_it(ines, night, moment):
    of_hours(ines, NIGHTS)
    drive.set_nudge(member=ines, channel="mail", moment=moment)
    (span,) = shifts_on(queries.hours(ines), night)
    moments = [span.starts_at + timedelta(minutes=20 * n) for n in range(1, 28)]
    moments = [one for one in moments if one < span.ends_at]
    found = [worked(one) for one in moments]
    assert found[-1] == 1
    half = (span.ends_at - span.starts_at) / 2 if moment == "middle" else timedelta(0)
    waited = moments[found.index(1)] - span.starts_at - half
    assert timedelta(0) <= waited <= timedelta(minutes=20)


def hours(week, single=()):
    return Hours(week, (), BERLIN, tuple(single))


def test_two_weeks_take_turns_for_ever():
    week = {"0": ["09:00", "17:00"], "1": ["09:00", "17:00"], "9": ["22:00", "06:00"]}
    checked = checked_week(week)
    assert len(checked) == 14
    days = worked_days(hours(checked), date(2026, 11, 2), date(2026, 11, 29))
    found = [((day.toordinal() - 1) // 7 % 2, day.weekday()) for day in days]
    assert (set(found), len(found)) == ({(0, 0), (0, 1), (1, 2)}, 6)
    assert {(b - a).days for a, b in zip(days, days[3:], strict=False)} == {14}


times = st.times().map(lambda one: f"{one:%H:%M}")
part = st.lists(times, min_size=2, max_size=2)
rotation = st.dictionaries(st.integers(0, 27).map(str), part, max_size=28)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@given(rotation, moments, st.integers(0, 23))
def test_a_letter_comes_on_shift_or_not_at_all(week, now, hour):
    mine = hours(checked_week(week))
    day = rules.letter_day(mine, hour, now) if mine.said else None
    if day is not None:
        assert present(mine, now) is not None
        assert worked_days(mine, day, day) == [day]


@given(rotation)
def test_weeks_are_read_as_they_were_written(week):
    checked = checked_week(week)
    mine = hours(checked)
    monday = date(2026, 11, 2)
    monday -= timedelta(days=7 * ((monday.toordinal() - 1) // 7 % mine.weeks))
    for number in range(7 * mine.weeks):
        assert list(mine.times(monday + timedelta(days=number))) == list(week.get(str(number), []))
    assert checked_week(checked) == checked


def test_whoever_enters_each_shift_by_hand_works_on_those_days():
    single = [Span(at(day, 8), at(day, 16)) for day in (1, 5, 6)]
    found = worked_days(hours({}, single), date(2026, 11, 2), date(2026, 11, 11))
    assert found == [date(2026, 11, n) for n in (2, 3, 7, 8, 9, 10, 11)]


def test_the_hours_page_keeps_weeks_in_turn_parts_and_all_leave(house, signed_in):
    client = signed_in(house.agent)
    page = client.get("/me/hours?weeks=2&parts=2").content.decode()
    assert page.count('name="day13b-ends"') == 1
    leave = [(f"2027-0{n}-01", f"2027-0{n}-03") for n in range(1, 7)]
    data = {"weeks": "2", "parts": "2", "day0-starts": "09:00", "day0-ends": "13:00"}
    data |= {"day0b-starts": "16:00", "day0b-ends": "20:00"}
    data |= {"day9-starts": "22:00", "day9-ends": "06:00"}
    for number, (first, last) in enumerate(leave):
        data |= {f"leave{number}-first": first, f"leave{number}-last": last}
    with clock.at(at(0, 12)):
        assert client.post("/me/hours", data).status_code == 302
    kept = queries.hours(house.agent)
    assert list(kept.times(date(2026, 11, 2))) == ["09:00", "13:00", "16:00", "20:00"]
    assert list(kept.times(date(2026, 11, 11))) == ["22:00", "06:00"]
    assert list(kept.times(date(2026, 11, 9))) == []
    assert kept.leave == tuple(leave)
    with clock.at(at(7, 12)):  # the other week comes first now
        page = client.get("/me/hours").content.decode()
    assert page.index('value="22:00"') < page.index('value="09:00"')
    assert all(first in page for first, _last in leave)
    assert client.post("/me/hours", data | {"day0b-starts": "12:00"}).status_code == 422


def test_an_extra_shift_is_entered_ahead_and_one_far_away_is_refused(house, signed_in):
    client = signed_in(house.agent)
    day = clock.today() + timedelta(days=9)
    data = {"shift-day": day.isoformat(), "shift-starts": "09:00", "shift-ends": "15:00"}
    assert client.post("/me/shift", data).status_code == 302
    assert house.agent.shifts.get().starts_at.date() == day
    assert client.post("/me/shift", data | {"shift-day": "9999-12-31"}).status_code == 422
    assert client.post("/me/shift", data | {"shift-ends": "16:00"}).status_code == 302
    assert house.agent.shifts.count() == 1, "the same shift, moved"
