"""The daily ideas keep the promises of their file header."""

import re
from collections import Counter

import pytest

from neoncard import library
from neoncard.library import DailyIdea

TOWARD = ("customer", "colleague", "self")


def test_each_direction_has_at_least_24_ideas():
    counts = Counter(idea.toward for idea in library.daily())
    assert set(counts) == set(TOWARD)
    assert min(counts.values()) >= 24


def test_there_are_at_least_150_ideas():
    assert len(library.daily()) >= 150


def test_keys_and_titles_are_unique():
    ideas = library.daily()
    assert len({idea.key for idea in ideas}) == len(ideas)
    assert len({idea.title.casefold() for idea in ideas}) == len(ideas)


@pytest.mark.parametrize("idea", library.daily(), ids=lambda idea: idea.key)
def test_an_idea_is_short_typed_and_plain(idea: DailyIdea):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", idea.key)
    assert idea.toward in TOWARD
    assert idea.kind in ("word", "effort", "treat")
    assert 1 <= idea.minutes <= 30
    assert 0 < len(idea.title) <= 48
    assert 0 < len(idea.detail) <= 140
    assert not idea.title.endswith(".")
    assert idea.place
    assert set(idea.place) <= {"work", "home", "street"}
    assert not (idea.asks_smile and idea.light), "a light idea never asks for a smile (E19)"


@pytest.mark.parametrize("toward", TOWARD)
def test_a_hard_day_never_runs_out_of_light_ideas(toward: str):
    """One a day per direction with a 10-day cool-down needs more than ten (E2, E19)."""
    light = [idea for idea in library.daily() if idea.toward == toward and idea.light]
    assert len(light) >= 12


@pytest.mark.parametrize("toward", TOWARD)
def test_there_are_ideas_outside_the_office_and_of_every_kind(toward: str):
    ideas = [idea for idea in library.daily() if idea.toward == toward]
    assert {idea.kind for idea in ideas} == {"word", "effort", "treat"}
    assert sum("work" not in idea.place for idea in ideas) >= 5
    assert sum("work" in idea.place for idea in ideas) >= 12
