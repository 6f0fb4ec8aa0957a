"""Any shuffle, duplication or loss of webhooks plus one pull gives the identical tables (CONNECTORS)."""

from __future__ import annotations

import hashlib
import json
import random
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neoncard import loop
from neoncard.connectors import actions
from neoncard.connectors.intake import Intake
from neoncard.connectors.tables import Connector, Delivery, KnownEvent
from neoncard.encounters.tables import Customer, Encounter, Message, Rating
from neoncard.kit import signing
from neoncard.notice.tables import Mark
from neoncard.people.tables import Handle
from tests.connectors.hooks import connector
from tests.connectors.world import WHAT, World, worlds

pytestmark = pytest.mark.django_db


def bring(row, payloads, via):
    """Into the inbox, then taken in."""
    rows = []
    for payload in payloads:
        body = json.dumps(payload).encode()
        rows.append(actions.raw(row.pk, f"{via}:{hashlib.sha256(body).hexdigest()}", via, body))
    actions.keep(rows)
    assert Intake(loop.heard_news, Event()).drain() == 0


def tables(source):
    """Every row that came of a source, without our own ids and times of receipt."""
    encounters = {
        row.ext_id: (
            *(row.kind, row.channel, row.subject, row.tags, row.lang, row.url, row.is_open),
            *(row.customer and row.customer.name, row.agent_id, row.agent_name),
            *(row.started_at, row.last_at, row.as_of, row.digest.startswith("!")),
        )
        for row in Encounter.objects.filter(source=source).select_related("customer")
    }
    mine = {"encounter__source": source}
    return {
        "encounters": encounters,
        "messages": sorted(
            Message.objects.filter(**mine).values_list(
                *("encounter__ext_id", "ext_id", "author", "author_name", "member_id", "at"),
                *("text", "as_of"),
            ),
            key=str,
        ),
        "whose": sorted(
            (
                talk,
                message,
                [f"c{n}" for n in range(3) if signing.pseudonym(source, f"c{n}") == key],
            )
            for talk, message, key in Message.objects.filter(**mine, author="customer").values_list(
                "encounter__ext_id", "ext_id", "author_key"
            )
        ),
        "ratings": sorted(
            Rating.objects.filter(**mine).values_list(
                "encounter__ext_id", "score", "best", "comment"
            )
        ),
        "marks": sorted(
            Mark.objects.filter(**mine).values_list(
                "encounter__ext_id", "message__ext_id", "label", "start", "end", "boilerplate"
            )
        ),
    }


def empty():
    for table in (Mark, Rating, Message, Encounter, Customer, KnownEvent, Delivery, Connector):
        table.objects.all().delete()


def two(house):
    """A connector that will be sent webhooks, and one that will only be pulled; both know who is who."""
    rows = connector(name="hooked"), connector(name="pulled")
    for row in rows:
        for ext_id, member in (("ines", house.agent), ("jonas", house.second)):
            Handle.objects.get_or_create(
                source=row.source, ext_id=ext_id, defaults={"member": member}
            )
    return rows


@pytest.mark.whole
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(world=worlds(), data=st.data())
def test_any_shuffle_duplication_or_loss_plus_one_pull_is_the_same(house, world, data):
    empty()
    hooked, pulled = two(house)
    sent = data.draw(st.lists(st.sampled_from(world.hooks), max_size=2 * len(world.hooks)))
    sent = data.draw(st.permutations(sent))
    at = 0
    while at < len(sent):
        size = data.draw(st.integers(1, 9))
        bring(hooked, sent[at : at + size], "webhook")
        at += size
    bring(hooked, data.draw(st.permutations(world.pull())), "pull")
    bring(pulled, world.pull(), "pull")
    assert tables("hooked") == tables("pulled")
    assert Delivery.objects.exclude(state="done").count() == 0


@pytest.mark.parametrize("seed", range(8))
def test_large_worlds_sent_in_any_way_before_and_after_the_pull_are_the_same(house, seed):
    chance = random.Random(seed)
    world = World()
    for _ in range(90):
        world.happen(chance.choice(WHAT), chance.randrange(5), chance.randrange(12))
    hooked, pulled = two(house)
    sent = chance.choices(world.hooks, k=2 * len(world.hooks) if seed % 2 else 60)
    pull_after = chance.randrange(len(sent))
    at = 0
    while at < len(sent):
        size = chance.randint(1, 12)
        bring(hooked, sent[at : at + size], "webhook")
        if at <= pull_after < at + size:
            bring(hooked, chance.sample(world.pull(), len(world.pull())), "pull")
        at += size
    bring(pulled, world.pull(), "pull")
    assert tables("hooked") == tables("pulled")


def test_a_pull_before_late_webhooks_is_the_same_too(house):
    world = World()
    for n, what in enumerate(["open", "say", "say", "state", "edit", "assign", "rate", "delete"]):
        world.happen(what, 0, n)
    hooked, pulled = two(house)
    bring(hooked, world.pull(), "pull")
    for payload in reversed(world.hooks):
        bring(hooked, [payload], "webhook")
    bring(pulled, world.pull(), "pull")
    assert tables("hooked") == tables("pulled")


def test_starting_over_hears_who_joined_since_and_doubles_nothing(house):
    row = connector()
    world = World()
    for n, what in enumerate(["open", "say", "say", "assign", "rate"]):
        world.happen(what, 0, n)
    world.happen("assign", 0, 0)
    bring(row, world.hooks, "webhook")
    before = tables("desk")
    assert Encounter.objects.get().agent is None
    for ext_id, member in (("ines", house.agent), ("jonas", house.second)):
        Handle.objects.create(source="desk", ext_id=ext_id, member=member)
    actions.start_over(by=house.admin, connector=row)
    assert Intake(loop.heard_news, Event()).drain() == 0
    after = tables("desk")
    assert Encounter.objects.get().agent == house.agent
    assert [len(before[name]) for name in before] == [len(after[name]) for name in after]
