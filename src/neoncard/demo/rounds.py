"""Ordinary days: calls and counter visits without a word of text, and the three daily ideas.

They make the counts on /works and in the playbook large enough to be shown (P3); every one of them is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from neoncard import access, loop
from neoncard.demo.talks import done
from neoncard.demo.world import Event, World, chance
from neoncard.do import actions as do
from neoncard.do import queries as doing
from neoncard.do.rules import VISIT, Facts, front_line
from neoncard.encounters import actions as encounters
from neoncard.encounters.tables import Encounter
from neoncard.kit import clock
from neoncard.learn import actions as learn
from neoncard.people.tables import Member, Team
from neoncard.thank import actions as thank
from neoncard.thank.rules import Given

CALLERS = 400
"""How many different people ring in a month: some of them more than once."""

CALLS = (
    ("Two bicycles on the 11:10", ["booking"]),
    ("Which boat meets the train", ["timetable"]),
    ("Ticket does not arrive by mail", ["technical", "e-ticket"]),
    ("Moving a booking by a day", ["booking"]),
    ("The payment page stops", ["technical", "payment"]),
    ("Is the 19:30 going in this wind", ["weather"]),
    ("A scarf left on the Curlew", ["lost-property"]),
    ("Help up the ramp at low water", ["accessibility"]),
    ("Refund not there yet", ["refund", "waiting"]),
    ("The evening boat is cancelled", ["weather", "cancelled-sailing"]),
    ("Saver fare, change of plans", ["refund", "policy"]),
    ("A thank-you for the early crew", ["thanks"]),
    ("A group of eleven", ["group", "booking"]),
    ("Speaks little English, asks for Pier 3", ["language"]),
)
SCORES = (5, 5, 5, 4, 5, 4, 3, 5, 4, 2)


class Rounds:
    """The everyday encounters of everybody at desk, counter and pier."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.playbook = [doing.card(act) for act in world.playbook]
        self.places = dict(Team.objects.values_list("pk", "place"))
        self.of_the_day: list[int] = []

    def events(self, days_ago: int) -> Iterator[Event]:
        """One day's calls, visits and daily ideas."""
        for key, member in self.world.members.items():
            if not self.world.works(key, days_ago):
                continue
            start, end = self.world.shift(key, days_ago)
            yield from self._ideas(key, member, start)
            if self.places.get(member.team_id or 0) == Team.Place.DESK:
                meet = self._call
            else:
                meet = self._visit
            for n in range(2 if chance("second", key, days_ago) < 0.3 else 1):
                token = f"{days_ago}-{key}-{n}"
                at = start + (end - start) * (0.1 + 0.8 * chance("when", token))
                yield Event(at, partial(meet, member, token))

    def _call(self, member: Member, token: str) -> None:
        caller = int(chance("caller", token) * CALLERS)
        subject, tags = CALLS[int(chance("about", token) * len(CALLS))]
        call = encounters.open_encounter(
            by="demo",
            kind=Encounter.Kind.CALL,
            source="phone",
            ext_id=f"call-{token}",
            agent=member,
            customer_id=f"caller-{caller}",
            channel="phone",
            subject=subject,
            tags=tags,
        )
        self.of_the_day.append(call.pk)
        suggestion = loop.suggest_for(member, call, shown=True)
        dice = chance("did", token)
        with clock.at(clock.now() + timedelta(minutes=3 + int(9 * dice))):
            if suggestion and dice < 0.55:
                done(self.world, suggestion)
            elif suggestion and dice < 0.75:
                do.not_now(suggestion=suggestion)
            encounters.close(by="demo", encounter=call)
            rated = chance("rated", token)
            # Whether somebody did something kind does not change how this invented caller rates:
            # the demo is not to look like a proof.
            if rated < 0.5:
                self._rate(call, SCORES[int(chance("score", token) * len(SCORES))])

    def _rate(self, call: Encounter, score: int) -> None:
        link = thank.make_rating_link(encounter=call)
        with clock.at(clock.now() + timedelta(minutes=30)):
            loop.answered(link=access.rating_link(link), token=link, given=Given(score=score))

    def _visit(self, member: Member, token: str) -> None:
        place = self.places.get(member.team_id or 0, "counter")
        lately = doing.lately(member.pk, "")
        facts = Facts(
            channel="counter",
            front_line=front_line("visit", place),
            situations=VISIT,
            member_lately=lately.member,
        )
        # loop.at_counter draws for a token of its own making: here it has to be the same every time.
        suggestion = do.suggest(
            member=member,
            unit=f"counter:{member.pk}:{token}",
            facts=facts,
            acts=self.playbook,
            shown=True,
        )
        dice = chance("did", token)
        with clock.at(clock.now() + timedelta(minutes=2)):
            if suggestion and dice < 0.6:
                loop.counter_done(suggestion=suggestion)
            elif suggestion:
                do.not_now(suggestion=suggestion)

    def _ideas(self, key: str, member: Member, start: datetime) -> Iterator[Event]:
        day = start.date()
        if chance("looks", key, day - self.world.today) > 0.6:
            return  # Nobody opens Today every day, and nothing says so anywhere (E2).
        at = start + timedelta(minutes=10)
        yield Event(at, partial(self._deal, key, member, start))
        for toward in doing.TOWARD:
            dice = chance("idea", key, day - self.world.today, toward)
            if dice < 0.3:
                later = at + timedelta(minutes=40 + 500 * dice)
                yield Event(later, partial(self._did, member, start, toward))

    def _deal(self, key: str, member: Member, start: datetime) -> None:
        dealt = do.deal_today(member=member, day=start.date(), hard_day=False)
        if dealt and chance("swap", key, start.date() - self.world.today) < 0.2:
            do.swap_idea(suggestion=dealt[0])

    def _did(self, member: Member, start: datetime, toward: str) -> None:
        unit = f"day:{member.pk}:{start.date().isoformat()}:{toward}"
        if idea := doing.of_unit(unit).first():
            done(self.world, idea)

    def over(self) -> None:
        """The day is over: who came back counts for the encounter before."""
        learn.record_outcomes(encounters=self.of_the_day)
        self.of_the_day.clear()
