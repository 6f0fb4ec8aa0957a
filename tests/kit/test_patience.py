"""Waiting as long as the other side says, no longer than we may, and saying meanwhile that we live."""

from datetime import UTC, datetime

import pytest

from neoncard.kit import clock
from neoncard.kit.outbound import Answer
from neoncard.kit.patience import patient, told_to_wait

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def answer(status, after=None):
    return Answer(status, {} if after is None else {"Retry-After": after}, b"", "https://x.test/")


@pytest.mark.parametrize(
    ("status", "after", "seconds"),
    [
        (429, "7", 7.0),
        (503, "0", 1.0),
        (429, "Fri, 01 May 2026 12:00:30 GMT", 30.0),
        (429, "Fri, 01 May 2026 11:00:30 GMT", 1.0),
        (429, "soon", None),
        (429, None, None),
        (200, "7", None),
        (500, "7", None),
    ],
)
def test_how_long_it_asks_us_to_wait(status, after, seconds):
    assert told_to_wait(answer(status, after), NOW) == seconds


def run(*answers, most=100.0):
    left, slept, alive = list(answers), [], []
    ask = patient(
        lambda method, url, **more: left.pop(0),
        still=lambda: alive.append(1),
        most=most,
        sleep=slept.append,
    )
    with clock.at(NOW):
        return ask("GET", "https://x.test/").status, slept, len(alive)


def test_it_waits_and_asks_again_and_says_that_it_lives():
    assert run(answer(429, "3"), answer(503, "2"), answer(200)) == (200, [1.0] * 5, 8)


def test_what_would_wait_too_long_is_the_answer():
    assert run(answer(429, "101")) == (429, [], 1)
    assert run(answer(429, "60"), answer(429, "60")) == (429, [1.0] * 60, 62)


def test_a_refusal_that_names_no_time_is_the_answer():
    assert run(answer(429)) == (429, [], 1)
