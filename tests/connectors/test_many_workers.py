"""Several workers on one inbox: on PostgreSQL each takes other rows, the dead let go, a commit wakes them; on SQLite one has it."""

from __future__ import annotations

import json
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from neoncard import loop
from neoncard.connectors import actions, bell
from neoncard.connectors.intake import Intake
from neoncard.connectors.tables import Delivery, KnownEvent
from neoncard.encounters.tables import Encounter, Message
from neoncard.kit import locks
from tests.connectors.hooks import connector, message
from tests.installation import until

pytestmark = pytest.mark.django_db(transaction=True)


def postgres():
    return connection.vendor == "postgresql"


def beside(work):
    """Run it in a thread with a connection of its own; what it left is in the list."""
    left = []

    def run():
        try:
            left.append(work())
        finally:
            connection.close()

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread, left


def keep(row, many, talks=3):
    rows = []
    for n in range(many):
        body = json.dumps(message(n, talk=f"T-{n % talks}")).encode()
        rows.append(actions.raw(row.pk, f"k{n}", "webhook", body))
    actions.keep(rows)


def test_what_another_worker_is_claiming_this_moment_is_passed_over():
    keep(connector(), 3)
    if not postgres():
        return
    locked, over = Event(), Event()

    def hold():
        with transaction.atomic():
            held = Delivery.objects.select_for_update().order_by("pk").first()
            locked.set()
            over.wait(20)
            return held.pk

    thread, left = beside(hold)
    assert locked.wait(20)
    mine = [row.pk for row in actions.claim(mine="me")]
    over.set()
    thread.join(20)
    assert (len(mine), left[0] in mine) == (2, False)


def test_what_a_session_took_that_is_no_more_is_free_at_once_and_what_lives_keeps_its_own():
    keep(connector(), 2)
    if not postgres():
        return
    (own,) = actions.claim(most=1, mine=locks.me())
    (dead,) = actions.claim(most=1, mine="1.abcdef")
    assert actions.claim(mine="third") == []
    assert actions.free_the_dead(locks.living()) == 1
    assert [row.pk for row in actions.claim(mine="third")] == [dead.pk]
    assert own.pk != dead.pk


def test_a_conversation_is_applied_by_one_worker_at_a_time():
    if not postgres():
        with locks.holding(["desk:T-1"]), locks.holding(["desk:T-1"]):
            return  # there one process has the inbox, and nothing to wait for

    def apply():
        with locks.holding(["desk:T-2", "desk:T-1"]):
            return "done"

    def waits():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype='advisory' AND NOT granted"
            )
            return cursor.fetchone()[0]

    with locks.holding(["desk:T-1"]):
        thread, left = beside(apply)
        until(waits)
        assert left == []
    thread.join(20)
    assert left == ["done"]


def test_two_workers_take_each_delivery_in_once(house):
    row = connector()
    keep(row, 60)
    both = [beside(Intake(loop.heard_news, Event()).drain) for _ in range(2)]
    for thread, _left in both:
        thread.join(60)
    if not postgres():  # one of the two had the file lock, and perhaps gave it to the other
        Intake(loop.heard_news, Event()).drain()
    assert [left for _thread, left in both] == [[0], [0]]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    counts = [table.objects.count() for table in (Encounter, Message, KnownEvent)]
    assert counts == [3, 60, 60]


def test_while_one_has_the_inbox_on_sqlite_another_takes_nothing(house):
    keep(connector(), 1)
    if postgres():
        return
    first, second = (Intake(loop.heard_news, Event()) for _ in range(2))
    assert first._only.take()
    assert second.take() == 0
    first._only.release()
    assert second.drain() == 0
    assert Delivery.objects.get().state == "done"


def test_a_commit_wakes_who_waits(monkeypatch):
    row, stop = connector(), Event()
    monkeypatch.setattr(bell, "RING", 60.0)
    ear = bell.Bell(stop)
    listens = Event()

    def listen():
        ear.wait()  # the first time it only begins to listen
        listens.set()
        ear.wait()
        ear.close()
        return "woken"

    thread, left = beside(listen)
    assert listens.wait(20)
    keep(row, 1)
    thread.join(20)
    assert (left, thread.is_alive()) == (["woken"], False)


def test_a_worker_that_is_to_stop_waits_for_no_bell(monkeypatch):
    stop = Event()
    stop.set()
    monkeypatch.setattr(bell, "RING", 60.0)
    ear = bell.Bell(stop)
    ear.wait()
    ear.wait()
    ear.close()
    assert ear._line is None
