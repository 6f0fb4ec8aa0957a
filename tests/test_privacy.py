"""The privacy rules, held by tests (docs/privacy.md)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from neoncard.care.tables import Cover, Hand, HardDay
from neoncard.do.drive.tables import Line, Nudge, Round, Taking, WrittenIdea
from neoncard.do.tables import Pledge, Suggestion
from neoncard.encounters.tables import Encounter, Message
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock, health
from neoncard.learn import actions as learn
from neoncard.learn.tables import DailyCount, WeekFigure
from neoncard.notice.engine import LABELS
from neoncard.notice.tables import Mark
from neoncard.pass_on import actions as chains
from neoncard.pass_on.tables import Rest, SmileCard
from neoncard.people import actions as people
from neoncard.people.tables import ApiToken, Hours, Member, OptOut, Shift
from neoncard.share import actions as share
from neoncard.share.tables import Landed, Picture, Post
from neoncard.share.voices import actions as voices
from neoncard.share.voices.tables import Letter, Reaction, Report, Review, Shown
from neoncard.thank.tables import ThanksPage, ThankYou
from tests import make
from tests.crawl import crawl
from tests.samples_shared import JPEG
from tests.share.telling import STORY

STATES_OF_MIND = {
    "angry",
    "anger",
    "sad",
    "sadness",
    "happy",
    "joy",
    "fear",
    "stress",
    "mood",
    "emotion",
    "sentiment",
    "tone",
}


def test_p1_labels_are_acts_and_words_never_states_of_mind():
    assert set(LABELS) == {
        "name", "warm_greeting", "thanks_customer", "apology", "empathy", "reassurance", "ownership",
        "extra_help", "goes_beyond", "personal_touch", "patience", "humour",
        "thanks", "praise", "thanks_by_name", "kind_to_agent", "recommends", "loyal", "leaving",
        "feedback", "complaint", "profanity", "insult", "threat",
    }  # fmt: skip
    assert not STATES_OF_MIND & set(LABELS)


def test_p1_no_label_for_hostility_reads_an_agents_words():
    heavy = {"insult", "threat", "profanity"}
    assert {name for name in heavy if LABELS[name].role != "customer"} == set()


NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)
NUMBERS_ABOUT_NO_PERSON = {
    "Message.received", "Mark.start", "Mark.end", "Mark.score", "Suggestion.draw", "Kindness.quote_start",
    "Kindness.quote_end", "Rating.score", "Rating.best", "ThankYou.score", "Act.minutes", "Act.money",
    "Step.pos", "Idea.pos", "Idea.level", "Audit.count", "Job.tries", "Schedule.last_took_ms",
    "Member.suggestions_a_shift",
    "Journey.seq", "Journey.round", "Journey.vote_budget", "BoardOp.seq", "BoardVote.round",
    "Round.days", "Letter.hour",
}  # fmt: skip


def test_p2_no_table_could_hold_a_score_of_a_person():
    """Every number column of a table that points at a person is on the list above, with none that sums them up."""
    found = set()
    for model in apps.get_app_config("neoncard").get_models():
        points = any(
            f.is_relation and f.related_model is Member for f in model._meta.concrete_fields
        )
        if not (points or model is Member):
            continue
        found |= {
            f"{model.__name__}.{f.name}"
            for f in model._meta.concrete_fields
            if isinstance(f, NUMBERS) and not f.primary_key and not f.is_relation
        }
    assert found - NUMBERS_ABOUT_NO_PERSON == set()


def _busy(house, who: Member) -> None:
    """Give `who` a day full of everything that is theirs alone."""
    day = clock.now() - timedelta(days=1)
    customer = make.customer()
    row = make.encounter(
        who,
        customer,
        at=day,
        texts=[("customer", "You are a lifesaver"), ("agent", "I will ring you back at four.")],
    )
    for message in row.messages.all():
        Mark.objects.create(
            encounter=row, message=message, label="praise", start=0, end=3, score=0.9, rule="r"
        )
    Suggestion.objects.create(
        unit=f"encounter:{row.pk}", policy="v1", member=who, encounter=row, eligible=["1"],
        probabilities=[1.0], draw=0.1, salt="s", offered=["1"], made_at=day, shown_at=day, done_at=day,
    )  # fmt: skip
    make.kindness(who, house.third, words="I held the ramp.", at=day)
    ThankYou.objects.create(
        to=who, words="She was so kind", state=ThankYou.State.DELIVERED, receipt_hash="r1",
        received_at=day, score=5,
    )  # fmt: skip
    ThankYou.objects.create(
        to=who, words="You people are useless", state=ThankYou.State.HELD, receipt_hash="r2",
        received_at=day, why_held="insult",
    )  # fmt: skip
    Pledge.objects.create(member=who, words="One true sentence a call.", since=day)
    ThanksPage.objects.create(member=who, slug="abc123", made_at=day)
    HardDay.objects.create(member=who, until=clock.now() + timedelta(hours=3))
    _busy_with_colleagues(house, who, day)


def _busy_with_colleagues(house, who: Member, day) -> None:
    """What one does for oneself, with colleagues and on paper; nothing of it is on the wall for everyone."""
    words = "You stayed on the phone until she was home."
    got = make.kindness(house.third, who, words=words, at=day)
    told = share.tell(
        by=house.third, kindness=got, title="The phone", story=STORY, name_too=True
    )  # `who` has not released it: nobody else reads it
    Reaction.objects.create(post=told, member=who, word="try", at=day)
    Landed.objects.create(kindness=got, member=who, word="day", at=day)
    Rest.objects.create(kindness=got, member=who, at=day)
    other = make.member(house.organisation, "Lars", "lead")
    voices.show_lead(member=who, kindness=got, lead=other, words="until she was home")
    report = Report.objects.create(post=told, by=who, at=day)
    Review.objects.create(report=report, member=who, asked_at=day)
    card = chains.make_card(by=who)
    chains.tell(card=card, words="I carried a pram.", name="Mo")
    Picture.objects.create(
        kindness=card.kindness, by=who, kind="image/jpeg", body=JPEG, alt="a", credit="b",
        licence="c", at=day,
    )  # fmt: skip
    Hand.objects.create(member=who, to=house.third, at=day, until=clock.now() + timedelta(hours=3))
    Letter.objects.create(member=who, hour=17)
    Nudge.objects.create(member=who, channel="mail")
    WrittenIdea.objects.create(by=who, toward="self", title="Tea at ten", made_at=day)
    round_ = Round.objects.create(
        team=house.team, host=house.third, title="June", days=21, starts_on=day.date(), made_at=day
    )
    Taking.objects.create(round=round_, member=who, joined_on=day.date())
    row = Suggestion.objects.get(member=who)
    Line.objects.create(suggestion=row, member=who, round=round_, words="She smiled.", at=day)
    Shift.objects.create(member=who, starts_at=day, ends_at=clock.now() + timedelta(hours=9))
    Hours.objects.create(member=who, week={"1": ["09:00", "17:00"]})
    OptOut.objects.create(member=who, feature=OptOut.Feature.IDEAS)
    people.make_token(member=who, name="mine")


SWAPPED = {
    Encounter: "agent", Message: "member", Suggestion: "member", ThankYou: "to", Pledge: "member",
    ThanksPage: "member", HardDay: "member", Reaction: "member", Landed: "member", Rest: "member",
    Shown: "member", Report: "by", Review: "member", SmileCard: "by", Picture: "by", Hand: "member",
    Letter: "member", Nudge: "member", WrittenIdea: "by", Taking: "member", Line: "member",
    Shift: "member", Hours: "member", OptOut: "member", ApiToken: "member",
}  # fmt: skip
"""Whose a row is, of every table that holds something of one person's alone."""
NOT_ONES_OWN = {
    # Released to the wall, or put before others by one's own doing.
    "Post", "Comment", "Likeness", "Cover", "Round",
    # The workshop: its people are at one table.
    "Journey", "Act", "Idea", "GuestLink", "BoardOp", "BoardChat", "BoardVote", "BoardComment",
    # What an admin keeps of people, and a kindness's parties.
    "Party", "Role", "Handle", "Tablet", "CounterPin", "RatingLink",
}  # fmt: skip


def test_p10_a_new_table_about_somebody_is_crawled_too():
    about = {
        table.__name__
        for table in apps.get_app_config("neoncard").get_models()
        if any(f.is_relation and f.related_model is Member for f in table._meta.concrete_fields)
    }
    assert about == {table.__name__ for table in SWAPPED} | NOT_ONES_OWN


def _swap(one: Member, other: Member) -> None:
    """Make everything that was one's alone the other's."""
    for model, field in SWAPPED.items():
        model.objects.filter(**{field: one}).update(**{field: other})
    Kindness.objects.filter(giver__member=one).update(giver=other.party)
    through = Kindness.receivers.through.objects
    through.filter(party=one.party).update(party=other.party)


@pytest.mark.whole
@pytest.mark.parametrize("role", ["lead", "admin"])
def test_p10_nothing_a_lead_or_admin_can_open_tells_two_people_apart(
    house, signed_in, role, monkeypatch
):
    """Crawl everything; give one person's whole record to another; crawl again: not a letter may differ."""
    # What else the machine does meanwhile is about nobody.
    monkeypatch.setattr(health, "disk", lambda: health.Finding("disk", True, "as it was"))
    monkeypatch.setattr(health, "size", lambda: 0)
    for name in ("Una", "Odo", "Pia", "Rik"):
        make.member(house.organisation, name, team=house.team)
    _busy(house, house.agent)
    make.kindness(house.second, house.third, sees=Kindness.Sees.PARTIES, words="A coffee.")
    Member.objects.update(joined_at=clock.now() - timedelta(days=60))
    learn.roll_up(organisation=house.organisation, day=clock.today("Europe/Berlin"))
    with clock.at(clock.now() + timedelta(days=8)):
        week = clock.today("Europe/Berlin")
        learn.freeze_week(
            organisation=house.organisation,
            week=week - timedelta(days=week.weekday() + 7),
        )
    now = clock.now()
    client = signed_in(getattr(house, role))
    with clock.at(now):
        crawl(client)  # the member's own cards of the day are dealt at their first look
        learn.roll_up(organisation=house.organisation, day=clock.today("Europe/Berlin"))
        before = crawl(client)
        _swap(house.agent, house.second)
        learn.roll_up(organisation=house.organisation, day=clock.today("Europe/Berlin"))
        after = crawl(client)
    assert len(before) > 15
    assert {a: s for a, (s, _b) in before.items() if s >= 500} == {
        "/healthz": 503
    }  # no worker here
    assert sorted(before) == sorted(after)
    assert [a for a in before if before[a] != after[a]] == []


@pytest.mark.parametrize("role", ["lead", "admin"])
def test_p10_the_api_takes_no_other_person(house, client, role):
    _busy(house, house.agent)
    token = people.make_token(member=getattr(house, role), name="t")
    auth = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    theirs = Encounter.objects.get(agent=house.agent)
    given = Kindness.objects.filter(giver__member=house.agent).earliest("pk")
    assert client.get("/api/encounters", **auth).json() == []
    assert client.get("/api/kindnesses", **auth).json() == []
    assert client.get(f"/api/encounters/{theirs.pk}", **auth).status_code == 404
    assert client.get(f"/api/kindnesses/{given.pk}", **auth).status_code == 404
    for query in (f"?agent={house.agent.pk}", f"?member={house.agent.email}", "?order=agent"):
        assert client.get(f"/api/encounters{query}", **auth).json() == []


def test_p10_a_lead_opens_a_conversation_by_link_and_sees_no_mark(house, signed_in):
    row = make.encounter(
        house.agent, make.customer(), texts=[("customer", "You saved my day, Ines")]
    )
    Mark.objects.create(
        encounter=row,
        message=row.messages.first(),
        label="praise",
        start=0,
        end=17,
        score=0.9,
        rule="r",
    )
    page = signed_in(house.lead).get(f"/conversations/{row.pk}").content.decode()
    own = signed_in(house.agent).get(f"/conversations/{row.pk}").content.decode()
    assert "You saved my day, Ines" in page
    assert ("<mark" in page, "<mark" in own) == (False, True)
    assert signed_in(house.second).get(f"/conversations/{row.pk}").status_code == 404


def test_p3_published_tables_can_not_be_solved_for_a_smaller_group(house):
    """Exact linear algebra over every published figure: no group of under eight is a combination of them."""
    from fractions import Fraction

    for n in range(9):
        make.member(house.organisation, f"Desk{n}", team=house.team)
    small = people.add_team(by="test", organisation=house.organisation, name="Pier")
    for n in range(4):
        make.member(house.organisation, f"Pier{n}", team=small)
    Member.objects.update(joined_at=clock.now() - timedelta(days=60))
    today = clock.today("Europe/Berlin")
    week = today - timedelta(days=today.weekday() + 7)
    learn.freeze_week(organisation=house.organisation, week=week)
    members = list(Member.objects.order_by("pk"))
    rows = []
    for group in WeekFigure.objects.filter(what="kindnesses").values_list("group", flat=True):
        inside = [m for m in members if not group or str(m.team_id) == group]
        rows.append([Fraction(int(m in inside)) for m in members])
    assert rows
    groups = {tuple(r) for r in rows}
    for a in groups:
        for b in groups:
            difference = [x - y for x, y in zip(a, b, strict=True)]
            if all(v in (0, 1) for v in difference) and any(difference):
                assert sum(difference) >= 8


def test_p4_an_export_holds_no_name_but_ones_own(house):
    from neoncard import keeping

    _busy(house, house.agent)
    make.kindness(house.third, house.agent, words="Thank you for the ramp.")
    text = str(keeping.export_member(house.agent))
    assert house.agent.name in text
    others = [m.name for m in Member.objects.exclude(pk=house.agent.pk)]
    assert [name for name in others if name in text] == []
    assert "Maren Oltmanns" not in text


def test_p2_counts_hold_no_person():
    for model in (DailyCount, WeekFigure):
        assert [f.name for f in model._meta.concrete_fields if f.is_relation] == []


def test_wall_shows_what_was_posted_and_cover_is_asked_for(house):
    """The two ways out of privacy are a person's own doing, and have a table each."""
    assert {f.name for f in Post._meta.concrete_fields if f.is_relation} == {"kindness", "by"}
    assert {f.name for f in Cover._meta.concrete_fields if f.is_relation} == {
        "member",
        "encounter",
        "taken_by",
    }
