"""Mail scanners, chat previews and browsers open links ahead of people: no link we send writes anything by being opened."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from neoncard import chatting
from tests.samples import samples

SENT = (
    "rate",
    "mine",
    "thanks",
    "receipt",
    "smile",
    "smile_qr",
    "stories_feed",
    "guest_board",
    "story_said",
)
OURS = ("today", "drive", "story", "me", "thank_colleague", "reviews")
"""What a letter, a word once a shift, a chat and its home link to: for somebody signed in."""
READS = ("SELECT", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "PRAGMA", "ROLLBACK", "SET")


def writes(client, method, address):
    with CaptureQueriesContext(connection) as made:
        answer = getattr(client, method)(address)
    assert answer.status_code < 400, address
    asked = [one["sql"] for one in made if not one["sql"].startswith(READS)]
    # How often an open door was knocked at is counted; that is what keeps guessers out.
    return [sql for sql in asked if '"neoncard_limit"' not in sql]


@pytest.mark.parametrize("method", ["head", "get"])
@pytest.mark.parametrize("name", SENT)
def test_opening_a_link_we_send_writes_nothing(house, name, method):
    given = samples(name, house)
    address = reverse(name, kwargs={k: v for k, v in given.items() if k != "?"}) + given.get(
        "?", ""
    )
    assert writes(Client(), method, address) == []


@pytest.mark.parametrize("name", OURS)
def test_opening_a_link_to_a_colleague_writes_nothing(house, signed_in, name):
    address = reverse(name, kwargs=samples(name, house))
    for method in ("head", "get"):
        assert writes(Client(), method, address) == []  # a scanner is not signed in
    client = signed_in(house.agent)
    if name == "today":
        client.get(address)  # the day's ideas are dealt when its owner first looks
    for method in ("get", "head") if name != "today" else ("get",):
        assert writes(client, method, address) == []


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender"])
@pytest.mark.parametrize("name", OURS)
def test_what_a_browser_asks_for_ahead_is_not_made(house, signed_in, name, purpose):
    address = reverse(name, kwargs=samples(name, house))
    client = signed_in(house.agent)
    with CaptureQueriesContext(connection) as made:
        ahead = client.get(address, headers={"Sec-Purpose": purpose})
    assert (ahead.status_code, ahead["Cache-Control"], len(made)) == (503, "no-store", 0)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("method", ["head", "get"])
def test_opening_the_link_that_joins_a_chat_writes_nothing(house, signed_in, method):
    token = chatting.JOIN.sign_object({"kind": "slack", "id": "U1", "name": "ines"})
    assert writes(signed_in(house.agent), method, f"/chat/join?as={token}") == []
    card = samples("smile_mine", house)
    assert writes(signed_in(house.agent), method, reverse("smile_mine", kwargs=card)) == []
