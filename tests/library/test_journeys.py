"""The six starter journeys: two in full, four in outline, with the dreaded steps."""

import pytest

from neoncard import library
from neoncard.library import Journey

FULL = ("call_centre", "grocery_cashier")
every_journey = pytest.mark.parametrize(
    "journey", library.journeys(), ids=lambda journey: journey.key
)


def test_there_are_the_six_front_lines_the_full_ones_first():
    keys = [journey.key for journey in library.journeys()]
    assert tuple(keys) == library.JOURNEYS
    assert [j.key for j in library.journeys() if not j.outline] == list(FULL)


@every_journey
def test_a_journey_is_as_long_as_it_should_be(journey: Journey):
    if journey.outline:
        assert 5 <= len(journey.steps) <= 7
        assert len(journey.ideas) >= 3
    else:
        assert 7 <= len(journey.steps) <= 9
        assert len(journey.ideas) >= 8
        assert {idea.level for idea in journey.ideas} == {1, 2, 3, 4, 5}
        assert {idea.kind for idea in journey.ideas} == {"word", "effort", "treat"}
        assert {idea.aim for idea in journey.ideas} == {"trust", "advocacy", "loyalty"}


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
    assert where["another-language"] >= {*FULL, "airline_crew", "hotel_bell_desk"}
    assert where["cancelling"] == {"call_centre", "bank_teller", "hotel_bell_desk"}
    waiting = {"hold", "queue", "waits", "delayed", "too-early"}
    for journey in library.journeys():
        assert waiting & {step.key for step in journey.steps}
