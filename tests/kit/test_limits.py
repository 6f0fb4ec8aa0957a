from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.kit import clock, limits
from neoncard.kit.limits.rules import window
from neoncard.kit.limits.tables import Limit

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("a.b.c.d", "unknown"),
    ],
)
def test_the_part_of_an_address_one_sender_holds(address, expected):
    assert limits.prefix(address) == expected


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 86_400),
)
def test_a_window_holds_its_moment(now, seconds):
    start, end = window(now, seconds)
    assert start <= now < end
    assert end - start == timedelta(seconds=seconds)


@pytest.mark.django_db
def test_so_many_in_a_window_and_again_in_the_next(django_assert_max_num_queries):
    with clock.at(START):
        assert [limits.allow("thanks:a", 3, 60) for _ in range(5)] == [True] * 3 + [False] * 2
        assert limits.allow("thanks:b", 3, 60)
        assert limits.allow("thanks:a", 3, 3600)
    with clock.at(START + timedelta(seconds=60)):
        assert limits.allow("thanks:a", 3, 60)
        with django_assert_max_num_queries(6):
            limits.allow("thanks:a", 3, 60)
    assert Limit.objects.count() == 4


@pytest.mark.django_db
def test_a_refusal_writes_nothing(django_assert_num_queries):
    with clock.at(START):
        limits.allow("x", 1, 60)
        with django_assert_num_queries(1):
            assert limits.allow("x", 1, 60) is False


@pytest.mark.django_db
def test_no_address_is_kept():
    limits.allow("thanks:192.0.2.0/24", 3, 60)
    assert len(Limit.objects.get().key) == 32


@pytest.mark.django_db(transaction=True)
def test_ended_windows_are_forgotten():
    with clock.at(START):
        limits.allow("a", 1, 60)
        limits.allow("b", 1, 3600)
    with clock.at(START + timedelta(minutes=10)):
        assert limits.clean().rows == 1
    assert Limit.objects.count() == 1


HAMMER = """
import django; django.setup()
from neoncard.kit import limits
print(sum(limits.allow("door", 50, 86400) for _ in range(40)))
"""


def test_the_limit_holds_across_processes(own):
    said = []
    threads = [
        Thread(target=lambda: said.append(own.python("-c", HAMMER).stdout)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(map(int, said)) == 50
