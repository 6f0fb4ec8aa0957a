"""The draw beside an encounter: what is known of it is gathered, and the rules of `do` draw from it.

Part of `loop`. One encounter at a time for a page, many at once for the worker: the same facts, the same draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from neoncard.care.tables import HardDay
from neoncard.design import queries as design
from neoncard.design.tables import Act
from neoncard.do import actions as do
from neoncard.do import queries as doing
from neoncard.do import rules
from neoncard.do.queries import Lately
from neoncard.do.rules import Facts
from neoncard.do.tables import Suggestion
from neoncard.encounters import wrapping
from neoncard.encounters.tables import Encounter
from neoncard.kit import clock
from neoncard.kit.slices import Pace
from neoncard.kit.written import written
from neoncard.notice.tables import Mark
from neoncard.people import queries as people
from neoncard.people.tables import Member, OptOut, Team

_OF_IT = ("contacts", "recent", "again", "place", "hard", "no", *rules.HEARD_IN_MARKS)
_NOTHING: dict[str, Any] = dict.fromkeys(_OF_IT, 0) | {"place": "", "shown": 0}


@dataclass(frozen=True, slots=True)
class Gathered:
    """An encounter's facts before a draw. `recent`: contacts in 14 days; `shown`: suggestions seen this shift."""

    facts: Facts
    contacts: int
    recent: int
    shown: int


def _how_many(rows: QuerySet[Encounter]) -> Coalesce:
    counted = rows.order_by().values("customer").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _looked(rows: QuerySet[Encounter], member: Any, now: datetime) -> QuerySet[Encounter, Any]:
    """What the tables say of these encounters for `member` (an id, or an OuterRef to theirs): marks, hard day, opt-out, earlier contacts."""
    earlier = Encounter.objects.filter(
        customer=OuterRef("customer"), started_at__lt=OuterRef("started_at")
    )
    recent = earlier.filter(last_at__gte=OuterRef("started_at") - rules.REPEAT_WITHIN)
    marks = Mark.objects.filter(encounter=OuterRef("pk"), wrong_at=None)
    return rows.annotate(
        contacts=_how_many(earlier),
        recent=_how_many(recent),
        again=Exists(wrapping.said_again(OuterRef("customer"), OuterRef("started_at"))),
        place=Subquery(Team.objects.filter(members=member).values("place")[:1]),
        hard=Exists(HardDay.objects.filter(member=member, until__gt=now)),
        no=Exists(OptOut.objects.filter(member=member, feature=OptOut.Feature.BESIDE)),
        **{label: Exists(marks.filter(label=label)) for label in rules.HEARD_IN_MARKS},
    )


def _facts(encounter: Encounter, row: Mapping[str, Any], ours: str) -> Facts:
    theirs, ours = encounter.lang[:2].lower(), ours[:2].lower()
    here = rules.situations(
        encounter.tags,
        encounter.subject,
        encounter.is_open,
        row["contacts"],
        [label for label in rules.HEARD_IN_MARKS if row[label]],
        recent=row["recent"] or row["again"],
        other_language=bool(theirs and theirs != ours),
    )
    return Facts(
        channel=encounter.channel,
        front_line=rules.front_line(encounter.kind, row["place"] or ""),
        situations=here,
        contacts=row["contacts"],
        hard_day=bool(row["hard"]),
        opted_out=bool(row["no"]),
    )


def facts_for(member: Member, encounter: Encounter) -> Gathered:
    """Marks, hard day, opt-out and earlier contacts, gathered for one encounter. One query."""
    rows = _known(encounter.pk, member.pk, clock.now(), people.day_began(member))
    row = rows[0] if rows else _NOTHING
    facts = _facts(encounter, row, member.organisation.language)
    return Gathered(facts, row["contacts"], row["recent"], row["shown"])


@written
def _known(
    encounter: int, member: int, now: datetime, day: datetime
) -> QuerySet[Encounter, dict[str, Any]]:
    it = Encounter.objects.filter(pk=encounter)  # lookup: fetched by access, read with counts
    rows = _looked(it, member, now).annotate(
        began=people.shift_began(member, now, day),
        shown=Coalesce(Subquery(doing.shown_since(member, OuterRef("began"))), 0),
    )
    return rows.values("shown", *_OF_IT)


def suggest_for(member: Member, encounter: Encounter, *, shown: bool = False) -> Suggestion | None:
    """The suggestion for an encounter, drawn now if it was not before; None for somebody who has opted out.

    Three queries when it was drawn, six when it is drawn now.
    """
    return suggested(member, encounter, facts_for(member, encounter).facts, shown)[0]


Drawn = tuple[Suggestion | None, list[Act]]
"""A suggestion, and the playbook where it had to be read for it."""


def suggested(
    member: Member,
    encounter: Encounter,
    facts: Facts,
    shown: bool,
) -> Drawn:
    """The suggestion for an encounter of which the facts are known; `shown`: it is on a screen now."""
    if facts.opted_out:
        return None, []
    unit = f"encounter:{encounter.pk}"
    known = doing.of_unit(unit).filter(policy=do.policy(facts.hard_day)).first()
    if known is not None:
        return known, []
    key = encounter.customer.key if encounter.customer else ""
    return drawn(member, unit, facts, key, encounter, shown)


def drawn(
    member: Member,
    unit: str,
    facts: Facts,
    customer_key: str,
    encounter: Encounter | None,
    shown: bool,
) -> Drawn:
    """A draw for a unit that has none yet. Three queries."""
    lately = doing.lately(member.pk, customer_key)
    playbook = list(design.playbook())
    suggestion = do.suggest(
        member=member,
        unit=unit,
        facts=_remembering(facts, lately, playbook),
        acts=[doing.card(act) for act in playbook],
        encounter=encounter,
        shown=shown,
        looked=True,
    )
    return suggestion, playbook


def _remembering(facts: Facts, lately: Lately, playbook: Sequence[Act]) -> Facts:
    had = [act.money for act in playbook if str(act.pk) in lately.treated_with]
    return replace(
        facts,
        customer_lately=lately.customer,
        member_lately=lately.member,
        best_treat=max(had, default=0),
    )


def draw_beforehand(came: Sequence[Encounter], pace: Pace) -> None:
    """Draw for those of these encounters that are open, have somebody and were never drawn for.

    The draw is made when an encounter first becomes eligible, before anyone opens it (LEARN). Five queries whatever
    their number; a customer who is in several has one draw after the other, each knowing the one before (E2).
    """
    open_ = {one.pk: one for one in came if one.is_open and one.agent_id is not None}
    waiting = [open_[pk] for pk in open_.keys() - doing.drawn(list(open_))]
    if not waiting:
        return
    playbook = list(design.playbook())
    cards = [doing.card(act) for act in playbook]
    spare = cache(doing.fallback)
    for some in _one_a_customer(sorted(waiting, key=lambda one: one.pk)):
        rows = []
        lately = doing.lately_of([(one.agent_id or 0, _key(one)) for one in some])
        for one, facts, lang in _gathered(some):
            known = lately[one.agent_id or 0, _key(one)]
            row = do.draw(
                member_id=one.agent_id or 0,
                unit=f"encounter:{one.pk}",
                facts=_remembering(facts, known, playbook),
                acts=cards,
                fallback=spare(lang),
                encounter=one,
            )
            rows += [row] if row else []
        pace.write("suggestions", rows, do.keep_draws)


def _key(one: Encounter) -> str:
    return one.customer.key if one.customer else ""


def _one_a_customer(waiting: Sequence[Encounter]) -> Iterator[list[Encounter]]:
    while waiting:
        first: dict[object, Encounter] = {}
        for one in waiting:
            first.setdefault(one.customer_id or ("nobody's", one.pk), one)
        now = set(first.values())
        yield list(first.values())
        waiting = [one for one in waiting if one not in now]


def _gathered(some: Sequence[Encounter]) -> Iterator[tuple[Encounter, Facts, str]]:
    """Each encounter with its facts and its agent's language; those of somebody who has opted out are left out."""
    by_id = {one.pk: one for one in some}
    them = Encounter.objects.filter(pk__in=by_id)  # lookup: the worker's own, just taken in
    rows = _looked(them, OuterRef("agent"), clock.now()).values(
        *("pk", *_OF_IT),
        speaks=F("agent__language"),
        ours=F("agent__organisation__language"),
    )
    for row in rows:
        one = by_id[row["pk"]]
        facts = _facts(one, row, row["ours"] or "")
        if not facts.opted_out:
            yield one, facts, row["speaks"] or "en"
