"""How much is claimed at once, who is claimed alone, what the writer's connection does, and what lies in the drop folder."""

import asyncio
import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from neoncard import loop
from neoncard.connectors import actions, drop, inbox, pulling
from neoncard.connectors.tables import Delivery
from neoncard.kit import clock
from neoncard.kit.jobs.tables import Job
from tests.connectors.hooks import connector

pytestmark = pytest.mark.django_db(transaction=True)


def deliveries(row, many, tries=0):
    rows = [actions.raw(row.pk, f"{tries}-{n}", "webhook", b"{}") for n in range(many)]
    for one in rows:
        one.tries = tries
    actions.keep(rows)


def claimed():
    """How many a worker takes now; they are then over and done with."""
    rows = actions.claim()
    Delivery.objects.filter(pk__in=[one.pk for one in rows]).update(state="done")
    return len(rows)


def test_at_most_two_hundred_are_claimed_at_once():
    deliveries(connector(), actions.MOST + 3)
    assert [claimed(), claimed(), claimed()] == [200, 3, 0]


def test_what_was_taken_three_times_before_is_taken_alone():
    row = connector()
    deliveries(row, 2, tries=actions.DOUBTED)
    deliveries(row, 3)
    assert [claimed(), claimed(), claimed(), claimed()] == [1, 1, 3, 0]


def test_a_delivery_that_kills_its_worker_again_and_again_holds_up_nobody_else():
    row = connector()
    deliveries(row, 3)
    sizes = []
    for _ in range(5):  # each time the worker dies, and its claim with it
        sizes.append(len(actions.claim()))
        Delivery.objects.update(lease="", leased_until=None)
    assert sizes == [3, 3, 3, 1, 1]


def _patience():
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA busy_timeout").fetchone()[0]


def test_the_writer_waits_for_the_lock_as_ever_once_it_has_kept_its_rows(monkeypatch):
    row = connector()
    if connection.vendor != "sqlite":
        return  # PostgreSQL's writers don't wait for each other
    before = _patience()
    during = []
    keep = actions.keep
    monkeypatch.setattr(actions, "keep", lambda rows: (during.append(_patience()), keep(rows)))
    inbox._keep_soon([actions.raw(row.pk, "a", "webhook", b"{}")])

    def full(rows):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(actions, "keep", full)
    with pytest.raises(OperationalError):
        inbox._keep_soon([actions.raw(row.pk, "b", "webhook", b"{}")])
    assert (during, _patience(), before > 0) == ([0], before, True)


def test_what_is_kept_is_said_to_be_though_a_hint_beside_it_fails(monkeypatch):
    kept = []
    monkeypatch.setattr(actions, "keep", kept.extend)

    def locked(connector, **more):
        raise OperationalError("database is locked")

    monkeypatch.setattr(pulling, "ask", locked)
    writer = inbox.Writer()

    async def both():
        row = actions.raw(1, "k", "webhook", b"{}")
        return await asyncio.gather(writer.wish(delivery=row), writer.wish(pull=1))

    assert asyncio.run(both()) == [True, False]
    assert len(kept) == 1


def test_on_a_full_disk_the_worker_waits_and_what_it_claimed_is_taken_in_once_there_is_room(
    monkeypatch,
):
    from threading import Event

    from neoncard.connectors.intake import Intake
    from neoncard.encounters.tables import Message
    from tests.connectors.hooks import message

    row = connector()
    body = json.dumps(message(1)).encode()
    actions.keep([actions.raw(row.pk, "a", "webhook", body)])
    applied, full = actions.applied, [True, True]

    def once_full(done):
        if full:
            full.pop()
            raise OperationalError("database or disk is full")
        applied(done)

    monkeypatch.setattr(actions, "applied", once_full)
    intake = Intake(loop.heard_news, Event())
    for _ in range(2):
        with pytest.raises(OperationalError):
            intake.drain()
        Delivery.objects.update(leased_until=None, lease="")
    assert intake.drain() == 0
    assert list(Delivery.objects.values_list("state", "tries")) == [("done", 3)]
    assert Message.objects.count() == 1


@pytest.fixture
def files(settings, tmp_path):
    """A folder connector that has read one file just now, one eight days ago, and not yet a third."""
    settings.HOME = tmp_path
    row = connector(kind="folder", settings={})
    place = drop.folder(row.source)
    taken = place / "taken"
    taken.mkdir()
    old = int(time.time() - 8 * 86_400)
    for path in (
        taken / f"{int(time.time())}-a.jsonl",
        taken / f"{old}-b.jsonl",
        place / "c.jsonl",
    ):
        path.write_text("Thank you so much Ines")
    os.utime(place / "c.jsonl", (old, old))
    return row, place


def names(place: Path):
    return sorted(path.name.partition("-")[2] or path.name for path in place.rglob("*.jsonl"))


def test_files_that_were_read_go_with_what_is_raw(files):
    _row, place = files
    assert actions.forget_raw().startswith("0 deliveries, 0 events, 1 files")
    assert names(place) == ["a.jsonl", "c.jsonl"]
    with clock.at(clock.now() + timedelta(days=8)):
        actions.forget_raw()
    assert names(place) == ["c.jsonl"]


def test_a_connectors_folder_goes_with_it(files):
    row, place = files
    loop.HANDLERS[loop.REMOVE](Job(payload={"connector": row.pk, "data": False}))
    assert not place.exists()
