import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.contrib.sessions.models import Session
from hypothesis import given
from hypothesis import strategies as st

from neoncard.kit import clock, slices, upkeep
from neoncard.kit.audit.actions import wrote
from neoncard.kit.audit.tables import Audit
from neoncard.kit.jobs import actions
from neoncard.kit.jobs.tables import Job


@given(st.integers(1, 10_000), st.floats(0, 10_000), st.integers(1, 5000))
def test_the_next_slice_is_at_least_a_row_and_at_most_twice_the_last(size, took, most):
    assert 1 <= slices.next_size(size, took, most=most) <= min(size * 2, most)


@given(st.integers(1, 2000), st.floats(0.01, 5))
def test_slices_settle_where_they_keep_the_limit(size, ms_a_row):
    for _ in range(30):
        size = slices.next_size(size, size * ms_a_row, most=5000)
    assert size * ms_a_row <= slices.LIMIT_MS


@pytest.mark.django_db(transaction=True)
def test_a_run_hands_out_every_row_and_says_what_it_did():
    left = list(range(500))
    sizes = []

    def step(n):
        sizes.append(n)
        batch = left[:n]
        del left[:n]
        time.sleep(len(batch) * 0.0002)
        return len(batch)

    done = slices.run(step, size=10, rest=0)
    assert (done.rows, left) == (500, [])
    assert sizes[0] == 10
    assert all(then <= 2 * size for size, then in pairwise(sizes))
    assert done.slices == len(sizes) - 1
    assert 0 < done.longest_ms < 200


@pytest.mark.django_db(transaction=True)
def test_tidy_forgets_what_is_old_and_nothing_else():
    now = clock.now()
    for days in (1, 8, 9):
        with clock.at(now - timedelta(days=days)):
            actions.later("a", f"a:{days}")
            actions.finish(actions.claim())
    with clock.at(now - timedelta(days=400)):
        actions.later("a", "a:waiting", due_at=now)
        wrote(actor="test", did="long ago")
    wrote(actor="test", did="now")
    for key, days in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, expire_date=now + timedelta(days=days))
    said = upkeep.tidy()
    assert said.startswith("2 jobs, 1 audit rows, 0 limits, 1 sessions; longest ")
    assert sorted(Job.objects.values_list("key", flat=True)) == ["a:1", "a:waiting"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert list(Audit.objects.values_list("did", flat=True)) == ["now"]


def test_a_slow_disk_does_not_drive_slices_down_to_one_row():
    size = 100
    for _n in range(20):
        size = slices.next_size(size, size * 0.05, 30.0, most=1000)  # 50 µs a row, 30 ms a commit
    assert 100 <= size <= 140


def test_one_slice_that_waited_for_the_processor_does_not_undo_the_pace():
    assert slices.next_size(200, 400.0, most=1000) == 50
    assert slices.next_size(60, 400.0, most=1000, least=50) == 50
