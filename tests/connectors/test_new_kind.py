"""A connector is a folder and nothing else: one laid beside the others is found, set up, heard, framed and asked."""

import json
import sys
from textwrap import dedent

import pytest
from django.test import Client
from django.urls import reverse

from neoncard import connectors
from neoncard.connectors import frame
from neoncard.connectors.tables import Connector
from neoncard.design import actions as design
from neoncard.encounters.tables import Encounter, Message
from neoncard.people.tables import Handle
from tests.connectors.hooks import SECRET, post

pytestmark = pytest.mark.django_db(transaction=True)

FOLDER = {
    "__init__.py": """
        from django import forms
        from neoncard.connectors import signatures
        from neoncard.connectors.frame import Kind, Settings, Sidebar
        from neoncard.connectors.pigeons.mapping import events

        class Form(Settings):
            SECRETS = frozenset({"whistle"})
            url = forms.URLField(label="Loft", assume_scheme="https")
            whistle = forms.CharField(label="Whistle")

        KIND = Kind(
            name="pigeons", title="Pigeon post", about="Letters by air.", mapping=events, form=Form,
            verifier=signatures.SENDERS["standard"], test=lambda asking: f"a loft at {asking.settings['url']}",
            ticket=r"/letters/(\\w+)", sidebar=Sidebar(speaks="app_context", steps=("Nail it to the loft.",)),
        )
    """,
    "mapping.py": """
        from neoncard.connectors import payload, rules
        from neoncard.connectors.rules import Actor, Talk, Words

        def events(found, context):
            base = {"source": context.source, "received_at": context.received_at, "revision": "1",
                    "occurred_at": payload.moment(found, "at", now=context.received_at)}
            letter = found["letter"]
            return [
                rules.event(**base, kind=rules.ASSIGNED, object_id=letter, conversation=Talk(letter),
                            agent_at_time=Actor("agent", found["keeper"], "")),
                rules.event(**base, kind=rules.CUSTOMER, object_id=f"{letter}/1",
                            conversation=Talk(letter, subject="By air"),
                            message=Words(ext_id="1", text=found["text"]),
                            actor=Actor("customer", found["from"], found["from"])),
            ]
    """,
}


@pytest.fixture
def pigeons(tmp_path, monkeypatch):
    """The folder, laid beside the others; taken away again."""
    folder = tmp_path / "pigeons"
    folder.mkdir()
    for name, text in FOLDER.items():
        (folder / name).write_text(dedent(text))
    monkeypatch.setattr(connectors, "__path__", [*connectors.__path__, str(tmp_path)])
    frame.kinds.cache_clear()
    yield
    frame.kinds.cache_clear()
    for name in [name for name in sys.modules if name.startswith("neoncard.connectors.pigeons")]:
        del sys.modules[name]


def text(response):
    return response.content.decode()


def test_a_folder_is_all_a_connector_needs(pigeons, house, signed_in, door, take_in):
    design.install_starters(house.organisation)
    admin = signed_in(house.admin)
    assert "Letters by air." in text(admin.get("/settings/connectors"))
    add = reverse("connector_add", args=["pigeons"])
    assert "Whistle" in text(admin.get(add))
    given = {
        "name": "The loft",
        "url": "https://loft.example",
        "whistle": "three short ones",
        "signing_secret": SECRET,
        "frame_parents": "https://loft.example",
    }
    answer = admin.post(add, given)
    row = Connector.objects.get()
    assert answer["Location"] == reverse("connector", args=[row.pk])
    assert "three short ones" not in json.dumps(row.settings) + row.sealed
    page = text(admin.get(answer["Location"]))
    assert "Nail it to the loft." in page
    assert ("Test the connection" in page, "Pull now" in page) == (True, False)
    assert f"/beside/frame/{row.pk}" in page
    tested = admin.post(reverse("connector_test", args=[row.pk]), follow=True)
    assert "It works: a loft at https://loft.example." in text(tested)

    Handle.objects.create(source=row.source, ext_id="keeper-1", member=house.agent)
    letter = {
        "letter": "L1",
        "at": 1_780_000_000,
        "from": "Maren",
        "text": "Thank you, it came through the storm.",
        "keeper": "keeper-1",
    }
    assert post(row, letter) == 200
    assert take_in() == 0
    assert (Encounter.objects.get().agent, Message.objects.get().text) == (
        house.agent,
        letter["text"],
    )

    agent = signed_in(house.agent)
    beside = text(agent.get("/beside", {"url": "https://loft.example/letters/L1"}))
    assert "Maren" in beside
    framed = Client().get(reverse("beside_frame", args=[row.pk]))
    assert "frame-ancestors https://loft.example" in framed["Content-Security-Policy"]


def test_without_the_folder_there_is_no_such_connector(house, signed_in):
    assert "pigeons" not in frame.kinds()
    address = reverse("connector_add", args=["pigeons"])
    assert signed_in(house.admin).get(address).status_code == 404
