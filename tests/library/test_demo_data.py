"""The demo company's people and conversations agree with each other."""

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import neoncard

DATA = Path(neoncard.__file__).parent / "demo" / "data"
AT = re.compile(r"D-(\d{1,2})T([01]\d|2[0-3]):[0-5]\d")
COMPANY: dict[str, Any] = tomllib.loads((DATA / "company.toml").read_text("utf-8"))
PEOPLE = {person["key"]: person for person in COMPANY["person"]}
CONVERSATIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (DATA / "conversations.jsonl").read_text("utf-8").splitlines()
]
every_conversation = pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda c: c["id"])


def moment(at: str) -> tuple[int, str]:
    """A sortable pair from "D-12T14:20"."""
    found = AT.fullmatch(at)
    assert found, at
    return -int(found[1]), at.split("T")[1]


def test_the_company_is_24_people_in_3_teams():
    assert len(PEOPLE) == len(COMPANY["person"]) == 24
    teams = Counter(person["team"] for person in PEOPLE.values())
    assert set(teams) == {team["key"] for team in COMPANY["team"]} == {"desk", "counter", "crew"}
    assert teams["desk"] >= 10, "free text of a team is shown from ten people on (P3)"


def test_the_roles_are_filled():
    roles = Counter(role for person in PEOPLE.values() for role in person["roles"])
    assert set(roles) == {"agent", "lead", "host", "admin", "counter"}
    assert roles["admin"] == 1
    assert roles["lead"] == 2
    staff = [p for p in PEOPLE.values() if p["team"] == "counter" and "counter" in p["roles"]]
    assert len(staff) >= 4


@pytest.mark.parametrize("person", PEOPLE.values(), ids=PEOPLE)
def test_a_person_is_complete(person: dict[str, Any]):
    assert person["email"] == f"{person['key']}@saltmarsh.example"
    assert person["name"].startswith(person["known_as"])
    assert re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", person["shift"])
    assert not person.get("pledge_shown") or person["pledge"]


def test_customers_whose_names_we_can_say_exist():
    known = {c["customer"]["id"] for c in CONVERSATIONS if "customer" in c}
    assert {row["id"] for row in COMPANY["customer"]} <= known
    assert all(0 < len(row["say_it"]) <= 80 for row in COMPANY["customer"])


def test_there_are_enough_conversations_over_30_days():
    assert len(CONVERSATIONS) >= 36
    assert len({c["id"] for c in CONVERSATIONS}) == len(CONVERSATIONS)
    ids = [m["id"] for c in CONVERSATIONS for m in c["messages"]]
    assert len(set(ids)) == len(ids)
    days = {moment(m["at"])[0] for c in CONVERSATIONS for m in c["messages"]}
    assert min(days) == -29
    assert max(days) == -1, "nothing lies in the future, whatever the hour"
    assert len(days) >= 25


@every_conversation
def test_a_conversation_is_in_order_and_knows_its_people(conversation: dict[str, Any]):
    messages = conversation["messages"]
    assert len(messages) >= 5
    times = [moment(message["at"]) for message in messages]
    assert times == sorted(times)
    agent = conversation.get("agent")
    if agent:
        assert PEOPLE[agent["id"]]["name"] == agent["name"]
        assert "agent" in PEOPLE[agent["id"]]["roles"]
    for message in messages:
        assert message["author"] in ("customer", "agent", "bot", "note")
        assert message["text"] == message["text"].strip() != ""
        assert "{" not in message["text"]
        if message["author"] in ("agent", "note"):
            assert PEOPLE[message["author_id"]]["name"] == message["author_name"]
            assert "!" not in message["text"]
        if message["author"] == "customer" and "customer" in conversation:
            assert message["author_id"] == conversation["customer"]["id"]
    rating = conversation.get("rating")
    if rating:
        assert 1 <= rating["score"] <= rating["of"] == 5


def test_the_conversations_cover_good_days_and_bad():
    tags = Counter(tag for c in CONVERSATIONS for tag in c["tags"])
    for tag in ("technical", "cancelled-sailing", "repeat", "accessibility", "lost-property",
                "missed-connection", "language", "policy", "abuse", "feedback", "robot", "open"):  # fmt: skip
        assert tags[tag] >= 1, tag
    assert {m["author"] for c in CONVERSATIONS for m in c["messages"]} == {
        "customer", "agent", "bot", "note",
    }  # fmt: skip
    customers = Counter(c["customer"]["id"] for c in CONVERSATIONS if "customer" in c)
    assert sum(count > 1 for count in customers.values()) >= 5
    scores = {c["rating"]["score"] for c in CONVERSATIONS if "rating" in c}
    assert scores == {1, 2, 3, 4, 5}


def test_a_macro_repeats_often_enough_to_be_known_as_one():
    """The boilerplate reader wants the same words in 20 conversations."""
    sent = Counter()
    for conversation in CONVERSATIONS:
        for message in conversation["messages"]:
            if "I will look after your request today." in message["text"]:
                sent[conversation["id"]] += 1
    assert len(sent) >= 20
