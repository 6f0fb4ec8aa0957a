"""The probes: how right the rules are, on the families they were made for and on those held back.

The bars lie just under what was measured when they were set: a change that makes the engine worse fails here.
NOTICE.md's own bars are .85 of the musts and .95 of the must-nots, for rules and heads together, on texts nobody has
seen. Of these, made to be mistaken, rules and heads find .93 and leave .96 alone; rules alone find .84 (.85 before those
went that cost most and found what the heads find: decisions/probes.md) and leave .96.
"""

from __future__ import annotations

from statistics import fmean

import pytest

from bench.notice_probes import figures, pairs, probes
from neoncard.notice.engine import LABELS, Reader

FLOOR = {"must": 0.5, "must_not": 0.75}


@pytest.fixture(scope="module")
def measured():
    return figures(Reader())


def test_there_are_enough_probes_of_every_label() -> None:
    found = list(probes())
    assert len(found) >= 1_400
    assert {probe.label for probe in found} == set(LABELS)
    assert len({(probe.label, str(probe.row)) for probe in found}) == len(found)


def test_a_family_is_shown_or_held_back_as_a_whole() -> None:
    families: dict[tuple[str, bool, str], set[bool]] = {}
    for probe in probes():
        families.setdefault((probe.label, probe.must, probe.family), set()).add(probe.held_back)
    assert {len(both) for both in families.values()} == {1}
    held = sum(both == {True} for both in families.values())
    assert 0.4 <= held / len(families) <= 0.6


def test_shown_probes_are_right(measured) -> None:
    assert measured["shown"]["mean"]["must"] >= 0.97
    assert measured["shown"]["mean"]["must_not"] >= 0.98


def test_held_back_probes_do_not_get_worse(measured) -> None:
    assert measured["held_back"]["mean"]["must"] >= 0.93
    assert measured["held_back"]["mean"]["must_not"] >= 0.94


def test_rules_alone_do_not_get_worse() -> None:
    held = [probe for probe in probes() if probe.held_back]
    reader, shares = Reader(), {}
    for must in (True, False):
        right: dict[str, list[bool]] = {}
        for probe in held:
            if probe.must == must:
                marked = probe.label in {mark.label for mark in reader.by_rules(probe.row)}
                right.setdefault(probe.label, []).append(marked == must)
        shares[must] = fmean(map(fmean, right.values()))
    assert shares[True] >= 0.84
    assert shares[False] >= 0.955


@pytest.mark.parametrize("kind", ["must", "must_not"])
def test_no_label_falls_behind(measured, kind) -> None:
    rows = measured["held_back"]["labels"]
    assert {label for label, row in rows.items() if row[kind] < FLOOR[kind]} == set()


def test_harmless_profanity_and_counter_speech_are_no_insults(measured) -> None:
    flagged = measured["flagged_as_insult"]
    assert flagged["harmless_profanity"] <= 0.10
    assert flagged["counter_speech"] <= 0.08


def test_dialects_weigh_the_same(measured) -> None:
    assert measured["dialects"]["pairs"] == len(list(pairs())) == 42
    assert measured["dialects"]["mean_difference"] <= 0.05
    assert measured["dialects"]["apart"] <= 1
