"""What counts, and what may be shown (P3)."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.learn.rules import groups_to_show, happy, rounded, week_of


@pytest.mark.parametrize(
    ("score", "best", "expected"),
    [
        (5, 5, True),
        (4, 5, True),
        (3, 5, False),
        (1, 1, True),
        (0, 1, False),
        (8, 10, True),
        (7, 10, False),
    ],
)
def test_a_rating_is_happy_from_three_quarters(score, best, expected):
    assert happy(score, best) is expected


@pytest.mark.parametrize(("score", "best"), [(6, 5), (-1, 5), (1, 0)])
def test_a_rating_off_its_scale_is_refused(score, best):
    with pytest.raises(ValueError, match=r"^rating:"):
        happy(score, best)


def test_counts_are_rounded_to_five():
    assert [rounded(n) for n in (0, 2, 3, 7, 8, 12, 13)] == [0, 0, 5, 5, 10, 10, 15]


@given(st.dates())
def test_a_week_begins_on_monday(day):
    monday = week_of(day)
    assert monday.weekday() == 0
    assert 0 <= (day - monday).days <= 6


def test_the_complement_rule():
    assert groups_to_show({"a": 12, "b": 6, "c": 6}, 24) == ["a"]
    assert groups_to_show({"a": 12, "b": 6}, 18) == []
    assert groups_to_show({"a": 9, "b": 9}, 18) == ["a", "b"]
    assert groups_to_show({"a": 7}, 7) == []


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(1, 30), max_size=6),
    st.integers(0, 12),
)
def test_no_sum_or_difference_of_shown_groups_is_a_smaller_group(teams, loose):
    everyone = sum(teams.values()) + loose
    shown = groups_to_show(teams, everyone)
    sizes = [teams[name] for name in shown]
    for n in range(len(sizes) + 1):
        for some in combinations(sizes, n):
            rest = everyone - sum(some)
            if shown:
                assert rest == 0 or rest >= 8
    assert all(size >= 8 for size in sizes)


def test_week_of_a_known_day():
    assert week_of(date(2026, 11, 22)) == date(2026, 11, 16)
