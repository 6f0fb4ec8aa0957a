"""The demo's kindnesses hang together: parties exist, links are true, boomerangs come back."""

import itertools
import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import neoncard
from neoncard.kindness.rules import Link, boomerangs

DATA = Path(neoncard.__file__).parent / "demo" / "data"
ALL: dict[str, Any] = tomllib.loads((DATA / "kindnesses.toml").read_text("utf-8"))
KINDNESSES: list[dict[str, Any]] = ALL["kindness"]
THANKS: list[dict[str, Any]] = ALL["thank_you"]
BY_KEY = {row["key"]: row for row in KINDNESSES}
MEMBERS = {p["key"]: p for p in tomllib.loads((DATA / "company.toml").read_text("utf-8"))["person"]}
CONVERSATIONS = {
    row["id"]: row
    for row in map(json.loads, (DATA / "conversations.jsonl").read_text("utf-8").splitlines())
}
CUSTOMERS = {c["customer"]["id"] for c in CONVERSATIONS.values() if "customer" in c}


def party(row: dict[str, Any]) -> tuple[str, str]:
    ((kind, who),) = row.items()
    return kind, str(who)


def when(row: dict[str, Any], prefix: str = "") -> tuple[int, str]:
    """A sortable moment; also checks that it lies in the last 30 days and before today."""
    day, time = row[f"{prefix}day"], row[f"{prefix}time"]
    assert re.fullmatch(r"D-([1-9]|[12]\d)", day)
    assert re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", time)
    return -int(day[2:]), time


def chain_length(row: dict[str, Any]) -> int:
    """How many kindnesses lead up to this one, itself included."""
    before = row.get("passed_on_from")
    return 1 + (chain_length(BY_KEY[before]) if before else 0)


def test_there_is_enough_of_everything():
    assert len(KINDNESSES) >= 40
    assert len([t for t in THANKS if "held" not in t]) >= 12
    assert len([t for t in THANKS if t.get("held") == "hostile"]) == 2
    assert len(ALL["feedback"]) >= 6
    assert {row["state"] for row in ALL["feedback"]} == {"new", "heard", "done"}
    assert len(ALL["story"]) == 5
    keys = [row["key"] for table in ("kindness", "thank_you", "feedback") for row in ALL[table]]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("row", KINDNESSES, ids=lambda row: row["key"])
def test_a_kindness_is_true_to_its_parties_and_links(row: dict[str, Any]):
    parties = [party(row["giver"]), *map(party, row["receivers"])]
    for kind, who in parties:
        assert kind in ("member", "customer", "guest", "unknown")
        assert kind != "member" or who in MEMBERS
        assert kind != "customer" or who in CUSTOMERS
    to_oneself = parties[0] in parties[1:] and parties[0][0] != "unknown"
    assert not to_oneself or len(parties) == 2
    assert row["how"] in ("said", "noticed", "thanked")
    assert row["visibility"] in ("parties", "team", "wall")
    assert ("why" in row) == (row["visibility"] == "wall")
    assert row.get("grace") in (None, "pass", "dug_deeper")
    assert row.get("conversation") in (None, *CONVERSATIONS)
    assert all(("customer", key) in parties for key in row.get("unnamed", []))
    assert row["words"]
    assert len(row["occasion"]) <= 200
    assert not ("answers" in row and "passed_on_from" in row)
    now = when(row)
    if source := row.get("passed_on_from"):
        before = BY_KEY[source]
        assert when(before) < now
        received = [party(r) for r in before["receivers"]]
        assert parties[0] in received or ("unknown", "True") in received
    if source := row.get("answers"):
        before = BY_KEY[source]
        assert when(before) < now
        assert before["giver"] in row["receivers"]
        assert row["giver"] in before["receivers"]


def test_the_chains_and_boomerangs_are_the_ones_meant():
    numbers = itertools.count(1)
    ids: dict[Any, int] = {}

    def number(who: dict[str, Any]) -> int:
        return next(numbers) if "unknown" in who else ids.setdefault(party(who), next(numbers))

    order = {row["key"]: place for place, row in enumerate(KINDNESSES)}
    links = [
        Link(
            id=order[row["key"]],
            giver=number(row["giver"]),
            receivers=tuple(number(who) for who in row["receivers"]),
            passed_on_from=order.get(row.get("passed_on_from", "")),
        )
        for row in KINDNESSES
    ]
    found = boomerangs(links)
    keys = [row["key"] for row in KINDNESSES]
    assert {keys[b.path[-1]]: len(b.path) for b in found} == {
        "paper-boat": 5,
        "what-it-set-off": 7,
        "umbrella-dario": 6,
        "lunch-by-the-window": 3,
        "the-list-of-seven": 3,
    }
    lengths = {row["key"]: chain_length(row) for row in KINDNESSES}
    assert lengths["what-it-set-off"] == 7
    assert lengths["umbrella-onwards"] == 8
    passed = Counter(row["passed_on_from"] for row in KINDNESSES if "passed_on_from" in row)
    assert [key for key, count in passed.items() if count == 2] == ["walk-to-the-lantern"]


@pytest.mark.parametrize("row", THANKS, ids=lambda row: row["key"])
def test_a_thank_you_reached_someone_who_takes_them(row: dict[str, Any]):
    assert row["to"] in MEMBERS
    if row["via"] == "link":
        conversation = CONVERSATIONS[row["conversation"]]
        assert conversation["agent"]["id"] == row["to"]
    else:
        assert row["via"] == "page"
        assert MEMBERS[row["to"]]["thanks_page"]
        assert "conversation" not in row
    assert row.get("stars") in (None, 1, 2, 3, 4, 5)
    assert row["words"]
    assert len(row["name"]) <= 60
    assert row["team_may_read"] or not row["may_publish_words"]
    assert row["may_publish_words"] or not row["may_publish_name"]
    if "answers" in row:
        assert BY_KEY[row["answers"]]["giver"] == {"member": row["to"]}
        assert when(BY_KEY[row["answers"]]) < when(row)
    told = BY_KEY.get(row.get("answers", ""), {})
    if told.get("visibility") == "wall" and row["via"] == "link" and not row["may_publish_name"]:
        assert CONVERSATIONS[row["conversation"]]["customer"]["id"] in told["unnamed"]
    if "read_day" in row:
        assert "held" not in row
        assert when(row) < when(row, "read_")
    else:
        when(row)


def test_feedback_is_answered_unless_new():
    for row in ALL["feedback"]:
        assert len(row["theme"]) <= 60
        assert ("answer" in row) == (row["state"] != "new")
        if "answer" in row:
            assert when(row) < when(row, "answered_")


@pytest.mark.parametrize("row", ALL["story"], ids=lambda row: row["kindness"])
def test_a_story_is_told_at_length_about_a_kindness_on_the_wall(row: dict[str, Any]):
    told = BY_KEY[row["kindness"]]
    assert told["visibility"] == "wall"
    assert when(told) < when(row)
    assert row["by"] in MEMBERS
    assert 80 <= len(row["story"].split()) <= 200
    assert len(row["title"]) <= 120
    assert row["credit"]
    for customer in told.get("unnamed", []):
        name = next(c["customer"]["name"] for c in CONVERSATIONS.values()
                    if c.get("customer", {}).get("id") == customer)  # fmt: skip
        assert name.split()[-1] not in row["story"] + row["credit"] + told["words"]


def test_a_comment_says_something_under_a_post_with_one_link_at_most():
    stories = {row["kindness"]: row for row in ALL["story"]}
    for row in ALL["comment"]:
        post = stories.get(row["on"], BY_KEY[row["on"]])
        assert BY_KEY[row["on"]]["visibility"] == "wall"
        assert row["by"] in MEMBERS
        assert when(post) < when(row)
        assert len(row["words"].split()) >= 12
        assert row["words"].count("https://") <= 1


def test_no_exclamation_marks_in_the_history():
    assert "!" not in (DATA / "kindnesses.toml").read_text("utf-8")
