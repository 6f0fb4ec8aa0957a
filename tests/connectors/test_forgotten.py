"""What was forgotten (P7), erased (P5) or deleted over there stays away, though each pull brings the whole ticket again."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from neoncard import connectors, loop
from neoncard.connectors import actions
from neoncard.connectors.intake import Intake
from neoncard.connectors.tables import Delivery
from neoncard.encounters.tables import Customer, Encounter, Message, Rating, Tombstone
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from tests.connectors.hooks import connector

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = Path(connectors.__path__[0])
START = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def load(kind, name):
    return json.loads((FOLDER / kind / "payloads" / f"{name}.json").read_text())


def zendesk():
    ticket = load("zendesk", "api_incremental_tickets")["tickets"][0]
    said = load("zendesk", "api_comments")
    return {"pulled": ticket, "comments": said["comments"], "users": said["users"]}


def zammad():
    return {
        "pulled": load("zammad", "api_search")[0],
        "articles": load("zammad", "api_articles"),
    }


def django_helpdesk():
    return load("django_helpdesk", "ticket")


WHOLE = {"zendesk": zendesk, "zammad": zammad, "django_helpdesk": django_helpdesk}
CUSTOMERS = {"zendesk": "8447388090494", "zammad": "14", "django_helpdesk": "maren@island.test"}


def pull(row, body):
    row.refresh_from_db()
    bodies = [json.dumps(body, sort_keys=True).encode()]
    actions.pulled(connector=row, bodies=bodies, cursor={})
    assert Intake(loop.heard_news, Event()).drain() == 0


def hook(row, body, key):
    actions.keep([actions.raw(row.pk, key, "webhook", json.dumps(body).encode())])
    assert Intake(loop.heard_news, Event()).drain() == 0


def texts():
    return sorted(Message.objects.values_list("text", flat=True))


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_what_retention_took_no_pull_brings_back(house, kind):
    row, body = connector(kind=kind), WHOLE[kind]()
    with clock.at(START):
        pull(row, body)
    assert len(texts()) >= 3
    with clock.at(START + 32 * DAY):
        loop.forget()
        actions.forget_raw()
        pull(row, body)
        assert (texts(), Encounter.objects.get().subject) == ([], "")
        assert set(Rating.objects.values_list("comment", flat=True)) <= {""}
        assert Kindness.objects.exclude(state="kept").count() == 0


def test_what_is_said_in_an_old_ticket_today_comes_in_and_goes_after_its_days(house):
    row, body = connector(kind="zendesk"), zendesk()
    with clock.at(START):
        pull(row, body)
    now = START + 32 * DAY
    with clock.at(now):
        loop.forget()
        later = copy.deepcopy(body["comments"][1])
        later |= {"id": 9, "plain_body": "Thank you again", "created_at": now.isoformat()}
        body["comments"].append(later)
        body["pulled"]["updated_at"] = now.isoformat()
        pull(row, body)
        assert texts() == ["Thank you again"]


@pytest.mark.parametrize("kind", sorted(WHOLE))
@pytest.mark.parametrize("days", [0, 9])
def test_whom_we_erased_no_pull_brings_back(house, kind, days):
    row, body = connector(kind=kind), WHOLE[kind]()
    with clock.at(START):
        pull(row, body)
        assert loop.erase_customer("desk", CUSTOMERS[kind]) is not None
    with clock.at(START + days * DAY + timedelta(minutes=5)):
        actions.forget_raw()
        pull(row, body)
    for table in (Customer, Encounter, Message):
        assert table.objects.count() == 0
    assert Tombstone.objects.count() == 1
    assert CUSTOMERS[kind] not in Tombstone.objects.get().key


def test_what_an_erased_customer_wrote_in_anothers_ticket_stays_away_too(house):
    row, body = connector(kind="zendesk"), zendesk()
    other = copy.deepcopy(body["comments"][1])
    other |= {"id": 9, "author_id": 77, "plain_body": "I am her neighbour"}
    body["comments"].append(other)
    body["users"].append({"id": 77, "name": "Jo", "role": "end-user"})
    own = copy.deepcopy(body)
    own["pulled"] |= {"id": 6000, "requester_id": 77}
    own["comments"] = [{**other, "id": 10}]
    with clock.at(START):
        pull(row, body)
        pull(row, own)
        assert loop.erase_customer("desk", "77") is not None
    with clock.at(START + 9 * DAY):
        actions.forget_raw()
        pull(row, body)
        pull(row, own)
    assert Encounter.objects.count() == 1
    assert "I am her neighbour" not in texts()
    assert len(texts()) == 3


def test_who_connects_a_helpdesk_again_has_its_conversations_again(house):
    row, body = connector(kind="zendesk"), zendesk()
    with clock.at(START):
        pull(row, body)
        loop.HANDLERS[loop.REMOVE](_removal(row))
        assert (Encounter.objects.count(), Tombstone.objects.count()) == (0, 0)
        pull(connector(kind="zendesk"), body)
    assert Encounter.objects.count() == 1


def _removal(row):
    from neoncard.kit.jobs.tables import Job

    return Job(payload={"connector": row.pk, "data": True})


def test_a_redaction_whose_webhook_was_lost_is_seen_by_the_next_pull(house):
    row, body = connector(kind="zendesk"), zendesk()
    with clock.at(START):
        pull(row, body)
        body["comments"][1]["plain_body"] = "Thank you ▇▇▇▇"
        pull(row, body)
        assert not any("Thank you" in one for one in texts())
        assert len(texts()) == 2
        hook(row, load("zendesk", "ticket_comment_added"), "late")
        assert len(texts()) == 2


def test_a_deleted_ticket_keeps_no_word(house):
    row, body = connector(kind="zendesk"), zendesk()
    with clock.at(START):
        pull(row, body)
        gone = {name: body["pulled"][name] for name in ("id", "created_at", "updated_at")}
        pull(row, {"pulled": {**gone, "status": "deleted"}})
        assert (texts(), Encounter.objects.get().is_open) == ([], False)


@pytest.mark.parametrize(
    ("kind", "path", "head"),
    [("zammad", ("articles",), "pulled"), ("django_helpdesk", ("ticket", "followup_set"), "")],
)
def test_a_message_that_is_missing_from_a_whole_ticket_is_gone(house, kind, path, head):
    row, body = connector(kind=kind), WHOLE[kind]()
    with clock.at(START):
        pull(row, body)
        before = texts()
        said = body
        for name in path:
            said = said[name]
        del said[1]
        if head:
            body[head]["updated_at"] = "2026-05-01T09:30:00Z"
    with clock.at(START + timedelta(minutes=5)):
        pull(row, body)
        assert len(texts()) == len(before) - 1
        assert set(texts()) < set(before)


def test_a_message_newer_than_the_pull_is_not_taken_for_a_missing_one(house):
    row, body = connector(kind="zammad"), zammad()
    with clock.at(START):
        news = load("zammad", "ticket_article")
        news["article"] |= {"id": 200, "created_at": "2026-05-01T09:50:00Z"}
        news["article"]["updated_at"] = "2026-05-01T09:50:00Z"
        hook(row, news, "new")
        pull(row, body)
        assert Message.objects.filter(ext_id="200").count() == 1
        assert Message.objects.count() == 5


def test_a_ticket_closed_and_opened_again_without_a_word_is_open(house):
    row, body = connector(kind="django_helpdesk"), django_helpdesk()
    closed = copy.deepcopy(body)
    closed["ticket"]["status"] = 4
    for minutes, said, is_open in ((0, body, True), (5, closed, False), (10, body, True), (15, closed, False), (20, closed, False)):  # fmt: skip
        with clock.at(START + timedelta(minutes=minutes)):
            pull(row, said)
            assert Encounter.objects.get().is_open is is_open
    assert Delivery.objects.count() == 2
    assert Message.objects.count() == 3
