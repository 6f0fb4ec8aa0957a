"""What happens to a pull: it never ends for good, gives way, waits where it is told to, and ends when it must."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from neoncard import loop
from neoncard.connectors import actions, frame, pulling, queries
from neoncard.connectors.frame import Kind, Page, TroubleError
from neoncard.connectors.tables import Connector, Delivery
from neoncard.encounters.tables import Customer, Encounter, Message
from neoncard.kit import clock, slices
from neoncard.kit.jobs import actions as jobs
from neoncard.kit.jobs import rules
from neoncard.kit.jobs.actions import claim, keep
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Worker
from neoncard.kit.outbound import Answer
from tests.connectors.hooks import connector, message, post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(monkeypatch):
    """A kind whose pull a test writes: `desk(pull)` sets up a connector of it."""

    def made(pull, name="Desk"):
        kinds = frame.kinds()
        webhook = kinds["webhook"]
        kind: Kind = replace(webhook, name="made", pull=pull)
        monkeypatch.setattr(frame, "kinds", lambda: {**kinds, "made": kind})
        return connector(kind="made", name=name)

    return made


def worker():
    return Worker(loop.HANDLERS)


def body(n):
    return json.dumps(message(n)).encode()


def pages(*numbers):
    """Numbered pages that a cursor goes on behind; a text among them is what goes wrong there, once."""
    wrong = [one for one in numbers if isinstance(one, str)]

    def pull(cursor, asking):
        for n in numbers:
            if isinstance(n, str):
                if n in wrong:
                    wrong.remove(n)
                    raise TroubleError(n)
            elif n > cursor.get("n", 0):
                yield Page([body(n)], {"n": n}, 1, 1, more=n != numbers[-1])

    return pull


def test_a_pull_that_was_parked_is_left_anew_within_the_hour_and_its_trouble_stays(desk):
    def away(cursor, asking):
        raise TroubleError("nobody answers")
        yield

    row = desk(away)
    assert pulling.ask(row)
    now = Job.objects.get().due_at
    for _ in range(rules.TRIES):
        with clock.at(now):
            assert worker().drain() == 1
        now = Job.objects.get().due_at
    row.refresh_from_db()
    assert (Job.objects.get().state, row.trouble) == ("parked", "nobody answers")
    with clock.at(now + timedelta(minutes=55)):
        assert (pulling.plan(), pulling.ask(row, beside=True)) == ("0 to pull", False)
    with clock.at(now + timedelta(minutes=65)):
        assert pulling.plan() == "1 to pull"
    row.refresh_from_db()
    assert (Job.objects.get().state, Job.objects.get().tries, row.trouble) == (
        "waiting",
        0,
        "nobody answers",
    )


def test_what_nobody_foresaw_is_said_on_the_connectors_page_and_tried_again(desk):
    def stumbles(cursor, asking):
        raise KeyError("tickets")
        yield

    row = desk(stumbles)
    pulling.ask(row)
    assert worker().drain() == 1
    row.refresh_from_db()
    assert (row.trouble, Job.objects.get().state) == ("KeyError: 'tickets'", "waiting")


def test_secrets_sealed_with_another_key_park_the_pull_with_its_mend(desk, settings):
    row = desk(pages(1))
    pulling.ask(row)
    settings.NEONCARD_SEAL_KEY = "another"
    assert worker().drain() == 1
    assert (Job.objects.get().state, "enter the secret again" in Job.objects.get().reason) == (
        "parked",
        True,
    )


def test_a_failure_in_the_midst_goes_on_right_there(desk):
    row, now = desk(pages(1, 2, "429", 3)), clock.now()
    pulling.ask(row)
    assert worker().drain() == 1
    row.refresh_from_db()
    assert (row.cursor, row.trouble, Delivery.objects.count()) == ({"n": 2}, "429", 2)
    with clock.at(now + timedelta(minutes=1)):
        assert worker().drain() == 0
    row.refresh_from_db()
    assert (row.cursor, row.trouble, Delivery.objects.count()) == ({"n": 3}, "", 3)


def test_a_long_pull_lets_others_go_first_and_comes_to_its_end(desk, monkeypatch):
    monkeypatch.setattr(pulling, "TURN", -1.0)
    asked = []

    def counted(cursor, asking):
        asked.append((asking.settings["source"], cursor.get("n", 0)))
        yield from pages(1, 2, 3)(cursor, asking)

    one, two = desk(counted), desk(counted, name="Other")
    pulling.ask(one)
    pulling.ask(two)
    assert worker().drain() == 0
    assert asked == [
        ("desk", 0),
        ("other", 0),
        ("desk", 1),
        ("other", 1),
        ("desk", 2),
        ("other", 2),
    ]
    assert set(Job.objects.values_list("state", "tries")) == {("done", 1)}
    assert [job.progress["done"] for job in Job.objects.all()] == [3, 3]


def test_pausing_ends_a_pull_at_its_next_page(desk, house):
    def paused(cursor, asking):
        yield Page([body(1)], {"n": 1}, more=True)
        actions.pause(by=house.admin, connector=Connector.objects.get(), paused=True)
        yield Page([body(2)], {"n": 2})

    row = desk(paused)
    pulling.ask(row)
    assert worker().drain() == 0
    row.refresh_from_db()
    assert (row.cursor, Delivery.objects.count(), row.trouble) == ({"n": 1}, 1, "")


def test_starting_over_during_a_pull_is_not_undone_by_it(desk, house):
    starts = []

    def told(cursor, asking):
        starts.append(cursor)
        yield Page([body(1)], {"n": 1}, more=True)
        if len(starts) == 1:
            actions.start_over(by=house.admin, connector=Connector.objects.get())
        yield Page([body(2)], {"n": 2})

    row = desk(told)
    pulling.ask(row)
    assert worker().drain() == 0
    row.refresh_from_db()
    assert (starts, row.cursor) == ([{}, {}], {"n": 2})


def test_of_two_pulls_of_a_connector_the_later_waits(desk):
    row = desk(pages(1))
    pulling.ask(row)
    Job.objects.update(leased_until=clock.now() + rules.LEASE, lease="x")
    assert pulling.ask(row, beside=True)
    assert worker().drain() == 0
    later = Job.objects.latest("pk")
    assert (later.state, later.tries, later.due_at > clock.now()) == ("waiting", 0, True)
    assert Delivery.objects.count() == 0


def test_a_pull_makes_room_for_what_waits(desk, monkeypatch):
    waits = [3, 2, 0]
    monkeypatch.setattr(pulling, "ROOM", 1)
    monkeypatch.setattr(queries, "backlog", lambda: (waits.pop(0), 0.0))
    slept = []
    monkeypatch.setattr(pulling.time, "sleep", slept.append)
    desk(pages(1))
    pulling.ask(Connector.objects.get())
    assert worker().drain() == 0
    assert (slept, waits) == ([1.0, 1.0], [])


def test_a_paused_connectors_deliveries_wait_and_hold_up_no_pull(door, take_in, house):
    row = connector()
    post(row, message(1))
    actions.pause(by=house.admin, connector=row, paused=True)
    assert (take_in(), Message.objects.count(), queries.backlog()[0]) == (0, 0, 0)
    actions.pause(by=house.admin, connector=row, paused=False)
    assert (take_in(), Message.objects.count()) == (0, 1)


def test_removing_a_connector_with_its_data_leaves_nothing_that_comes_in_later(
    door, take_in, house, monkeypatch
):
    row = connector(kind="webhook")
    post(row, message(1))
    take_in()
    post(row, message(2, talk="T-2"), name="b")  # it waits
    pulling.ask(row)
    Job.objects.update(state="parked")
    erased = loop.erase_source

    def meanwhile(source):
        take_in()
        erased(source)
        take_in()

    monkeypatch.setattr(loop, "erase_source", meanwhile)
    payload = {"connector": row.pk, "data": True}
    loop.HANDLERS[loop.REMOVE](Job(payload=payload))
    tables = (Connector, Delivery, Message, Encounter, Customer, Job)
    assert [table.objects.count() for table in tables] == [0] * 6


def test_parked_jobs_of_connectors_that_are_gone_go_too(desk):
    row = desk(pages(1))
    pulling.ask(row)
    jobs.later("note", "note:act:7", {"connector": row.pk, "encounter": 1})
    jobs.later("mail", "mail:7", {"to": 1})
    Job.objects.update(state="parked")
    actions.remove(by="test", connector=row)
    assert pulling.plan() == "0 to pull"
    assert list(Job.objects.values_list("key", flat=True)) == ["mail:7"]


def test_hearing_again_also_hears_what_was_parked(door, take_in, house):
    row = connector()
    post(row, {"conversation": {}})
    assert take_in() == 1
    assert Delivery.objects.get().state == "parked"
    actions.start_over(by=house.admin, connector=row)
    assert Delivery.objects.get().state == "waiting"


def test_all_that_is_parked_of_a_connector_is_tried_again_at_once(door, take_in, house):
    row, other = connector(), connector(name="Other")
    for n in range(3):
        post(row, {"conversation": {}}, name=f"bad{n}")
    post(other, {"conversation": {}}, name="theirs")
    assert take_in() == 4
    assert actions.retry_all(by=house.admin, connector=row) == 3
    states = Delivery.objects.filter(connector=row).values_list("state", "tries", "reason")
    assert set(states) == {("waiting", 0, "")}
    assert Delivery.objects.get(connector=other).state == "parked"


def test_what_waits_is_not_forgotten_with_what_is_raw_unless_its_connector_rests(door, house):
    row = connector()
    post(row, message(1))
    with clock.at(clock.now() + timedelta(days=30)):
        assert actions.forget_raw().startswith("0 deliveries")
        actions.pause(by=house.admin, connector=row, paused=True)
        assert actions.forget_raw().startswith("1 deliveries")


def test_an_admin_is_told_of_what_is_parked_and_tries_it_all_again(door, take_in, house, signed_in):
    row = connector()
    admin, agent = signed_in(house.admin), signed_in(house.agent)
    assert "could not be understood" not in admin.get("/").content.decode()
    for n in range(2):
        post(row, {"conversation": {}}, name=f"bad{n}")
    take_in()
    assert "could not be understood" in admin.get("/").content.decode()
    assert "could not be understood" not in agent.get("/").content.decode()
    page = admin.get("/status").content.decode()
    assert "2 were not understood" in page
    assert "Retry all 2 of Desk" in page
    admin.post(f"/status/connectors/{row.pk}/retry")
    assert worker().drain() == 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}
    assert "were not understood" not in admin.get("/status").content.decode()


def test_each_request_of_a_pull_keeps_its_lease(desk, monkeypatch):
    asked = []

    def answer(method, url, **options):
        asked.append(Job.objects.get().leased_until - clock.now())
        return Answer(200, {}, b"", url)

    plain = pulling.asking
    monkeypatch.setattr(pulling, "asking", lambda row: replace(plain(row), fetch=answer))
    row, start = desk(None), clock.now()

    def slow(cursor, asking):
        for n in range(1, 5):
            with clock.at(start + n * timedelta(minutes=4)):
                asking.fetch("GET", "https://desk.test/")
        yield Page([body(1)], {"n": 1})

    kind = frame.kinds()["made"]
    monkeypatch.setattr(frame, "kinds", lambda: {"made": replace(kind, pull=slow)})
    pulling.ask(row)
    job = claim()
    with slices.between(lambda: keep(job), seconds=0.0):
        pulling.pull(job)
    assert asked == [rules.LEASE] * 4
