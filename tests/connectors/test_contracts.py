"""Each connector's mapping and pull on its captured payloads: what the docs of that helpdesk promise, frozen."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag

import pytest

from neoncard import connectors, loop
from neoncard.connectors import actions, drop, frame, pulling, rules
from neoncard.connectors.frame import Asking, Context, Telling, TroubleError
from neoncard.connectors.intake import Intake
from neoncard.connectors.tables import Delivery
from neoncard.encounters.tables import Encounter, Message, Rating
from neoncard.kit.jobs.tables import Job
from neoncard.kit.outbound import Answer
from neoncard.people.tables import Handle
from tests.connectors.hooks import connector

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(connectors.__path__[0])
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SETTINGS = {
    "url": "https://help.example.org",
    "account": 1,
    "api_token": "t",
    "email": "a@b.c",
    "days": 30,
}
PAYLOADS = sorted(FOLDER.glob("*/payloads/*.json"))


def load(kind, name):
    return json.loads((FOLDER / kind / "payloads" / f"{name}.json").read_text())


def events(kind, name):
    context = Context("desk", NOW, SETTINGS)
    return frame.kinds()[kind].mapping(load(kind, name), context)


def said(kind, name):
    return [
        (one.kind, one.message.ext_id, one.actor.kind, one.actor.name)
        for one in events(kind, name)
        if one.message and one.actor
    ]


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_every_captured_payload_is_understood_the_same_each_time(path):
    kind, name = path.parts[-3], path.stem
    if name.startswith("api_"):
        return
    assert events(kind, name) == events(kind, name)
    keys = [one.key for one in events(kind, name)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("kind", sorted(frame.kinds()))
def test_every_kind_has_payloads_and_a_page_that_says_how_it_is_tested(kind):
    assert list((FOLDER / kind / "payloads").glob("*.json"))
    page = (ROOT / "docs" / "connectors" / f"{kind}.md").read_text()
    proof = frame.kinds()[kind].proof
    assert ("contract-tested" in page) == (proof == "contract")
    assert "## Setting it up" in page


def test_chatwoot_says_who_wrote():
    assert said("chatwoot", "message_created") == [
        ("message.customer", "9001", "customer", "Maren Oltmanns")
    ]
    assert said("chatwoot", "message_created_agent") == [
        ("message.agent", "9000", "agent", "Ines Albers")
    ]
    assert said("chatwoot", "message_private") == [
        ("note.internal", "9002", "agent", "Ines Albers")
    ]
    gone = events("chatwoot", "message_deleted")[-1]
    assert (gone.kind, gone.message.ext_id) == ("deleted", "9001")
    status = events("chatwoot", "conversation_status_changed")
    assert [one.kind for one in status] == ["conversation.opened", "status", "assigned"]
    assert status[1].conversation.is_open is False
    assert events("chatwoot", "conversation_updated_unassigned")[2].agent_at_time is None


def test_zendesk_says_who_wrote():
    assert said("zendesk", "ticket_comment_added") == [
        ("message.customer", "8449385117182", "customer", "Maren Oltmanns")
    ]
    assert said("zendesk", "ticket_comment_private") == [
        ("note.internal", "8449385117183", "agent", "Ines Albers")
    ]
    assert events("zendesk", "ticket_status_changed")[1].conversation.is_open is False
    gone = events("zendesk", "ticket_comment_redacted")[-1]
    assert (gone.kind, gone.message.ext_id) == ("deleted", "8449385117182")
    assert events("zendesk", "user_created") == []


def test_zammad_says_who_wrote():
    assert said("zammad", "ticket_article") == [
        ("message.customer", "104", "customer", "Maren Oltmanns")
    ]
    assert said("zammad", "ticket_article_note") == [
        ("note.internal", "105", "agent", "Ines Albers")
    ]
    assert said("zammad", "ticket_auto_reply")[0][:3] == ("message.agent", "103", "bot")
    assert events("zammad", "ticket_auto_reply")[2].agent_at_time is None
    assert events("zammad", "ticket_closed")[1].conversation.is_open is False


class Helpdesk:
    """Answers from the captured API pages, by what is asked for; notes what was asked."""

    def __init__(self, kind, **pages):
        self.kind, self.pages, self.asked = kind, pages, []

    def __call__(self, method, url, **options):
        self.asked.append((url, options.get("headers", {})))
        for part, page in self.pages.items():
            if part.replace("__", "/") in url:
                found = page if not isinstance(page, str) else load(self.kind, page)
                return Answer(200, {}, json.dumps(found).encode(), url)
        return Answer(404, {}, b"", url)


DESKS = {
    "chatwoot": {
        "messages": "api_messages",
        "csat": "api_csat",
        "page=2": {"data": {"payload": []}},
        "conversations": "api_conversations",
    },
    "zendesk": {
        "comments": "api_comments",
        "incremental": "api_incremental_tickets",
        "count": {"count": {"value": 1}},
        "users__me": {"user": {"role": "agent"}},
    },
    "zammad": {
        "by_ticket": "api_articles",
        "search": "api_search",
        "users__me": {"login": "ines"},
        "tickets": "api_search",
    },
}


def pulled(kind, row, house):
    desk = Helpdesk(kind, **DESKS[kind])
    asking = Asking({**SETTINGS, "source": row.source}, NOW, desk)
    for page in frame.kinds()[kind].pull(dict(row.cursor), asking):
        actions.pulled(connector=row, bodies=page.bodies, cursor=page.cursor)
    return desk


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(DESKS))
def test_a_webhook_and_a_pull_of_the_same_thing_collapse(kind, house):
    row = connector(kind=kind, settings=SETTINGS)
    for ext_id in ("5", "8447388090495", "3"):
        Handle.objects.create(source="desk", ext_id=ext_id, member=house.agent)
    hooks = [p.stem for p in PAYLOADS if p.parts[-3] == kind and not p.stem.startswith("api_")]
    live = [name for name in hooks if not name.endswith(("deleted", "redacted", "unassigned"))]
    intake = Intake(loop.heard_news, Flag())
    for name in live:
        body = json.dumps(load(kind, name)).encode()
        actions.keep([actions.raw(row.pk, f"id:{name}", "webhook", body)])
    assert intake.drain() == 0
    before = set(Message.objects.values_list("ext_id", flat=True))
    pulled(kind, row, house)
    assert intake.drain() == 0
    after = dict(Message.objects.values_list("ext_id", "author"))
    assert before <= set(after)
    talk = Encounter.objects.get()
    assert (talk.agent, talk.customer.name) == (house.agent, "Maren Oltmanns")
    assert sorted(after.values()).count("note") == 1
    assert sorted(after.values()).count("agent") == 1
    assert row.cursor["until"] == NOW.isoformat()
    assert Rating.objects.count() == (kind != "zammad")
    waiting = Delivery.objects.count()
    row.cursor = {}
    row.save(update_fields=["cursor"])
    pulled(kind, row, house)
    assert Delivery.objects.count() == waiting  # nothing new: nothing is even kept


@pytest.mark.parametrize("kind", sorted(DESKS))
def test_a_test_of_the_connection_says_exactly_what_is_wrong(kind):
    test = frame.kinds()[kind].test
    assert test(Asking(SETTINGS, NOW, Helpdesk(kind, **DESKS[kind])))
    for status, why in (
        (401, "the token is wrong"),
        (404, "is the address right"),
        (500, "answered 500"),
    ):
        refused = lambda method, url, status=status, **options: Answer(status, {}, b"", url)  # noqa: E731
        with pytest.raises(TroubleError, match=why):
            test(Asking(SETTINGS, NOW, refused))
    with pytest.raises(TroubleError, match="no JSON"):
        test(Asking(SETTINGS, NOW, lambda m, url, **o: Answer(200, {}, b"<html>", url)))


TOLD = {
    "chatwoot": (
        "POST", "/api/v1/accounts/1/conversations/7/messages",
        {"content": "Hi", "message_type": "outgoing", "private": True, "content_type": "text"},
        {"private": False},
    ),
    "zendesk": (
        "PUT", "/api/v2/tickets/7.json",
        {"ticket": {"comment": {"body": "Hi", "public": False}}},
        {"ticket": {"comment": {"body": "Hi", "public": True}}},
    ),
    "zammad": (
        "POST", "/api/v1/ticket_articles",
        {"ticket_id": 7, "body": "Hi", "content_type": "text/plain", "type": "note", "internal": True},
        {"type": "email", "internal": False, "to": "maren@island.test", "subject": "S"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_a_note_is_private_and_a_survey_goes_to_the_customer(kind):
    asked = []

    def answer(method, url, **options):
        asked.append((method, url.removeprefix(SETTINGS["url"]), options.get("json")))
        return Answer(200, {}, b'{"customer": "maren@island.test"}', url)

    method, path, private, public = TOLD[kind]
    tell = frame.kinds()[kind].tell
    tell(Asking(SETTINGS, NOW, answer), Telling("7", "Hi"))
    assert asked == [(method, path, private)]
    tell(Asking(SETTINGS, NOW, answer), Telling("7", "Hi", public=True, subject="S"))
    assert asked[-1] == (method, path, {**private, **public})
    refused = lambda method, url, **options: Answer(403, {}, b"", url)  # noqa: E731
    with pytest.raises(TroubleError, match="refused"):
        tell(Asking(SETTINGS, NOW, refused), Telling("7", "Hi"))


def test_a_pull_reaches_two_minutes_back_behind_the_last_one():
    since = frame.since({"until": NOW.isoformat()}, Asking({}, NOW), 30)
    assert (NOW - since).total_seconds() >= 120


def test_calls_become_encounters_without_words():
    opened, assigned = events("calls", "call")
    assert (opened.conversation.kind, opened.conversation.tags) == (
        "call",
        ("Lost luggage", "solved"),
    )
    assert (opened.conversation.ended_at - opened.occurred_at).total_seconds() == 450
    assert assigned.agent_at_time.ext_id == "ines"


@pytest.mark.django_db
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_of_calls_is_dropped_and_taken_once(house, settings, tmp_path, delimiter):
    settings.HOME = tmp_path
    row = connector(kind="calls")
    Handle.objects.create(source="desk", ext_id="ines", member=house.agent)
    lines = [
        "id,agent,queue,start,duration,disposition",
        "1,ines,Lost luggage,2026-05-01T09:00:00Z,0:07:30,solved",
        "2,ines,,2026-05-01T10:00:00Z,90,",
        "3,ines,,,90,",
    ]
    file = drop.folder("desk") / "calls.csv"
    file.write_text("\ufeff" + "\n".join(lines).replace(",", delimiter) + "\n")
    old = time.time() - 60
    os.utime(file, (old, old))
    pulling.ask(row)
    pulling.pull(Job.objects.get())
    assert Intake(loop.heard_news, Flag()).drain() == 1
    calls = Encounter.objects.order_by("ext_id").values_list("ext_id", "kind", "agent", "tags")
    assert list(calls) == [
        ("1", "call", house.agent.pk, ["Lost luggage", "solved"]),
        ("2", "call", house.agent.pk, []),
    ]
    assert "start" in Delivery.objects.get(state="parked").reason
    assert [
        path.name.endswith("-calls.csv") for path in (drop.folder("desk") / "taken").iterdir()
    ] == [True]
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_json_lines_are_dropped_and_a_file_still_being_written_is_left_alone(
    house, settings, tmp_path
):
    settings.HOME = tmp_path
    row = connector(kind="folder", settings={})
    whole = json.dumps(load("folder", "conversation"))
    single = json.dumps(load("webhook", "message") | {"message": {"id": "m2", "text": "And more."}})
    for name, ago in (("a.jsonl", 60), ("b.jsonl", 0)):
        file = drop.folder("desk") / name
        file.write_text(f"{whole}\n{single}\n\n")
        os.utime(file, (time.time() - ago,) * 2)
    pulling.ask(row)
    pulling.pull(Job.objects.get())
    Intake(loop.heard_news, Flag()).drain()
    assert sorted(Message.objects.values_list("ext_id", flat=True)) == ["m1", "m2"]
    assert Rating.objects.get().score == 5
    assert [path.name for path in drop.folder("desk").glob("*.jsonl")] == ["b.jsonl"]


def test_a_folder_is_a_connector_and_nothing_else_is_touched(tmp_path, monkeypatch):
    """A kind nobody here has heard of: one folder on the package's path, found by listing it."""
    made = tmp_path / "pigeon"
    made.mkdir()
    (made / "__init__.py").write_text(
        "from neoncard.connectors import mapping\n"
        "from neoncard.connectors.frame import Kind\n"
        "KIND = Kind(name='pigeon', title='Pigeon post', about='', mapping=mapping.events, own_verifier=True)\n"
    )
    monkeypatch.setattr(connectors, "__path__", [*connectors.__path__, str(tmp_path)])
    frame.kinds.cache_clear()
    try:
        assert frame.kinds()["pigeon"].title == "Pigeon post"
        assert {"chatwoot", "webhook"} < set(frame.kinds())
    finally:
        monkeypatch.undo()
        frame.kinds.cache_clear()


def test_the_kinds_of_event_are_those_of_the_page():
    assert set(rules.KINDS) == {
        "conversation.opened", "message.customer", "message.agent", "note.internal",
        "assigned", "status", "rating", "deleted",
    }  # fmt: skip
