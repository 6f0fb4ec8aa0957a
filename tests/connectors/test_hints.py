"""Webhooks nobody signs: nothing in them is believed, each only has the API asked; and they are never refused."""

import asyncio

import pytest

from neoncard.connectors import actions, pulling
from neoncard.connectors.tables import Delivery
from neoncard.kit import clock
from neoncard.kit.jobs.tables import Job
from tests.connectors.hooks import connector, path, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def row(door):
    return connector(
        kind="django_helpdesk", settings={"url": "https://d.example.org"}, secret="", password="x"
    )


def hint(row, body=b'{"ticket": 1}', **more):
    return asyncio.run(send(path(row), body, {}, **more))[:2]


def test_a_hint_leaves_one_pull_and_nothing_of_itself(row):
    for _ in range(3):
        assert hint(row) == (200, {"kept": False, "why": "its API is asked"})
    assert Job.objects.get().kind == "pull"
    assert Delivery.objects.count() == 0


def test_news_during_a_pull_are_asked_for_after_it(row):
    pulling.ask(row)
    Job.objects.update(leased_until=clock.now(), lease="x")
    hint(row)
    hint(row)
    assert Job.objects.filter(kind="pull").count() == 2


def test_a_paused_connector_takes_the_hint_and_asks_nobody(row, house):
    actions.pause(by=house.admin, connector=row, paused=True)
    assert (hint(row)[0], Job.objects.count()) == (200, 0)


def test_size_method_and_address_are_checked_all_the_same(row):
    assert hint(row, b"x" * 1_000_001)[0] == 413
    assert asyncio.run(send(path(row), method="GET"))[0] == 405
    assert asyncio.run(send("/hooks/unknown", b"{}"))[0] == 404
    assert Job.objects.count() == 0


def test_the_database_is_away_and_still_nobody_is_refused(row, door, monkeypatch):
    hint(row)

    async def away(**what):
        return False

    monkeypatch.setattr(door, "wish", away)
    assert hint(row)[0] == 200
