"""The promise of test_any_order with a real kind's own webhooks and pull: edits heard, deletions that no webhook tells of healed.

Zammad's pull names nobody, so names are left out of the comparison; everything else is the same.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from neoncard.connectors.tables import Delivery
from neoncard.encounters.tables import Encounter, Message
from tests.connectors.hooks import connector
from tests.connectors.test_any_order import bring

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
TEXTS = (
    "<p>Thank you so much Ines, you are wonderful.</p>",
    "<p>My order never came.</p><![foo]>",
    "<p>I have waived the fee for you, as a small surprise.</p>",
)
SENDERS = ("Customer", "Agent", "System")


class Zammad:
    """Two tickets; whatever happens but a deletion sends a webhook. `seen` is what one pull brings."""

    def __init__(self, chance):
        self.chance, self.now, self.hooks, self.last = chance, START, [], 100
        self.tickets = {}
        for n in (1, 2):
            self.tickets[n] = self._new(n)
            self.say(self.tickets[n])

    def _new(self, n):
        said = {"id": n, "title": f"about {n}", "state": "open", "customer_id": 14, "owner_id": 3}
        times = {"created_at": self.now.isoformat(), "updated_at": self.now.isoformat()}
        return {**said, **times, "create_article_type": "email", "tags": [], "articles": {}}

    def happen(self):
        self.now += timedelta(seconds=7)
        ticket = self.chance.choice(list(self.tickets.values()))
        self.chance.choice((self.say, self.say, self.edit, self.delete, self.state))(ticket)

    def say(self, ticket):
        self.last += 1
        at = self.now.isoformat()
        ticket["articles"][self.last] = {
            "id": self.last,
            "body": self.chance.choice(TEXTS),
            "content_type": "text/html",
            "sender": self.chance.choice(SENDERS),
            "internal": self.chance.random() < 0.2,
            "created_by_id": self.chance.choice((3, 14)),
            "created_at": at,
            "updated_at": at,
        }
        self.tell(ticket, self.last)

    def edit(self, ticket):
        article = self.chance.choice(list(ticket["articles"]))
        new = {"body": self.chance.choice(TEXTS), "updated_at": self.now.isoformat()}
        ticket["articles"][article] = {**ticket["articles"][article], **new}
        self.tell(ticket, article)

    def delete(self, ticket):
        if len(ticket["articles"]) > 1:
            del ticket["articles"][self.chance.choice(list(ticket["articles"]))]
            ticket["updated_at"] = self.now.isoformat()

    def state(self, ticket):
        ticket["state"] = self.chance.choice(("open", "closed"))
        ticket["tags"] = self.chance.choice(([], ["late"]))
        ticket["owner_id"] = self.chance.choice((1, 3, 5))
        self.tell(ticket, None)

    def tell(self, ticket, article):
        ticket["updated_at"] = self.now.isoformat()
        head = {name: value for name, value in ticket.items() if name != "articles"}
        names = {"customer": {"id": 14, "firstname": "Maren"}}
        said = ticket["articles"].get(article)
        self.hooks.append({"ticket": {**head, **names}, "article": said or {}})

    def seen(self):
        found = []
        for ticket in self.tickets.values():
            head = {name: value for name, value in ticket.items() if name != "articles"}
            found.append({"pulled": head, "articles": list(ticket["articles"].values())})
        return found


def tables(source):
    talks = Encounter.objects.filter(source=source).order_by("ext_id")
    said = Message.objects.filter(encounter__source=source).order_by("ext_id")
    return (
        list(talks.values_list("ext_id", "subject", "tags", "is_open", "started_at", "last_at")),
        list(said.values_list("encounter__ext_id", "ext_id", "author", "at", "text", "as_of")),
    )


@pytest.mark.parametrize("seed", range(6))
def test_any_shuffle_duplication_or_loss_of_zammads_webhooks_plus_one_pull_is_the_same(house, seed):
    chance = random.Random(seed)
    desk = Zammad(chance)
    for _ in range(25):
        desk.happen()
    hooked, pulled = (
        connector(kind="zammad", name="hooked"),
        connector(kind="zammad", name="pulled"),
    )
    sent = chance.choices(desk.hooks, k=len(desk.hooks))
    chance.shuffle(sent)
    while sent:
        size = chance.randint(1, 9)
        bring(hooked, sent[:size], "webhook")
        sent = sent[size:]
    bring(hooked, chance.sample(desk.seen(), 2), "pull")
    bring(pulled, desk.seen(), "pull")
    assert tables("hooked") == tables("pulled")
    there = sum(len(one["articles"]) for one in desk.seen())
    assert Message.objects.filter(encounter__source="hooked").count() == there
    assert Delivery.objects.exclude(state="done").count() == 0
