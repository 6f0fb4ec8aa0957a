"""What single events make of an encounter."""

from datetime import UTC, datetime, timedelta

import pytest

from neoncard import loop
from neoncard.connectors import rules
from neoncard.connectors.rules import Actor, Score, Talk, Words, fold, plain
from neoncard.encounters.tables import Encounter, Message, Rating
from neoncard.kindness.tables import Kindness
from neoncard.kit.fields import Rejected
from neoncard.notice.engine import Reader
from neoncard.people.tables import Handle

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
INES, JONAS = Actor("agent", "ines", "Ines A"), Actor("agent", "jonas", "Jonas B")
MAREN = Actor("customer", "c1", "Maren O")


def event(kind, minute=0, talk="T-1", **more):
    at = START + timedelta(minutes=minute)
    given = {
        "conversation": Talk(talk),
        "object_id": talk,
        "revision": rules.revision_of(at),
        **more,
    }
    return rules.event(source="desk", kind=kind, occurred_at=at, received_at=START, **given)


def said(minute, actor, text, **more):
    kind = rules.CUSTOMER if actor.kind == "customer" else rules.AGENT
    words = Words(f"m{minute}", text, **more)
    return event(kind, minute, object_id=f"T-1/m{minute}", message=words, actor=actor)


def hear(*events):
    taken, _read = loop.heard_news(fold(events), source="desk", by="test", reader=Reader())
    return taken


@pytest.fixture
def known(house):
    Handle.objects.create(source="desk", ext_id="ines", member=house.agent)
    Handle.objects.create(source="desk", ext_id="jonas", member=house.second)
    return house


def assigned(minute, who):
    return event(rules.ASSIGNED, minute, agent_at_time=who)


def whose():
    return Encounter.objects.get().agent


def test_whose_it_is(known):
    hear(event(rules.OPENED, actor=MAREN), said(1, INES, "I will look."))
    assert whose() == known.agent  # who wrote last
    hear(assigned(2, JONAS))
    assert whose() == known.second  # who has it
    hear(assigned(3, None))
    assert whose() == known.agent  # taken off: the writer's again


def test_the_agent_at_the_time_is_kept_when_it_was_rated(known):
    hear(event(rules.OPENED, actor=MAREN), assigned(1, INES))
    hear(event(rules.RATING, 5, agent_at_time=INES, rating=Score(5, 5)))
    hear(assigned(9, JONAS))
    assert whose() == known.agent
    hear(assigned(10, None))
    assert whose() == known.agent


def test_notes_bots_and_automatic_replies_are_never_kindness(known):
    kind = "I have waived the fee for you, as a small surprise."
    bot, system = Actor("bot", "ines", "Bot"), Actor("system", "", "Auto reply")
    internal = event(
        rules.NOTE,
        2,
        object_id="T-1/n",
        message=Words("n", kind, visibility="internal"),
        actor=INES,
    )
    hear(event(rules.OPENED, actor=MAREN), said(1, bot, kind), internal, said(3, system, kind))
    authors = dict(Message.objects.values_list("ext_id", "author"))
    assert authors == {"m1": "bot", "n": "note", "m3": "bot"}
    assert Kindness.objects.count() == 0
    hear(said(4, INES, kind))
    assert Kindness.objects.get().giver.member == known.agent


def test_a_deletion_removes_text_and_what_was_proposed_from_it(known):
    hear(
        event(rules.OPENED, actor=MAREN, conversation=Talk("T-1", subject="My name is Maren")),
        said(1, INES, "I have waived the fee for you, as a small surprise."),
        said(2, MAREN, "Thank you."),
        event(rules.RATING, 3, rating=Score(5, 5, "Ines was lovely")),
    )
    assert Kindness.objects.count() >= 1
    hear(event(rules.DELETED, 5, object_id="T-1/m1", message=Words("m1")))
    assert list(Message.objects.values_list("ext_id", flat=True)) == ["m2"]
    assert Kindness.objects.filter(quote_label="extra_help").count() == 0
    hear(event(rules.DELETED, 6))
    hear(said(2, MAREN, "Thank you."))
    row = Encounter.objects.get()
    assert (Message.objects.count(), row.subject, Rating.objects.get().comment) == (0, "", "")


def test_a_call_has_a_length_and_no_words(known):
    ended = START + timedelta(minutes=7)
    talk = Talk("call-1", channel="phone", kind="call", ended_at=ended, tags=("Lost luggage",))
    hear(event(rules.OPENED, talk="call-1", conversation=talk, actor=MAREN))
    row = Encounter.objects.get()
    assert (row.kind, row.is_open, row.started_at, row.last_at) == ("call", False, START, ended)


def test_the_same_again_changes_nothing(known):
    events = [event(rules.OPENED, actor=MAREN), said(1, INES, "Hello"), assigned(2, INES)]
    hear(*events)
    assert [one.was for one in hear(*events)] == ["unchanged"]


def test_an_event_is_refused_by_what_is_wrong_with_it():
    good = {"object_id": "T-1", "conversation": Talk("T-1")}
    for kind, more, why in (
        ("dance", {}, "kind"),
        (rules.OPENED, {"conversation": Talk("")}, "conversation id"),
        (rules.OPENED, {"object_id": "x" * 300}, "object id"),
        (rules.AGENT, {}, "message"),
        (rules.AGENT, {"message": Words("m"), "actor": Actor("ghost")}, "actor"),
        (rules.RATING, {}, "rating"),
        (rules.RATING, {"rating": Score(5, 6)}, "rating.score"),
    ):
        with pytest.raises(Rejected, match=rf"^{why}"):
            event(kind, **{**good, **more})


def test_html_becomes_its_words():
    html = "<div>Hello&nbsp;Ines,<br>thank <b>you</b>!</div><script>x()</script><blockquote>old</blockquote><p>M</p>"
    assert plain(html) == "Hello Ines,\nthank you!\n\nM"
