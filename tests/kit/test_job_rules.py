from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.kit.jobs import rules

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
chances = st.floats(0, 1, exclude_max=True)


@given(st.integers(-3, 200), chances)
def test_the_wait_stays_between_a_quarter_minute_and_an_hour(tries, chance):
    assert timedelta(seconds=15) <= rules.wait(tries, chance) <= timedelta(hours=1)


@given(st.integers(1, 50), chances)
def test_the_wait_never_shrinks_with_more_tries(tries, chance):
    assert rules.wait(tries, chance) <= rules.wait(tries + 1, chance)


def test_eight_tries_take_about_an_hour_then_a_person_is_asked():
    waits = [rules.wait(n, 0.5) for n in range(1, rules.TRIES)]
    assert sum(waits, timedelta()) == timedelta(seconds=0.75 * 30 * (2**7 - 1))
    assert [n for n in range(1, 12) if rules.parks(n)] == [8, 9, 10, 11]


@given(moments, st.integers(1, 10**6), st.integers(0, 10**7))
def test_the_next_run_is_the_first_on_the_grid_after_now(now, seconds, ago):
    every = rules.Every(timedelta(seconds=seconds))
    last = now - timedelta(seconds=ago)
    at = rules.next_run(now, every, last)
    assert now < at <= now + every.interval
    assert (at - last) % every.interval == timedelta(0)


@given(moments, st.integers(0, 23))
def test_nightly_work_runs_at_its_hour(now, hour):
    at = rules.next_run(now, rules.Every(timedelta(days=1), hour), now - timedelta(days=3))
    assert now < at <= now + timedelta(days=1)
    assert (at.hour, at.minute, at.second) == (hour, 0, 0)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("no such desk"), "ValueError: no such desk"),
        (KeyError(), "KeyError"),
        (
            ValueError("duplicate key\nDETAIL: (email)=(maren@example.test)"),
            "ValueError: duplicate key",
        ),
    ],
)
def test_a_reason_is_one_line_without_the_values(error, expected):
    assert rules.reason(error) == expected
    assert len(rules.reason(ValueError("x" * 999))) == 300
