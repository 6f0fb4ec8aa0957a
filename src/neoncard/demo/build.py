"""Builds the demo company: thirty days, one after the other, and then today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.db import transaction

from neoncard.care import actions as care
from neoncard.demo import company, gifts, letters
from neoncard.demo.rounds import Rounds
from neoncard.demo.talks import Talks
from neoncard.demo.world import DAYS, Event, World, days
from neoncard.do.drive import actions as drive
from neoncard.kit import clock
from neoncard.learn import actions as learn
from neoncard.people import actions as people_actions
from neoncard.people import queries as people

Tell = Callable[[int, int], object]
"""Told how many days are built, and of how many."""


def build(tell: Tell | None = None) -> None:
    """Build Saltmarsh Ferries into an empty database, as it stands now. Raises ValueError when there is a company.

    Takes some seconds. Nothing else may write meanwhile: each day is one transaction, and longer than 25 ms.
    """
    if people.organisation() is not None:
        raise ValueError("there is a company already: the demo wants an empty database")
    now = clock.now()
    with clock.at(now), transaction.atomic():
        world = company.found()
    talks, rounds = Talks(world, gifts.told()), Rounds(world)
    planned = [*gifts.events(world), *letters.events(world), *talks.answer_links()]
    for done, days_ago in enumerate(days()):
        came = talks.come_in(days_ago)
        _live(world, talks, rounds, days_ago, [*planned, *came])
        if tell:
            tell(done + 1, DAYS)
    with clock.at(now), transaction.atomic():
        company.say_names(world)
        _today(world, now)
        _drive(world, now)


def _live(world: World, talks: Talks, rounds: Rounds, days_ago: int, planned: list[Event]) -> None:
    """One day from its morning to its midnight, in one transaction."""
    today = [one for one in planned if world.days_ago(one.at) == days_ago]
    happens = sorted([*today, *rounds.events(days_ago)], key=lambda event: event.at)
    morning, midnight = world.on(days_ago, time(4)), world.on(days_ago, time(23, 59))
    with transaction.atomic():
        with clock.at(morning):
            _freeze(world, days_ago)
            talks.keep_noticed(world.on(days_ago, time()))
        for event in happens:
            with clock.at(event.at):
                event.happen()
        with clock.at(midnight):
            rounds.over()
            learn.roll_up(organisation=world.organisation, day=midnight.date())


def _freeze(world: World, days_ago: int) -> None:
    """On a Monday the week before is published, once a whole week lies behind us."""
    day = world.on(days_ago, time()).date()
    if day.weekday() == 0 and days_ago <= DAYS - 7:
        learn.freeze_week(organisation=world.organisation, week=day - timedelta(days=7))


def _today(world: World, now: datetime) -> None:
    """What is going on right now: a hard day, a hand asked for, cover asked for."""
    members = world.members
    _freeze(world, 0)
    learn.roll_up(organisation=world.organisation, day=world.today)
    with clock.at(now - timedelta(minutes=25)):
        care.say_hard(member=members["tomasz"])
    with clock.at(now - timedelta(minutes=18)):
        care.ask_hand(
            member=members["teo"],
            to=members["ines"],
            words="The gate scanner is down again and three are on hold. Could you take one?",
        )
    with clock.at(now - timedelta(minutes=7)):
        care.ask_cover(member=members["priya"], encounter=world.encounter("SF-3046"))


def _drive(world: World, now: datetime) -> None:
    """A round a week old: hosted, joined by some, with an idea that waits for its host."""
    host = world.members["ines"]
    if host.team is None:
        return
    with clock.at(now - timedelta(days=7)):
        row = drive.begin(
            by=host,
            team=host.team,
            title="Three weeks of small things",
            days=21,
            starts_on=(now - timedelta(days=7)).date(),
            invitation="One small kind thing a shift, picked by you. Whoever likes joins; nobody asks who did not.",
            guide="Look at Today when your shift begins. Take one, swap one, write your own, or let it be.",
            themes=["Names", "Whoever waits", "Each other"],
        )
        people_actions.set_hashtag(by=host, team=host.team, hashtag="saltmarshkind")
        mates = [one for one in world.members.values() if one.team_id == host.team_id]
        for one in mates[:5]:
            drive.join(member=one, round=row, day=row.starts_on)
    with clock.at(now - timedelta(days=2)):
        drive.write(
            member=mates[-1],
            toward="colleague",
            title="Read the tide table out for the early crew",
            offer=True,
        )
