"""Seeing, erasing and forgetting (P5, P7)."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from neoncard import loop
from neoncard.encounters.tables import Customer, Encounter, Message, Rating
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.learn.tables import Outcome
from neoncard.notice.tables import Mark
from neoncard.people.tables import Handle
from neoncard.share import actions as share
from neoncard.thank import actions as thank
from neoncard.thank.rules import Given
from tests.encounters.said import conversation, message, write

pytestmark = pytest.mark.django_db

ACT = "As a surprise I have upgraded you to a cabin with a window, free of charge."
SECRET = "My goldfish Balthasar is seasick. Ines was absolutely wonderful."


def everything() -> str:
    """All text of every table, as one text."""
    found = []
    for model in apps.get_models():
        fields = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        found += [json.dumps(row, default=str) for row in model.objects.values_list(*fields)]
    return "\n".join(found)


@pytest.fixture
def maren(tmp_path, house):
    """A customer with a conversation, a rating, a thank-you, a kept kindness on the wall, and one given to them."""
    Handle.objects.create(member=house.agent, source="import", ext_id="ines")
    customer = {"id": "maren@example.org", "name": "Maren Quaddel"}
    path = write(
        tmp_path / "in.jsonl",
        conversation(
            message(
                "Could we sit together?", author_id="maren@example.org", author_name="Maren Quaddel"
            ),
            message(ACT, "agent"),
            message(SECRET, author_id="maren@example.org", author_name="Maren Quaddel"),
            customer=customer,
            id="T-1",
            subject="Balthasar and Maren",
            rating={"score": 5, "of": 5, "comment": "Balthasar agrees"},
        ),
        conversation(
            message("Hello from Jo.", author_id="jo", author_name="Jo"),
            message("Balthasar again!", author_id="maren@example.org", author_name="Maren Quaddel"),
            message("Noted.", "agent"),
            customer={"id": "jo", "name": "Jo"},
            id="T-2",
        ),
    )
    loop.import_file(path)
    row = Customer.objects.get(name="Maren Quaddel")
    encounter = Encounter.objects.get(ext_id="T-1")
    proposed = Kindness.objects.get(state="proposed")
    kindnesses.keep(by=house.agent, kindness=proposed, words="Maren's fish got a window.")
    share.tell(
        by=house.agent,
        kindness=proposed,
        title="A window",
        story="For Maren Quaddel and her fish. " * 20,
        name_too=True,
    )
    link = encounter.rating_links.create(
        token_hash="x" * 64,
        made_at=clock.now(),
        ends_at=clock.now() + timedelta(days=14),
        member=house.agent,
    )
    given = Given(
        score=5, words="Thank you, says Balthasar. The boat needs fish food.", name="Maren Quaddel"
    )
    loop.answered(link=link, token="r" * 22, given=given)
    assert thank.queries.of_customer(row).count() == 1
    return row  # fmt: skip


def test_a_customer_sees_everything_we_hold(maren):
    found = loop.export_customer("import", "maren@example.org")
    text = json.dumps(found)
    assert found["customer"]["name"] == "Maren Quaddel"
    assert [row["id"] for row in found["encounters"]] == ["T-1"]
    assert SECRET in text
    assert "Balthasar agrees" in text
    assert "says Balthasar" in text
    assert "Maren's fish got a window." in text
    assert {row["kind"] for row in found["outcomes"]} == {"rated_happy", "praised"}
    assert "Ines Test" not in text
    assert loop.export_customer("import", "nobody") is None


def test_erasing_a_customer_leaves_no_trace_of_name_key_or_text(maren, house):
    chain = Kindness.objects.filter(giver__member=house.agent).get()
    key = maren.key
    before = everything()
    assert "Balthasar" in before
    assert "Quaddel" in before
    assert key in before
    counts = loop.erase_customer("import", "maren@example.org")
    assert counts["encounters"] == 1
    assert counts["messages"] == 4
    after = everything()
    assert "Balthasar" not in after
    assert "Quaddel" not in after
    assert "Maren" not in after
    assert "maren" not in after
    assert key not in after
    chain.refresh_from_db()
    assert (chain.state, chain.words) == ("kept", "")
    assert chain.receivers.get().kind == "gone"
    assert Customer.objects.get().name == "Jo"
    assert Outcome.objects.exclude(customer_key="").get().customer_key == Customer.objects.get().key
    assert loop.erase_customer("import", "maren@example.org") is None


def test_texts_go_after_their_days_counted_from_when_they_came(tmp_path, house, settings):
    settings.NEONCARD_KEEP_TEXT_DAYS = 30
    Handle.objects.create(member=house.agent, source="import", ext_id="ines")
    old = conversation(
        message(ACT, "agent"), message(SECRET), rating={"score": 1, "of": 5, "comment": "late"}
    )
    with clock.at(clock.now() - timedelta(days=31)):
        loop.import_file(write(tmp_path / "old.jsonl", old))
    loop.import_file(write(tmp_path / "new.jsonl", conversation(message("Thank you."))))
    assert Kindness.objects.filter(state="proposed").count() == 1
    said = loop.forget()
    assert said.startswith("2 messages, 1 proposals")
    assert [row.text for row in Message.objects.all()] == ["Thank you."]
    assert set(Mark.objects.values_list("label", flat=True)) == {"thanks"}
    assert Rating.objects.get(score=1).comment == ""
    assert Encounter.objects.get(ext_id=old["id"]).subject == ""
    assert Kindness.objects.count() == 0
    again = loop.import_file(str(tmp_path / "old.jsonl"))
    assert (again.unchanged, Message.objects.count()) == (1, 1)


def test_a_kept_kindness_outlives_the_message_it_quotes(tmp_path, house, settings):
    Handle.objects.create(member=house.agent, source="import", ext_id="ines")
    with clock.at(clock.now() - timedelta(days=31)):
        loop.import_file(write(tmp_path / "old.jsonl", conversation(message(ACT, "agent"))))
    kindness = Kindness.objects.get()
    kindnesses.keep(by=house.agent, kindness=kindness)
    loop.forget()
    kindness.refresh_from_db()
    assert (kindness.state, kindness.quote) == ("kept", None)


def test_the_demo_keeps_its_texts_and_says_so(tmp_path, house):
    house.organisation.demo = True
    house.organisation.save()
    with clock.at(clock.now() - timedelta(days=99)):
        loop.import_file(write(tmp_path / "old.jsonl", conversation()))
    assert loop.forget() == "the demo keeps its texts"
    assert Message.objects.count() == 2


def test_retention_and_macros_are_nightly_work(house):
    assert {"forget texts", "freeze boilerplate"} <= loop.RECURRING.keys()
    assert loop.RECURRING["forget texts"][0].interval == timedelta(days=1)
