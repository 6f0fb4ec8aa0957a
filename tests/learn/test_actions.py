"""Outcomes, roll-up and the frozen week."""

from datetime import date, timedelta

import pytest

from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Rating
from neoncard.kit import clock
from neoncard.learn import actions, queries
from neoncard.learn.tables import DailyCount, Outcome, WeekFigure
from neoncard.notice.tables import Mark
from tests import make


def suggest(member, encounter, act="7", **times):
    return Suggestion.objects.create(
        unit=f"encounter:{encounter.pk}",
        policy="v1",
        member=member,
        encounter=encounter,
        channel="email",
        eligible=[act],
        probabilities=[1.0],
        draw=0.5,
        salt="s",
        offered=[act, "8", "9"],
        made_at=clock.now(),
        **times,
    )


def test_outcomes_are_written_once(house):
    who = make.customer()
    first = make.encounter(house.agent, who, texts=[("customer", "You are wonderful")])
    Rating.objects.create(encounter=first, score=5, best=5, received_at=clock.now())
    Mark.objects.create(
        encounter=first,
        message=first.messages.first(),
        label="praise",
        start=0,
        end=7,
        score=1,
        rule="x",
    )
    with clock.at(clock.now() + timedelta(days=3)):
        again = make.encounter(house.agent, who)
    ids = [first.pk, again.pk]
    assert actions.record_outcomes(encounters=ids) == 3
    assert actions.record_outcomes(encounters=ids) == 0
    kinds = Outcome.objects.filter(encounter=first).values_list("kind", flat=True)
    assert sorted(kinds) == ["praised", "rated_happy", "returned"]


def test_coming_back_after_thirty_one_days_is_no_return(house):
    who = make.customer()
    make.encounter(house.agent, who)
    with clock.at(clock.now() + timedelta(days=31)):
        again = make.encounter(house.agent, who)
    assert actions.record_outcomes(encounters=[again.pk]) == 0


def test_a_day_rolls_up_and_rolls_up_again_to_the_same(house):
    row = make.encounter(house.agent, make.customer())
    suggest(house.agent, row, shown_at=clock.now(), done_at=clock.now())
    Rating.objects.create(encounter=row, score=5, best=5, received_at=clock.now())
    actions.record_outcomes(encounters=[row.pk])
    day = clock.today(house.organisation.zone)
    for _twice in range(2):
        assert actions.roll_up(organisation=house.organisation, day=day) == 1
    count = DailyCount.objects.get()
    assert (count.act, count.offered, count.shown, count.done, count.rated_happy) == (
        "7",
        1,
        1,
        1,
        1,
    )


def test_a_closed_day_stays_closed(house):
    day = clock.today(house.organisation.zone) - timedelta(days=2)
    with pytest.raises(ValueError, match=r"^day:"):
        actions.roll_up(organisation=house.organisation, day=day)


def test_a_week_is_frozen_once_and_only_for_eight_or_more(house):
    monday = date(2026, 11, 9)
    assert actions.freeze_week(organisation=house.organisation, week=monday) == 0
    with clock.at(clock.now() - timedelta(days=60)):
        for name in ("Una", "Odo", "Pia", "Rik"):
            make.member(house.organisation, name)
    type(house.agent).objects.update(joined_at=clock.now() - timedelta(days=400))
    today = clock.today(house.organisation.zone)
    week = today - timedelta(days=today.weekday() + 7)
    assert actions.freeze_week(organisation=house.organisation, week=week) == 3
    make.kindness(house.agent, house.second)
    assert actions.freeze_week(organisation=house.organisation, week=week) == 0
    assert set(WeekFigure.objects.values_list("group", "people", "value")) == {("", 10, 0)}


def test_a_week_that_is_not_over_is_refused(house):
    with pytest.raises(ValueError, match=r"^week:"):
        actions.freeze_week(
            organisation=house.organisation,
            week=clock.today() - timedelta(days=clock.today().weekday()),
        )


def test_forgetting_takes_rows_and_leaves_counts(house):
    row = make.encounter(house.agent, make.customer())
    suggest(house.agent, row)
    DailyCount.objects.create(day=clock.today(), policy="v1", offered=3)
    later = clock.now() + timedelta(days=1)
    assert actions.forget(before=later) == 1
    assert actions.forget(before=later) == 0
    assert (Suggestion.objects.count(), DailyCount.objects.count()) == (0, 1)


def test_a_small_company_sees_no_counts(house, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert queries.works(house.organisation).enough_people is False


def test_the_worker_counts_open_days_and_freezes_the_last_week(house):
    row = make.encounter(house.agent, make.customer())
    suggest(house.agent, row)
    assert actions.count_open_days() == "1 rows"
    assert actions.freeze_last_week() == "0 figures"


def test_the_worker_waits_for_a_company(db):
    assert actions.count_open_days() == "no company yet"
    assert actions.freeze_last_week() == "no company yet"


def test_a_persons_own_day_is_not_counted(house):
    day = suggest(house.agent, make.encounter(house.agent), done_at=clock.now())
    Suggestion.objects.filter(pk=day.pk).update(unit=f"day:{house.agent.pk}:2026-11-02:self")
    assert actions.roll_up(organisation=house.organisation, day=clock.today("Europe/Berlin")) == 0
    assert DailyCount.objects.count() == 0
