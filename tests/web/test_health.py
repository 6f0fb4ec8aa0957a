from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from neoncard.kit import clock
from neoncard.kit.jobs import actions, rules
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Worker

pytestmark = pytest.mark.django_db
WELL = {"ok": True, "database": True, "migrations": True, "worker": True}


def test_healthz_is_well_only_while_a_worker_lives(client, django_assert_max_num_queries):
    assert client.get("/healthz").status_code == 503
    actions.beat("here:1")
    with django_assert_max_num_queries(5):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, WELL)
    with clock.at(clock.now() + rules.ALIVE + timedelta(seconds=1)):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {**WELL, "ok": False, "worker": False})


def test_healthz_answers_without_a_database(client, monkeypatch):
    def away():
        raise OperationalError("the password is hunter2")

    monkeypatch.setattr(connection, "ensure_connection", away)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == dict.fromkeys(WELL, False)


def parked(kind="mail", reason="no address; add one, then retry"):
    actions.later(kind, f"{kind}:1")

    def park(job):
        raise actions.Park(reason)

    Worker({kind: park}, {"roll up": (rules.Every(timedelta(hours=1)), lambda: "3 days")}).drain()
    return Job.objects.get()


def test_status_shows_what_was_parked_and_retries_it(
    house, signed_in, django_assert_max_num_queries
):
    job = parked()
    admin = signed_in(house.admin)
    with django_assert_max_num_queries(10):
        page = admin.get("/status").content.decode()
    for words in ("no address; add one, then retry", "roll up", "3 days", "none is running"):
        assert words in page
    assert "retention is exempt" not in page
    answer = admin.post(f"/status/jobs/{job.pk}/retry", follow=True)
    assert answer.redirect_chain == [("/status", 302)]
    assert "It will be tried again now." in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, job.tries) == ("waiting", 0)


def test_status_says_that_the_demo_is_exempt(house, signed_in):
    house.organisation.demo = True
    house.organisation.save()
    assert "retention is exempt" in signed_in(house.admin).get("/status").content.decode()


def test_only_admins_see_status_and_retry(house, signed_in, client):
    job = parked()
    for member in (house.agent, house.lead, house.counter):
        assert signed_in(member).get("/status").status_code == 403
        assert signed_in(member).post(f"/status/jobs/{job.pk}/retry").status_code == 403
    assert client.get("/status").url == "/signin/?next=/status"
    assert signed_in(house.admin).get(f"/status/jobs/{job.pk}/retry").status_code == 405
    assert signed_in(house.admin).post("/status/jobs/99999/retry").status_code == 404


def metrics(client, **extra):
    return client.get("/metrics", SERVER_NAME=extra.pop("host", "127.0.0.1"), **extra)


def test_metrics_are_for_this_machine_or_a_token(client, settings):
    parked()
    settings.ALLOWED_HOSTS = ["*"]
    here = metrics(client)
    assert here.status_code == 200
    assert b'neoncard_jobs{state="parked"} 1.0\n' in here.content
    assert b"neoncard_page_seconds" in here.content
    assert metrics(client, host="kind.example.org").status_code == 403
    assert metrics(client, REMOTE_ADDR="192.0.2.7").status_code == 403
    settings.NEONCARD_METRICS_TOKEN = "a-long-token"
    away = {"host": "kind.example.org", "REMOTE_ADDR": "192.0.2.7"}
    assert metrics(client, **away).status_code == 403
    assert metrics(client, **away, HTTP_AUTHORIZATION="Bearer wrong").status_code == 403
    assert metrics(client, **away, HTTP_AUTHORIZATION="Bearer a-long-token").status_code == 200


def test_a_made_up_method_makes_no_new_label(client):
    client.generic("BREW", "/healthz")
    assert b"BREW" not in metrics(client).content
