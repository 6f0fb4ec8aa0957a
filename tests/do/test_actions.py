"""Suggestions and the daily deck, with a database."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from neoncard import drawing, gather, library, loop
from neoncard.care.tables import HardDay
from neoncard.design import actions as design
from neoncard.design.tables import Act
from neoncard.do import actions, queries
from neoncard.do.tables import Suggestion
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.kit.audit.tables import Audit
from neoncard.notice.tables import Mark
from neoncard.people import actions as people
from tests import make

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def playbook(house):
    design.install_starters(house.organisation)


def face(suggestion):
    return queries.faces(suggestion.offered)[queries.face_key(suggestion)]


def hard(member, until=None):
    HardDay.objects.create(member=member, until=until or clock.now() + timedelta(hours=4))


def test_the_draw_is_made_once_and_logged_whole(house, playbook):
    encounter = make.encounter(house.agent, make.customer(), is_open=True)
    first = loop.suggest_for(house.agent, encounter)
    encounter.subject = "Thank you"
    again = loop.suggest_for(house.agent, encounter)
    assert first == again
    row = Suggestion.objects.get()
    assert row.unit == f"encounter:{encounter.pk}"
    assert len(row.eligible) == len(row.probabilities)
    assert abs(sum(row.probabilities) - 1) < 1e-9
    assert row.probabilities[row.eligible.index(row.offered[0])] > 0
    assert len(row.offered) == 3
    assert row.customer_key == encounter.customer.key
    assert (row.shown_at, row.chosen, row.done_at) == (None, "", None)


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize(
    ("subject", "tags", "before", "kinds"),
    [
        ("The app won't open", ["technical"], 0, {"word", "effort"}),
        ("Still waiting for the refund", [], 1, {"effort"}),
        ("The 14:20 was cancelled by the storm", ["cancelled"], 0, {"word", "effort"}),
    ],
)
def test_a_hard_ticket_still_gets_something_kind(house, installed, subject, tags, before, kinds):
    if installed:
        design.install_starters(house.organisation)
    who = make.customer()
    for _ in range(before):
        make.encounter(None, who, at=clock.now() - timedelta(days=2))
    ticket = make.encounter(house.agent, who, subject=subject, tags=tags, is_open=True)
    suggestion = loop.suggest_for(house.agent, ticket)
    shown = queries.faces(suggestion.offered)
    assert face(suggestion).kind in kinds
    assert [shown[key].kind for key in suggestion.offered].count("treat") == 0
    assert len(suggestion.offered) == 3
    if "storm" in subject:
        fits = {act.key: act.fits for act in library.acts()}
        key = suggestion.offered[0]
        own = Act.objects.get(pk=key).key if key.isdecimal() else key.removeprefix("library:")
        assert "out_of_hands" in fits[own]


def test_marks_tell_the_situation(house, playbook):
    ticket = make.encounter(
        house.agent, make.customer(), texts=[("customer", "You are useless")], is_open=True
    )
    message = ticket.messages.get()
    Mark.objects.create(
        encounter=ticket, message=message, label="insult", start=0, end=3, score=1, rule="r"
    )
    assert "heavy" in drawing.facts_for(house.agent, ticket).facts.situations


def test_a_hard_day_has_a_lighter_draw_of_its_own(house, playbook):
    ticket = make.encounter(house.agent, make.customer(), is_open=True)
    usual = loop.suggest_for(house.agent, ticket)
    hard(house.agent)
    lighter = loop.suggest_for(house.agent, ticket)
    assert lighter.pk != usual.pk
    acts = Act.objects.in_bulk([int(key) for key in lighter.offered])
    assert acts[int(lighter.offered[0])].light
    assert not any(act.asks_smile for act in acts.values())


def test_who_opted_out_gets_none(house, playbook):
    people.opt_out(member=house.agent, feature="beside")
    ticket = make.encounter(house.agent, make.customer(), is_open=True)
    assert loop.suggest_for(house.agent, ticket) is None
    assert Suggestion.objects.count() == 0


def test_a_customer_does_not_get_the_same_act_within_ten_days(house, playbook):
    who = make.customer()
    seen = set()
    for day in range(8):
        with clock.at(MONDAY + timedelta(days=day)):
            ticket = make.encounter(house.agent, who, is_open=True)
            seen.add(loop.suggest_for(house.agent, ticket).offered[0])
    assert len(seen) == 8


def test_a_treat_is_never_stepped_down(house):
    made = {"principle": "p", "kind": "treat", "aim": "trust", "made_at": clock.now()}
    big = Act.objects.create(title="Dinner", money=2000, fits=["any"], **made)
    small = Act.objects.create(title="Tea", money=300, fits=["any"], **made)
    who = make.customer()
    make.encounter(None, who, at=MONDAY - timedelta(days=90))
    with clock.at(MONDAY - timedelta(days=40)):
        first = make.encounter(house.agent, who)
        suggestion = loop.suggest_for(house.agent, first)
        suggestion.offered = [str(big.pk)]
        suggestion.save()
        actions.done(suggestion=suggestion, title="Dinner")
    with clock.at(MONDAY):
        then = make.encounter(house.agent, who)
        eligible = loop.suggest_for(house.agent, then).eligible
    assert str(big.pk) in eligible
    assert str(small.pk) not in eligible


def test_done_records_one_kindness_to_the_customer(house, playbook):
    who = make.customer()
    ticket = make.encounter(house.agent, who, is_open=True)
    suggestion = loop.suggest_for(house.agent, ticket)
    actions.done(suggestion=suggestion, title="Ring back")
    actions.done(suggestion=suggestion, title="Ring back")
    kindness = Kindness.objects.get()
    assert kindness.giver.member == house.agent
    assert [party.customer for party in kindness.receivers.all()] == [who]
    assert (kindness.occasion, kindness.how, kindness.sees) == ("Ring back", "said", "parties")
    assert suggestion.chosen == suggestion.offered[0]
    assert suggestion.kindness == kindness


def test_one_of_the_others_can_be_done_but_nothing_else(house, playbook):
    ticket = make.encounter(house.agent, make.customer(), is_open=True)
    suggestion = loop.suggest_for(house.agent, ticket)
    with pytest.raises(ValueError, match=r"^act:"):
        actions.done(suggestion=suggestion, title="x", key="999999")
    with pytest.raises(ValueError, match=r"^act:"):
        actions.turn_to(suggestion=suggestion, key="999999")
    actions.done(suggestion=suggestion, title="x", key=suggestion.offered[2])
    assert suggestion.chosen == suggestion.offered[2]
    assert Kindness.objects.count() == 1


def test_everything_can_be_taken_back(house, playbook):
    ticket = make.encounter(house.agent, make.customer(), is_open=True)
    row = loop.suggest_for(house.agent, ticket)
    first, second, third = row.offered
    actions.swap(suggestion=row)
    assert queries.face_key(row) == second
    actions.turn_to(suggestion=row, key=third)
    actions.not_now(suggestion=row)
    actions.undo(suggestion=row)
    assert row.skipped_at is None
    actions.choose(suggestion=row)
    actions.done(suggestion=row, title="x")
    actions.undo(suggestion=row)
    assert (row.done_at, Kindness.objects.count()) == (None, 0)
    actions.undo(suggestion=row)
    assert row.chosen_at is None
    actions.undo(suggestion=row)
    assert queries.face_key(row) == second
    actions.undo(suggestion=row)
    actions.undo(suggestion=row)
    row.refresh_from_db()
    assert queries.face_key(row) == first
    assert (row.skipped_at, row.done_at, row.kindness) == (None, None, None)


def test_done_cannot_be_taken_back_after_ten_minutes(house, playbook):
    ticket = make.encounter(house.agent, make.customer(), is_open=True)
    row = loop.suggest_for(house.agent, ticket)
    actions.done(suggestion=row, title="x")
    with clock.at(clock.now() + timedelta(minutes=11)), pytest.raises(ValueError, match=r"^undo:"):
        actions.undo(suggestion=row)
    row.refresh_from_db()
    assert row.done_at is not None
    assert row.kindness == Kindness.objects.get()


def test_shown_is_noted_once(house, playbook):
    row = loop.suggest_for(house.agent, make.encounter(house.agent, make.customer()))
    with clock.at(MONDAY):
        actions.show(suggestion=row)
    with clock.at(MONDAY + timedelta(hours=1)):
        actions.show(suggestion=row)
    assert Suggestion.objects.get().shown_at == MONDAY


def test_what_is_not_taken_leaves_no_trace_in_the_audit(house, playbook):
    row = loop.suggest_for(house.agent, make.encounter(house.agent, make.customer()))
    before = Audit.objects.count()
    actions.swap(suggestion=row)
    actions.not_now(suggestion=row)
    assert Audit.objects.count() == before


# ---------------------------------------------------------------- the day


def test_three_ideas_a_day_dealt_once(house):
    with clock.at(MONDAY):
        first = loop.today(house.agent).ideas
        again = loop.today(house.agent).ideas
    assert [idea.toward for idea in first] == ["customer", "colleague", "self"]
    assert [idea.face for idea in first] == [idea.face for idea in again]
    assert Suggestion.objects.count() == 3


def test_a_day_follows_the_shift_over_midnight(house):
    begins = datetime(2026, 11, 2, 21, tzinfo=UTC)
    people.set_shift(member=house.agent, starts_at=begins, ends_at=begins + timedelta(hours=9))
    with clock.at(begins + timedelta(hours=7)):
        assert gather.standing(house.agent).day.isoformat() == "2026-11-02"
    with clock.at(begins + timedelta(hours=12)):
        assert gather.standing(house.agent).day.isoformat() == "2026-11-03"


def test_the_day_begins_where_the_company_is(house):
    with clock.at(datetime(2026, 11, 2, 23, 30, tzinfo=UTC)):
        assert gather.standing(house.agent).day.isoformat() == "2026-11-03"


@pytest.mark.whole
def test_sixty_days_of_swapping_repeat_nothing_within_ten(house):
    shown: dict[str, list[int]] = {}
    for day in range(60):
        with clock.at(MONDAY + timedelta(days=day)):
            if day % 9 == 4:
                hard(house.agent, clock.now() + timedelta(minutes=5))
            ideas = loop.today(house.agent).ideas
            assert len(ideas) == 3
            for idea in ideas:
                for _ in range(day % 4):
                    actions.swap_idea(suggestion=idea.suggestion)
                for key in idea.suggestion.offered:
                    shown.setdefault(key, []).append(day)
        HardDay.objects.all().delete()
    close = [
        (key, days)
        for key, days in shown.items()
        if any(later - day <= 10 for day, later in pairwise(days))
    ]
    assert close == []
    assert len(shown) > 90


def test_swapping_without_end_goes_round_todays_own(house):
    with clock.at(MONDAY):
        row = loop.today(house.agent).ideas[0].suggestion
        for _ in range(60):
            actions.swap_idea(suggestion=row)
        assert len(set(row.offered)) == len(row.offered) < 50
        turned = {queries.face_key(actions.swap_idea(suggestion=row)) for _ in row.offered}
    assert turned == set(row.offered)


def test_a_hard_day_deals_light_ideas_and_asks_for_no_smile(house):
    ideas = {idea.key: idea for idea in library.daily()}
    for day in range(20):
        with clock.at(MONDAY + timedelta(days=day)):
            usual = loop.today(house.agent).ideas
            hard(house.agent, clock.now() + timedelta(minutes=5))
            lighter = loop.today(house.agent).ideas
            assert not {i.face.key for i in usual} & {i.face.key for i in lighter}
            assert not any(ideas[i.face.key].asks_smile for i in lighter)
            assert ideas[lighter[2].face.key].light
        HardDay.objects.all().delete()


def test_an_idea_done_is_a_quiet_kindness(house):
    ideas = loop.today(house.agent).ideas
    for idea in ideas:
        actions.done(suggestion=idea.suggestion, title=idea.face.title)
    rows = list(Kindness.objects.order_by("pk"))
    assert [row.sees for row in rows] == ["giver"] * 3
    assert [row.occasion for row in rows] == [idea.face.title for idea in ideas]
    assert [party.kind for row in rows for party in row.receivers.all()] == [
        "unknown",
        "unknown",
        "member",
    ]
    assert list(rows[2].receivers.all()) == [rows[2].giver]


def test_no_ideas_for_who_turned_them_off(house):
    people.opt_out(member=house.agent, feature="ideas")
    today = loop.today(house.agent)
    assert (today.ideas, today.wants_ideas, Suggestion.objects.count()) == ([], False, 0)


def test_the_newest_words_come_first_until_they_are_answered_or_rest(house):
    old = make.kindness(house.second, house.agent, words="Old")
    new = make.kindness(house.third, house.agent, words="New")
    make.kindness(house.agent, house.second, words="Mine")
    make.kindness(house.second, house.agent, words="Secret", sees="giver")
    today = loop.today(house.agent)
    assert (today.words.said, today.words.by, today.words.from_customer) == ("New", "Amir", False)
    assert today.waiting.kindness == old
    make.kindness(house.agent, house.third, passed_on_from=new)
    assert loop.today(house.agent).words.kindness == old
    make.kindness(house.agent, house.second, answers=old)
    assert loop.today(house.agent).words is None


# ---------------------------------------------------------------- the counter


def test_a_visit_keeps_nothing_of_the_customer(house, playbook):
    shown = loop.at_counter(house.counter)
    assert loop.at_counter(house.counter).suggestion == shown.suggestion
    loop.counter_done(suggestion=shown.suggestion)
    kindness = Kindness.objects.get()
    assert (kindness.encounter.kind, kindness.encounter.customer) == ("visit", None)
    assert [party.kind for party in kindness.receivers.all()] == ["unknown"]
    assert kindness.occasion == shown.face.title
    nextone = loop.at_counter(house.counter)
    assert nextone.suggestion != shown.suggestion
    assert nextone.face.key != shown.face.key


def test_the_counter_never_shows_a_treat(house, playbook):
    treats = {str(pk) for pk in Act.objects.filter(kind="treat").values_list("pk", flat=True)}
    for _ in range(12):
        row = loop.at_counter(house.counter).suggestion
        assert not treats & set(row.eligible)
        actions.not_now(suggestion=row)


def test_someone_was_kind_to_me(house):
    loop.was_kind_to(house.counter, words="Brought me a coffee", name="Lea")
    loop.was_kind_to(house.counter, words="", name="")
    rows = list(Kindness.objects.order_by("pk"))
    assert [row.giver.kind for row in rows] == ["guest", "unknown"]
    assert loop.today(house.counter).words.by == "Lea"


def test_figures_of_an_act_stand_on_eight_people(house, playbook):
    act = Act.objects.filter(kind="word").first()
    until = clock.now() + timedelta(days=1)

    def give(member):
        row = loop.suggest_for(member, make.encounter(member, make.customer(), is_open=True))
        row.offered = [str(act.pk)]
        row.save()
        actions.done(suggestion=row, title="x")

    members = [make.member(house.organisation, f"P{n}") for n in range(8)]
    for member in members[:7]:
        give(member)
    assert queries.act_counts(until) == {}
    give(members[7])
    assert queries.act_counts(until) == {str(act.pk): {"suggested": 10, "done": 10}}
    assert queries.act_counts(clock.now() - timedelta(days=1)) == {}
