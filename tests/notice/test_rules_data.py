"""The rule data itself: ids, literals, and patterns that no text can make slow."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neoncard.notice.engine.language import LANGUAGES
from neoncard.notice.engine.literals import alternatives, required
from neoncard.notice.engine.ruleset import Rule, _expand, documents, rules

EVERY = [rule for language in LANGUAGES for rule in rules(language)]
parser: Any = re._parser  # type: ignore[attr-defined]


def test_rule_ids_are_unique_and_name_their_label() -> None:
    ids = [
        (doc["label"], rule["id"])
        for language in LANGUAGES
        for doc in documents(language)
        for rule in doc.get("rule", ())
    ]
    assert len({rule for _, rule in ids}) == len(ids)
    assert [rule for label, rule in ids if not rule.startswith(f"{label}.")] == []


def test_scores_are_between_zero_and_one() -> None:
    assert {rule.id for rule in EVERY if not 0 < rule.score <= 1} == set()


def unbounded_groups(nodes: Any) -> int:
    """How many repetitions without bound a pattern holds of anything but one character."""
    count = 0
    for name, value in nodes:
        kind = str(name)
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, inner = value
            del low
            simple = len(inner) == 1 and str(inner[0][0]) in ("LITERAL", "IN", "ANY", "NOT_LITERAL")
            count += (str(high) == "MAXREPEAT" and not simple) + unbounded_groups(inner)
        elif kind == "SUBPATTERN":
            count += unbounded_groups(value[3])
        elif kind == "BRANCH":
            count += sum(unbounded_groups(branch) for branch in value[1])
        elif kind in ("ASSERT", "ASSERT_NOT"):
            count += unbounded_groups(value[1])
    return count


def test_groups_are_never_repeated_without_bound() -> None:
    assert unbounded_groups(parser.parse("(?:a b)+ c(?:x|y{2,})*")) == 2
    assert {rule.id for rule in EVERY if unbounded_groups(parser.parse(rule.source))} == set()


def test_a_pattern_may_be_laid_out_in_lines() -> None:
    assert _expand(" one |\n     two| three", {}, "en") == " one |two| three"
    laid = [
        pattern
        for doc in documents()
        for rule in doc.get("rule", ())
        for pattern in rule.get("any", ())
    ]
    assert [one for one in laid if "\n" in one and " \n" in one.replace("|\n", "")] == []


def literals(*strings: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(strings), frozenset()


def test_literals_of_small_patterns() -> None:
    assert required(r"(?:thank|bless) you") == literals("thank you", "bless you")
    assert required(r"colou?rful hats") == literals("colorful hats", "colourful hats")
    assert required(r"(?:very )*kind(?:ly)? regards") == literals("kind regards", "kindly regards")
    assert required(r"(?:cat|dog) [a-z]+ (?:barked|meowed)") == (
        frozenset({" barked", " meowed"}),
        frozenset({"cat ", "dog "}),
    )
    assert required(r"f+u+c+k+")[0] <= {"fu", "uc", "ck"}
    with pytest.raises(ValueError, match="no literal"):
        required(r"\w+ \d+")
    assert alternatives(r"a|b(?:c|d)|[|]e|\|f") == ["a", "b(?:c|d)", "[|]e", r"\|f"]


@given(st.data())
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
def test_what_a_rule_matches_holds_one_of_its_literals(data: st.DataObject) -> None:
    # A rule made from the names on the ticket has no pattern of its own to draw from.
    rule: Rule = data.draw(st.sampled_from([rule for rule in EVERY if rule.source]))
    text = data.draw(st.from_regex(re.compile(rule.source), fullmatch=False))
    if rule.pattern.search(text):
        assert any(one in text for one in rule.literals)
        assert not rule.also or any(one in text for one in rule.also)
