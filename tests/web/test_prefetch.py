"""Mail scanners, chat previews and browsers open links ahead of people: no link we send writes anything by being opened."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from neoncard import chatting
from tests.samples import samples

SENT = ("rate", "mine", "thanks", "receipt", "smile", "smile_qr", "stories_feed", "guest_board")
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


@pytest.mark.parametrize("method", ["head", "get"])
def test_opening_the_link_that_joins_a_chat_writes_nothing(house, signed_in, method):
    token = chatting.JOIN.sign_object({"kind": "slack", "id": "U1", "name": "ines"})
    assert writes(signed_in(house.agent), method, f"/chat/join?as={token}") == []
    card = samples("smile_mine", house)
    assert writes(signed_in(house.agent), method, reverse("smile_mine", kwargs=card)) == []
