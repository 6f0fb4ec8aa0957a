"""Long work has helpers of its own, gives way to others, and stops when the worker does."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection

from neoncard import loop
from neoncard.connectors import pulling
from neoncard.kit import clock, slices
from neoncard.kit.jobs import actions, rules
from neoncard.kit.jobs.tables import Heartbeat, Job, Schedule
from neoncard.kit.jobs.worker import Worker
from tests.installation import until

pytestmark = pytest.mark.django_db(transaction=True)
LONG = frozenset({"pull"})


def test_a_helper_does_its_kinds_alone_and_the_worker_all_others():
    for kind in ("pull", "note", "telegraph"):
        actions.later(kind, f"{kind}:1")
    done = []
    handlers = {"pull": lambda job: done.append("pull"), "note": lambda job: done.append("note")}
    worker = Worker(handlers, without=LONG)
    assert (worker.drain(), done) == (1, ["note"])  # nobody knows the telegraph
    assert Worker(handlers, only=LONG).drain() == 0
    assert done == ["note", "pull"]


def test_a_helper_keeps_no_schedule_and_has_no_pulse():
    nightly = {"tidy": (rules.Every(timedelta(days=1), hour=2), lambda: "")}
    Worker({}, nightly).drain()
    assert Schedule.objects.count() == 1
    actions.later("pull", "pull:1")
    helper = Worker({"pull": lambda job: None}, only=LONG)
    helper.beat("pull")
    assert helper.drain() == 0
    assert (Schedule.objects.count(), Heartbeat.objects.count()) == (1, 0)


def test_a_long_job_holds_up_nothing_else():
    actions.later("pull", "pull:1")
    actions.later("note", "note:1")
    begun, over, stop = Event(), Event(), Event()

    def backfill(job):
        begun.set()
        over.wait(20)

    handlers = {"pull": backfill, "note": lambda job: None}
    helper = Worker(handlers, stop=stop, only=LONG)
    thread = Thread(target=helper.run, daemon=True)
    thread.start()
    assert begun.wait(20)
    assert Worker(handlers, without=LONG).drain() == 0
    assert dict(Job.objects.values_list("kind", "state")) == {"note": "done", "pull": "waiting"}
    over.set()
    until(lambda: Job.objects.filter(kind="pull", state="done").exists())
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


def test_the_kinds_that_take_minutes_are_helped_and_each_has_a_handler():
    helped = frozenset().union(*loop.HELPED)
    assert helped == {"pull", "connector.again", "connector.remove", "import"}
    assert helped <= loop.HANDLERS.keys()
    assert pulling.KIND in pulling.LONG


def test_a_job_that_gives_way_goes_on_after_what_is_due_with_all_its_tries():
    actions.later("long", "long:1")
    actions.later("note", "note:1")
    done = []

    def long(job):
        done.append("long")
        if done.count("long") < 3:
            raise actions.Turn

    worker = Worker({"long": long, "note": lambda job: done.append("note")})
    assert worker.drain() == 0
    assert done == ["long", "note", "long", "long"]
    assert dict(Job.objects.values_list("kind", "tries")) == {"long": 1, "note": 1}


def test_a_job_may_say_when_it_goes_on():
    actions.later("long", "long:1")

    def long(job):
        raise actions.Turn(timedelta(minutes=5))

    assert Worker({"long": long}).drain() == 0
    job = Job.objects.get()
    assert (job.state, job.leased_until) == ("waiting", None)
    assert job.due_at > clock.now() + timedelta(minutes=4)


def test_when_the_worker_stops_long_work_is_put_back_and_not_left_to_its_lease():
    actions.later("long", "long:1")
    stop = Event()

    def long(job):
        stop.set()
        slices.breathe()
        raise AssertionError("it goes on though the worker is to stop")

    worker = Worker({"long": long}, stop=stop, every=0.0)
    assert worker.one() is True
    job = Job.objects.get()
    assert (job.state, job.leased_until, job.tries) == ("waiting", None, 0)
    assert worker.drain() == 0


def test_what_is_taken_back_is_gone_but_not_what_runs_or_is_done():
    for n, changes in enumerate(
        (
            {},
            {"state": "parked"},
            {"state": "done"},
            {"leased_until": clock.now() + rules.LEASE},
        )
    ):
        actions.later("pull", f"pull:1:{n}")
        Job.objects.filter(key=f"pull:1:{n}").update(**changes)
    actions.later("pull", "pull:11:0")
    assert actions.cancel("pull:1") == 2
    assert sorted(Job.objects.values_list("key", flat=True)) == [
        "pull:11:0",
        "pull:1:2",
        "pull:1:3",
    ]
    connection.close()
