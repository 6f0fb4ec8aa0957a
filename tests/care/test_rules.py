"""How long a hard day lasts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.care.rules import LEAST, until

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_it_ends_with_the_shift():
    assert until(NOON, NOON + timedelta(minutes=20), "UTC") == NOON + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("now", "zone", "over"),
    [
        (NOON, "UTC", datetime(2026, 3, 11, tzinfo=UTC)),
        (NOON, "Europe/Berlin", datetime(2026, 3, 10, 23, tzinfo=UTC)),
        (NOON.replace(hour=22), "UTC", datetime(2026, 3, 11, 2, tzinfo=UTC)),
    ],
)
def test_without_a_shift_it_ends_at_midnight_but_not_within_four_hours(now, zone, over):
    assert until(now, None, zone) == over


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu"]),
)
def test_it_lasts_between_four_hours_and_a_day(moment, zone):
    now = moment.replace(tzinfo=UTC)
    assert LEAST <= until(now, None, zone) - now <= timedelta(hours=25)
