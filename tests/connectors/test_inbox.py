"""The door: raw first, 2xx only for what is kept; then what the worker makes of it."""

import asyncio
import gzip
import json
import time
import zlib

import pytest

from neoncard.connectors import actions, inbox
from neoncard.connectors.tables import Connector, Delivery, KnownEvent
from neoncard.encounters.tables import Encounter, Message
from tests.connectors.hooks import connector, message, path, post, send, signed

pytestmark = pytest.mark.django_db(transaction=True)


def ask(*args, **kwargs):
    return asyncio.run(send(*args, **kwargs))


def test_a_signed_delivery_is_raw_before_it_is_understood(door, take_in):
    row = connector()
    assert post(row, message(1)) == 200
    kept = Delivery.objects.get()
    assert (kept.state, kept.via, kept.key) == ("waiting", "webhook", "id:msg_1")
    assert json.loads(bytes(kept.body)) == message(1)
    assert Encounter.objects.count() == 0
    assert take_in() == 0
    kept.refresh_from_db()
    said = Message.objects.get()
    assert (kept.state, said.text, said.author) == (
        "done",
        message(1)["message"]["text"],
        "customer",
    )
    assert said.encounter.customer is not None
    assert [one.key for one in KnownEvent.objects.all()] == [
        f"desk:message.customer:T-1/m1:{one}" for one in ["20260528T202641000000Z"]
    ]


def test_a_delivery_that_comes_twice_is_kept_once_and_answered_twice(door):
    row = connector()
    assert [post(row, message(1)) for _ in range(3)] == [200, 200, 200]
    assert Delivery.objects.count() == 1


def test_an_object_that_comes_in_two_deliveries_is_heard_once(door, take_in):
    row = connector()
    post(row, message(1), name="a")
    post(row, message(1), name="b")
    take_in()
    assert (Delivery.objects.count(), KnownEvent.objects.count(), Message.objects.count()) == (
        2,
        1,
        1,
    )


def test_what_is_not_believed_is_not_kept_and_its_page_says_why(door):
    row = connector()
    body = json.dumps(message(1)).encode()
    good = signed(body)
    for headers, why in (
        ({}, "webhook-signature is missing"),
        (signed(body, secret="whsec_AAAA"), "does not fit"),
        (signed(body, at=time.time() - 400), "five minutes ago"),
        (signed(body, at=time.time() + 400), "five minutes from now"),
        ({**good, "webhook-id": "another"}, "does not fit"),
    ):
        status, answer, _ = ask(path(row), body, headers)
        assert (status, answer["kept"]) == (401, False)
        assert why in answer["why"]
    assert ask(path(row), body + b" ", good)[0] == 401
    assert Delivery.objects.count() == 0
    row.refresh_from_db()
    assert row.door_trouble.startswith("webhook-signature is missing")
    door.loaded = float("-inf")
    assert ask(path(row), body, good)[0] == 200  # a good one, and all is well again
    row.refresh_from_db()
    assert (row.door_trouble, row.door_trouble_at, row.trouble) == ("", None, "")


def test_a_sender_that_can_not_sign_is_believed_only_where_that_was_chosen(door):
    body = json.dumps(message(1)).encode()
    row = connector(kind="calls", settings={"sender": "path"})
    assert [ask(path(row), body)[0] for _ in range(2)] == [200, 200]
    assert [one.connector_id for one in Delivery.objects.all()] == [row.pk]
    assert ask(path(connector(kind="calls")), body)[0] == 401


def test_the_address_must_be_a_connectors(door):
    assert ask("/hooks/nobody", b"{}")[0] == 404
    assert ask("/hooks/", b"{}")[0] == 404
    status, _answer, headers = ask("/hooks/nobody", method="GET")
    assert (status, headers[b"allow"]) == (405, b"POST")


def test_size_is_capped_as_sent_and_as_expanded(door, monkeypatch):
    monkeypatch.setattr(inbox, "BODY_MAX", 2_000)
    row = connector()
    long = json.dumps(message(1, text="x" * 3_000)).encode()
    assert ask(path(row), long, signed(long))[0] == 413
    told = {**signed(b"{}"), "content-length": "3000"}
    assert ask(path(row), b"{}", told)[0] == 413
    dripped = [long[at : at + 100] for at in range(0, len(long), 100)]
    assert ask(path(row), headers=signed(long), chunks=dripped)[0] == 413
    for pack, name in ((gzip.compress, "gzip"), (zlib.compress, "deflate")):
        bomb = pack(b"x" * 100_000)
        assert len(bomb) < 2_000
        bytes_signed = _signed_bytes(bomb)
        assert ask(path(row), bomb, {**bytes_signed, "content-encoding": name})[0] == 413
    broken = gzip.compress(b"{}")[:-6]
    assert ask(path(row), broken, {**_signed_bytes(broken), "content-encoding": "gzip"})[0] == 400
    assert ask(path(row), b"{}", {**signed(b"{}"), "content-encoding": "br"})[0] == 415
    assert Delivery.objects.count() == 0


def _signed_bytes(body):
    """The library signs text only; a compressed body is signed as it is."""
    import base64

    from neoncard.connectors.signatures import STANDARD
    from tests.connectors.hooks import SECRET

    at = str(int(time.time()))
    made = STANDARD.sign(SECRET, b".".join([b"msg_z", at.encode(), body])).decode()
    assert base64.b64decode(made)
    return {"webhook-id": "msg_z", "webhook-timestamp": at, "webhook-signature": f"v1,{made}"}


def test_a_compressed_delivery_is_kept_as_what_it_says(door):
    row = connector()
    packed = gzip.compress(json.dumps(message(1)).encode())
    headers = {**_signed_bytes(packed), "content-encoding": "gzip"}
    assert ask(path(row), packed, headers)[0] == 200
    assert json.loads(bytes(Delivery.objects.get().body)) == message(1)


def test_a_paused_connector_asks_to_come_again(door, house):
    row = connector()
    actions.pause(by=house.admin, connector=row, paused=True)
    assert post(row, message(1)) == 503
    actions.pause(by=house.admin, connector=row, paused=False)
    assert post(row, message(1)) == 200


def test_a_rotated_secret_counts_until_it_is_taken_back(door, house):
    row = connector()
    actions.rotate(by=house.admin, connector=row, secret="whsec_QUJDREVGR0hJSktMTU5PUA==")
    assert post(row, message(1)) == 200
    assert post(row, message(2), name="b", secret="whsec_QUJDREVGR0hJSktMTU5PUA==") == 200
    row.refresh_from_db()
    actions.end_old_secret(by=house.admin, connector=row)
    assert post(row, message(3), name="c") == 401


def test_when_the_disk_refuses_nobody_is_told_it_is_kept(door, monkeypatch):
    from django.db import OperationalError

    row = connector()

    def full(rows):
        raise OperationalError("database or disk is full")

    post(row, message(1))
    monkeypatch.setattr(actions, "keep", full)
    writer = inbox.Writer()
    monkeypatch.setattr(inbox, "writer", writer)
    wish = {"delivery": actions.raw(row.pk, "k", "webhook", b"{}")}

    async def wished():
        return await writer.wish(**wish)

    assert asyncio.run(wished()) is False


def test_many_requests_wait_for_one_commit(door, monkeypatch):
    """The writer takes all that waits at once: with the disk slow, twenty deliveries need two or three commits."""
    sizes = []

    def slow(rows):
        sizes.append(len(rows))
        time.sleep(0.2)

    monkeypatch.setattr(actions, "keep", slow)
    writer = inbox.Writer()

    async def all_at_once():
        rows = [actions.raw(1, f"k{n}", "webhook", b"{}") for n in range(20)]
        return await asyncio.gather(*(writer.wish(delivery=row) for row in rows))

    assert asyncio.run(all_at_once()) == [True] * 20
    assert sum(sizes) == 20
    assert len(sizes) <= 3


def test_what_can_not_be_understood_is_parked_with_its_reason_and_holds_nobody_up(door, take_in):
    row = connector()
    bad = [
        [],
        {"conversation": {}},
        {**message(9), "at": "yesterday"},
        {**message(9), "actor": {"kind": "wizard"}},
    ]
    for n, payload in enumerate(bad):
        post(row, payload, name=f"bad{n}")
    body = b"not json"
    assert ask(path(row), body, signed(body, name="bad"))[0] == 200
    post(row, message(1), name="good")
    assert take_in() == 5
    assert Message.objects.count() == 1
    parked = dict(Delivery.objects.filter(state="parked").values_list("key", "reason"))
    assert parked == {
        "id:bad0": "a payload is one object in braces",
        "id:bad1": "conversation.id: no conversation's id stands there; mend the mapping",
        "id:bad2": parked["id:bad2"],
        "id:bad3": "actor.kind: “wizard” is no author we know; add the word to the mapping",
        "id:bad": "the body is no JSON",
    }
    assert parked["id:bad2"].startswith("at: is neither a time with a zone")


def test_a_row_that_fails_is_tried_alone_and_then_parked(door, take_in, monkeypatch, house):
    from neoncard.connectors import intake
    from neoncard.kit import clock

    row = connector()
    for n in range(1, 5):
        post(row, message(n, talk=f"T-{n}"), name=f"d{n}")
    from threading import Event

    from neoncard import loop

    calls = []

    def hear(news, **kwargs):
        calls.append(len(news))
        if any(one.ext_id == "T-3" for one in news):
            raise ValueError("three is too much")
        return loop.heard_news(news, **kwargs)

    worker = intake.Intake(hear, Event())
    assert worker.drain() == 1
    assert calls == [4, 1, 1, 1, 1]
    assert Encounter.objects.count() == 3
    bad = Delivery.objects.exclude(state="done").get()
    assert (bad.state, bad.tries, bad.reason) == ("waiting", 1, "ValueError: three is too much")
    for _ in range(actions.TRIES - 1):
        Delivery.objects.filter(pk=bad.pk).update(due_at=clock.now())
        worker.drain()
    bad.refresh_from_db()
    assert (bad.state, bad.tries) == ("parked", 5)
    actions.retry(by=house.admin, delivery=bad)
    assert take_in() == 0
    bad.refresh_from_db()
    assert (bad.state, Encounter.objects.count()) == ("done", 4)


def test_raw_deliveries_go_after_seven_days(door, take_in):
    from datetime import timedelta

    from neoncard.kit import clock

    row = connector()
    post(row, message(1))
    take_in()
    with clock.at(clock.now() + timedelta(days=6)):
        assert actions.forget_raw().startswith("0 deliveries, 0 events")
    with clock.at(clock.now() + timedelta(days=8)):
        assert actions.forget_raw().startswith("1 deliveries, 1 events")
    assert Message.objects.count() == 1
    post(row, message(1), name="again")
    take_in()
    assert Message.objects.count() == 1


def test_removing_a_connector_removes_its_raw_deliveries_and_keeps_what_it_brought(door, take_in):
    row = connector()
    post(row, message(1))
    take_in()
    post(row, message(2), name="b")
    assert actions.remove(by="test", connector=row) == 2
    counts = [table.objects.count() for table in (Connector, Delivery, KnownEvent, Message)]
    assert counts == [0, 0, 0, 1]
