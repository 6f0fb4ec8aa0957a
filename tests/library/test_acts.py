"""The starter playbook: kinds, gates and enough to say in every situation."""

import re

import pytest

from neoncard import library
from neoncard.library import Act

SITUATIONS = {
    "any", "open_problem", "technical", "repeat_contact", "out_of_hands", "waiting",
    "first_meeting", "thanks", "heavy", "language", "farewell",
}  # fmt: skip
NO_TREATS = {
    "any", "open_problem", "technical", "repeat_contact", "out_of_hands", "first_meeting", "heavy",
}  # fmt: skip
every_act = pytest.mark.parametrize("act", library.acts(), ids=lambda act: act.key)


def test_there_are_enough_acts_and_each_is_itself():
    acts = library.acts()
    assert len(acts) >= 30
    assert len({act.key for act in acts}) == len(acts)
    assert len({act.title.casefold() for act in acts}) == len(acts)
    assert len({act.instance for act in acts}) == len(acts)


@every_act
def test_an_act_is_short_typed_and_complete(act: Act):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", act.key)
    assert 0 < len(act.title) <= 60
    assert act.kind in ("word", "effort", "treat")
    assert act.aim in ("trust", "advocacy", "loyalty")
    assert 1 <= act.minutes <= 10
    assert act.front_lines
    assert set(act.front_lines) <= {"call", "counter", "cabin", "desk", "any"}
    assert act.fits
    assert set(act.fits) <= SITUATIONS
    assert len(set(act.fits)) == len(act.fits)
    assert "any" not in act.fits or act.fits == ("any",)
    assert act.principle
    assert act.may_decide
    assert 0 < len(act.instance) <= 140, "sayable in one breath"
    assert not (act.asks_smile and act.light)
    assert (act.journey is None) == (act.step is None)


@every_act
def test_only_treats_cost_money_and_they_stay_out_of_trouble(act: Act):
    """E12, E15: words and effort while something is wrong or new. E16: a treat asks first."""
    if act.kind == "treat":
        assert not NO_TREATS & set(act.fits)
        assert "?" in act.instance
    else:
        assert act.money == 0


@every_act
def test_a_smile_is_never_asked_for_in_trouble(act: Act):
    if act.asks_smile:
        assert not {"any", "heavy", "open_problem", "repeat_contact"} & set(act.fits)


def test_steps_named_by_acts_exist():
    known = {(j.key, step.key) for j in library.journeys() for step in j.steps}
    named = {(act.journey, act.step) for act in library.acts() if act.journey}
    assert named
    assert named <= known


@pytest.mark.parametrize("front_line", ["call", "counter", "cabin", "desk"])
@pytest.mark.parametrize("situation", sorted(SITUATIONS - {"any"}))
def test_every_front_line_has_words_and_effort_in_every_situation(front_line: str, situation: str):
    own = [
        act
        for act in library.acts()
        if {front_line, "any"} & set(act.front_lines)
        and situation in act.fits
        and act.kind != "treat"
        and not act.asks_smile
    ]
    assert len(own) >= 3
    assert sum(act.light for act in own) >= 2, "a hard day still has something to offer (E19)"
    if situation in ("technical", "open_problem", "repeat_contact", "out_of_hands", "heavy"):
        at_least = 8 if front_line in ("call", "counter") else 3
        assert len(own) >= at_least
        assert {act.kind for act in own} == {"word", "effort"}
