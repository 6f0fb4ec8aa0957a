from datetime import timedelta

import pytest
from django.db import transaction

from neoncard.kit import clock, slices
from neoncard.kit.audit.tables import Audit
from neoncard.kit.jobs import actions, queries, rules
from neoncard.kit.jobs.tables import Heartbeat, Job, Schedule
from neoncard.kit.jobs.worker import Worker

pytestmark = pytest.mark.django_db


def states():
    return list(Job.objects.order_by("key").values_list("key", "state", "tries"))


def test_the_same_key_is_harmless():
    actions.later("mail", "mail:1", {"to": 1})
    actions.later("mail", "mail:1", {"to": 2})
    assert list(Job.objects.values_list("key", "payload")) == [("mail:1", {"to": 1})]


@pytest.mark.django_db(transaction=True)
def test_an_intent_goes_with_its_cause():
    with transaction.atomic():
        actions.later("mail", "mail:1")
        transaction.set_rollback(True)
    assert Job.objects.count() == 0


def test_jobs_are_done_in_the_order_they_are_due_and_their_payload_goes():
    now = clock.now()
    for n, minutes in enumerate([3, 1, 2, -60]):
        actions.later("note", f"note:{n}", {"n": n}, due_at=now - timedelta(minutes=minutes))
    seen = []
    assert Worker({"note": lambda job: seen.append(job.payload["n"])}).drain() == 0
    assert seen == [0, 2, 1]
    assert states() == [
        ("note:0", "done", 1),
        ("note:1", "done", 1),
        ("note:2", "done", 1),
        ("note:3", "waiting", 0),
    ]
    assert set(Job.objects.filter(state="done").values_list("payload__n", flat=True)) == {None}


def test_a_failing_job_waits_longer_each_time_then_parks_with_its_reason():
    now = clock.now()
    actions.later("mail", "mail:1", due_at=now)

    def refuse(job):
        raise ConnectionError("the mail server said 451")

    worker = Worker({"mail": refuse})
    for tried in range(1, rules.TRIES + 1):
        with clock.at(now):
            assert worker.drain() == 1
        job = Job.objects.get()
        assert job.tries == tried
        assert job.reason == "ConnectionError: the mail server said 451"
        if tried < rules.TRIES:
            assert now < job.due_at <= now + rules.wait(tried, 1)
            with clock.at(job.due_at - timedelta(seconds=1)):
                assert worker.drain() == 0
        now = job.due_at
    assert states() == [("mail:1", "parked", 8)]
    assert list(queries.parked()) == [job]


def test_a_parked_job_is_tried_again_when_asked(house):
    actions.later("mail", "mail:1")

    def park(job):
        raise actions.Park("no address; add one, then retry")

    Worker({"mail": park}).drain()
    job = Job.objects.get()
    assert (job.state, job.reason) == ("parked", "no address; add one, then retry")
    actions.retry(by=house.admin, job=job)
    assert states() == [("mail:1", "waiting", 0)]
    assert Audit.objects.filter(did="job.retried").count() == 1
    assert Worker({"mail": lambda job: None}).drain() == 0
    actions.retry(by=house.admin, job=Job.objects.get())
    assert states() == [("mail:1", "done", 1)]


def test_work_nobody_knows_is_parked_not_lost():
    actions.later("telegraph", "telegraph:1")
    assert Worker({}).drain() == 1
    assert Job.objects.get().reason == "this version has no handler for telegraph"


def test_a_claim_that_died_is_free_after_its_lease_and_not_before():
    now = clock.now()
    actions.later("mail", "mail:1")
    assert actions.claim().tries == 1
    assert actions.claim() is None
    with clock.at(now + rules.LEASE - timedelta(seconds=1)):
        assert actions.claim() is None
    with clock.at(now + rules.LEASE + timedelta(seconds=2)):
        assert actions.claim().tries == 2


def test_a_job_that_kills_its_worker_every_time_is_parked():
    actions.later("mail", "mail:1")
    now = clock.now()
    for n in range(rules.TRIES):
        with clock.at(now + (rules.LEASE + timedelta(seconds=1)) * n):
            actions.claim()
    with clock.at(now + timedelta(days=1)):
        assert Worker({"mail": lambda job: None}).drain() == 1
    assert states() == [("mail:1", "parked", 9)]


def test_who_lost_the_lease_changes_nothing():
    now = clock.now()
    actions.later("mail", "mail:1")
    slow = actions.claim()
    with clock.at(now + rules.LEASE + timedelta(seconds=2)):
        quick = actions.claim()
        assert actions.finish(slow) is False
        with pytest.raises(actions.LeaseLost):
            actions.progress(slow, 1, 2)
        assert actions.finish(quick) is True
        assert actions.fail(slow, ValueError("late")) is False
    assert states() == [("mail:1", "done", 2)]


def test_progress_is_kept_and_keeps_the_lease():
    now = clock.now()
    actions.later("import", "import:1")
    job = actions.claim()
    with clock.at(now + timedelta(minutes=4)):
        actions.progress(job, 200, 3416, "reading")
        actions.progress(job, 201, 3416, "too soon to be written")
    row = Job.objects.get()
    assert row.progress == {"done": 200, "total": 3416, "note": "reading"}
    assert row.leased_until == now + timedelta(minutes=4) + rules.LEASE
    actions.progress(job, 3416, 3416, "read")
    assert Job.objects.get().progress == {"done": 3416, "total": 3416, "note": "read"}


@pytest.mark.django_db(transaction=True)
def test_long_work_in_slices_keeps_its_lease_and_says_so():
    actions.later("reread", "reread:1")
    seen = []

    def reread(job):
        left = [3, 2, 1, 0]
        with clock.at(clock.now() + timedelta(minutes=4)):
            slices.run(lambda size: left.pop(0))
            seen.append(queries.pulse().doing)
            seen.append(Job.objects.get().leased_until == clock.now() + rules.LEASE)

    assert Worker({"reread": reread}, every=0).drain() == 0
    assert seen == ["reread", True]


def test_recurring_work_runs_when_due_and_says_how_it_went():
    hourly = rules.Every(timedelta(hours=1))
    ran = []
    worker = Worker({}, {"roll up": (hourly, lambda: ran.append(1) or "3 days")})
    start = clock.now()
    with clock.at(start):
        assert worker.drain() == 0
        assert worker.drain() == 0
    with clock.at(start + timedelta(hours=5, minutes=10)):
        worker.drain()
    row = Schedule.objects.get()
    assert (len(ran), row.last_result, row.failed) == (2, "3 days", False)
    assert row.next_at == start + timedelta(hours=6)
    assert row.last_at == start + timedelta(hours=5, minutes=10)


def test_failed_recurring_work_says_so_and_is_tried_again_soon():
    def fail():
        raise OSError("the disk is full")

    worker = Worker({}, {"nightly": (rules.Every(timedelta(days=1)), fail)})
    start = clock.now()
    with clock.at(start):
        assert worker.drain() == 1
    row = Schedule.objects.get()
    assert (row.failed, row.last_result) == (True, "OSError: the disk is full")
    assert row.next_at == start + rules.AGAIN


def test_recurring_work_whose_worker_died_is_due_again():
    start = clock.now()
    with clock.at(start):
        actions.plan({"nightly": rules.Every(timedelta(days=1))})
        assert actions.claim_due().name == "nightly"
        assert actions.claim_due() is None
    with clock.at(start + rules.AGAIN):
        assert actions.claim_due().name == "nightly"


def test_the_schedule_holds_what_is_planned_and_nothing_else():
    day, hour = rules.Every(timedelta(days=1), 2), rules.Every(timedelta(hours=1))
    actions.plan({"a": day, "b": hour})
    actions.plan({"a": day, "b": hour})
    before = Schedule.objects.get(name="a").next_at
    actions.plan({"a": day, "c": day})
    assert [row.name for row in queries.schedule()] == ["a", "c"]
    assert Schedule.objects.get(name="a").next_at == before


def test_the_pulse_tells_a_living_worker_from_a_silent_one():
    assert queries.pulse() is None
    now = clock.now()
    with clock.at(now):
        actions.beat("here:1", "import")
    with clock.at(now + timedelta(seconds=90)):
        assert queries.pulse() == queries.Pulse("here:1", timedelta(seconds=90), "import", True)
    with clock.at(now + timedelta(seconds=121)):
        assert queries.pulse().alive is False
    actions.rest("here:1")
    assert Heartbeat.objects.count() == 0


def test_counts_name_every_state_and_overdue_is_what_nobody_holds(django_assert_num_queries):
    now = clock.now()
    actions.later("a", "a:1", due_at=now - timedelta(minutes=11))
    actions.later("a", "a:2", due_at=now - timedelta(minutes=9))
    actions.later("a", "a:3", due_at=now - timedelta(minutes=30))
    actions.claim()
    with django_assert_num_queries(2):
        assert queries.counts() == {"waiting": 3, "done": 0, "parked": 0}
        assert queries.overdue() == 1
