"""The six starter journeys, each in full, with the dreaded steps."""

from collections import Counter

import pytest

from neoncard import library
from neoncard.library import Journey

every_journey = pytest.mark.parametrize(
    "journey", library.journeys(), ids=lambda journey: journey.key
)


def test_there_are_the_six_front_lines_each_in_full():
    assert tuple(journey.key for journey in library.journeys()) == library.JOURNEYS
    assert [journey.key for journey in library.journeys() if journey.outline] == []


@every_journey
def test_a_journey_is_whole_and_its_ideas_are_mixed(journey: Journey):
    assert 8 <= len(journey.steps) <= 9
    assert len(journey.ideas) >= 10
    assert {idea.level for idea in journey.ideas} == {1, 2, 3, 4, 5}
    assert {idea.aim for idea in journey.ideas} == {"trust", "advocacy", "loyalty"}
    made_of = Counter(idea.kind for idea in journey.ideas)
    assert made_of["effort"] > made_of["word"] > made_of["treat"] > 0, "effort first (E12)"


@every_journey
def test_nearly_every_gap_has_an_idea(journey: Journey):
    bare = [step.key for step in journey.steps if step.key not in gaps(journey)]
    assert bare in ([], ["kitchen-table"])


def gaps(journey: Journey) -> set[str]:
    return {idea.after_step for idea in journey.ideas}


@every_journey
def test_a_treat_is_asked_for_before_it_is_given(journey: Journey):
    """E16, as for the acts; a card sent after they left has nobody to ask."""
    treats = {idea.key: idea.text for idea in journey.ideas if idea.kind == "treat"}
    treats.pop("thank-you-for-six-years", None)
    assert {key for key, text in treats.items() if "?" not in text} == set()


def test_no_two_ideas_say_the_same():
    ideas = [idea for journey in library.journeys() for idea in journey.ideas]
    assert len({idea.text for idea in ideas}) == len(ideas)
    assert len({idea.principle for idea in ideas}) == len(ideas)


@every_journey
def test_every_idea_lies_in_a_gap_of_its_journey(journey: Journey):
    steps = [step.key for step in journey.steps]
    assert len(set(steps)) == len(steps)
    assert len({idea.key for idea in journey.ideas}) == len(journey.ideas)
    assert {idea.after_step for idea in journey.ideas} <= set(steps)
    order = [steps.index(idea.after_step) for idea in journey.ideas]
    assert order == sorted(order), "ideas are written in the order of their gaps"


@every_journey
def test_every_field_has_words_and_a_known_value(journey: Journey):
    assert journey.front_line in ("call", "counter", "cabin", "desk")
    assert journey.title
    assert journey.intro
    channels = ("web", "robot", "phone", "email", "chat", "counter", "person")
    for step in journey.steps:
        assert step.channel in channels
        assert 0 < len(step.title) <= 48
        assert step.note
        assert 0 < len(step.feel_note) <= 120
    for idea in journey.ideas:
        assert idea.kind in ("word", "effort", "treat")
        assert idea.aim in ("trust", "advocacy", "loyalty")
        assert 1 <= idea.level <= 5
        assert 0 < len(idea.text) <= 160
        assert 0 < len(idea.cost) <= 80
        assert idea.principle


def test_the_steps_people_dread_are_there():
    where = {
        dread: {j.key for j in library.journeys() if dread in {step.key for step in j.steps}}
        for dread in ("robot", "another-language", "cancelling")
    }
    assert where["robot"] == set(library.JOURNEYS)
    assert where["another-language"] == set(library.JOURNEYS)
    assert where["cancelling"] == {"call_centre", "bank_teller", "hotel_bell_desk"}
    waiting = {"hold", "queue", "waits", "delayed", "too-early"}
    for journey in library.journeys():
        assert waiting & {step.key for step in journey.steps}
