"""Reads of suggestions and pledges that more than one caller needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from neoncard import library
from neoncard.design import queries as design
from neoncard.design.tables import Act, Kind
from neoncard.do import rules
from neoncard.do.drive.queries import WRITTEN, Extra
from neoncard.do.tables import Pledge, Suggestion
from neoncard.encounters.tables import Encounter
from neoncard.kindness.actions import UNDO
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.kit.written import written
from neoncard.people.tables import Member

LIBRARY = "library:"
P3_PEOPLE = 8
P3_ROUND = 5
DECK_DAYS = 120
LATELY_MOST = 400
"""Rows read for one member and customer: more than anybody is shown in ten days."""


@dataclass(frozen=True, slots=True)
class Face:
    """An act or a daily idea as a page shows it. `key` is what a form sends back."""

    key: str
    title: str
    text: str
    kind: str
    minutes: int
    principle: str = ""
    may_decide: str = ""
    place: str = ""
    act: Act | None = None

    @property
    def made_of(self) -> str:
        """What it is made of, and how long it takes, in words."""
        kind = str(Kind(self.kind).label)
        if self.minutes < 2:
            return kind
        minutes = ngettext("%(n)d minute", "%(n)d minutes", self.minutes) % {"n": self.minutes}
        return f"{kind} · {minutes}"


def card(act: Act) -> rules.Card:
    """What the rules need of an act in the playbook."""
    return rules.Card(
        key=str(act.pk),
        kind=act.kind,
        minutes=act.minutes,
        money=act.money,
        front_lines=tuple(act.front_lines),
        fits=tuple(act.fits),
        asks_smile=act.asks_smile,
        light=act.light,
    )


def fallback(lang: str) -> list[rules.Card]:
    """The library's words and effort, for a playbook that is empty or gated. No query."""
    return [
        rules.Card(
            key=LIBRARY + act.key,
            kind=act.kind,
            minutes=act.minutes,
            money=act.money,
            front_lines=act.front_lines,
            fits=act.fits,
            asks_smile=act.asks_smile,
            light=act.light,
        )
        for act in library.acts(lang)
        if act.kind != "treat"
    ]


def act_face(act: Act) -> Face:
    """An act of the playbook as a page shows it."""
    place = act.step.title if act.step else ""
    text = act.instance or act.principle
    return Face(
        str(act.pk),
        act.title,
        text,
        act.kind,
        act.minutes,
        act.principle,
        act.may_decide,
        place,
        act,
    )


def act_ids(keys: Iterable[str]) -> set[int]:
    """The playbook's acts among suggestion keys. No query."""
    return {int(key) for key in keys if key.isdecimal()}


def faces(keys: Iterable[str], lang: str = "en", playbook: Sequence[Act] = ()) -> dict[str, Face]:
    """Acts by suggestion key, those of the library too; keys of deleted acts are left out.

    One query at most, none where the caller has the `playbook`.
    """
    keys = list(keys)
    ids = act_ids(keys)
    found = {act.pk: act for act in playbook if act.pk in ids}
    found |= design.by_ids(ids - found.keys())
    shown = {str(pk): act_face(act) for pk, act in found.items()}
    wanted = {key.removeprefix(LIBRARY) for key in keys if key.startswith(LIBRARY)}
    for act in library.acts(lang) if wanted else ():
        if act.key in wanted:
            shown[LIBRARY + act.key] = Face(
                LIBRARY + act.key,
                act.title,
                act.instance,
                act.kind,
                act.minutes,
                act.principle,
                act.may_decide,
            )
    return shown


def face_key(suggestion: Suggestion) -> str:
    """The key of the act now on top."""
    return suggestion.chosen or suggestion.offered[0]


TOWARD = ("customer", "colleague", "self")


def toward_label(toward: str, face: Face) -> str:
    """For whom a daily idea is, in words; a customer outside work is a stranger."""
    if toward == "customer" and face.place:
        return _("For a stranger")
    return {
        "customer": _("For a customer"),
        "colleague": _("For a colleague"),
        "self": _("For yourself"),
    }[toward]


def daily_face(key: str, lang: str = "en", more: Iterable[Extra] = ()) -> Face | None:
    """A daily idea as a page shows it, or None when nobody has it any more. No query."""
    extra = next((idea for idea in more if idea.key == key), None)
    if extra is not None:
        kind = Kind.WORD if key.startswith(WRITTEN) else Kind.EFFORT
        return Face(extra.key, extra.title, extra.detail, kind, extra.minutes)
    idea = next((idea for idea in library.daily(lang) if idea.key == key), None)
    if idea is None:
        return None
    place = "" if "work" in idea.place else _("outside work")
    return Face(idea.key, idea.title, idea.detail, idea.kind, idea.minutes, place=place)


def dealt(member: Member) -> list[Suggestion]:
    """A member's daily ideas of the last 120 days, oldest first. One query.

    They come without the sixty keys and chances each was drawn from: 360 times two such lists were most of the read.
    """
    return _dealt(member.pk, clock.now() - timedelta(days=DECK_DAYS))


@written
def _dealt(member: int, since: datetime) -> QuerySet[Suggestion]:
    rows = Suggestion.objects.filter(member=member, unit__startswith="day:", made_at__gte=since)
    return rows.defer("situations", "eligible", "probabilities").order_by("made_at", "pk")


def day_of(suggestion: Suggestion) -> tuple[date, str]:
    """The day and the direction of a daily idea, read from its unit."""
    _day, _member, day, toward = suggestion.unit.split(":")
    return date.fromisoformat(day), toward


def shown_days(rows: Iterable[Suggestion]) -> dict[str, dict[str, list[date]]]:
    """Which idea lay face up on which days, by direction: what the deck remembers. No query."""
    days: dict[str, dict[str, list[date]]] = {toward: {} for toward in TOWARD}
    for row in rows:
        day, toward = day_of(row)
        for key in row.offered:
            days[toward].setdefault(key, []).append(day)
    return days


@dataclass(frozen=True, slots=True)
class Lately:
    """What was put before a customer and a member: keys for `rules.Facts`."""

    customer: frozenset[str]
    member: tuple[str, ...]
    treated_with: frozenset[str]


def lately(member: int, customer_key: str) -> Lately:
    """What this customer and this member (an id) had lately (E2), and the acts this customer has had (E15). One query."""
    return lately_of([(member, customer_key)])[member, customer_key]


def lately_of(pairs: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Lately]:
    """The same for many pairs of member and customer. One query."""
    since = clock.now() - rules.NOVELTY
    mine = Q(member__in={member for member, _key in pairs}, shown_at__gte=since)
    theirs = Q(customer_key__in={key for _member, key in pairs if key})
    rows = (
        Suggestion.objects.filter((mine & ~Q(unit__startswith="day:")) | theirs)
        .order_by("-made_at")
        .values_list(
            *("member", "customer_key", "chosen", "offered", "made_at", "done_at"),
            *("shown_at", "unit"),
        )[: LATELY_MOST * len(pairs)]
    )
    to_customer: dict[str, set[str]] = {}
    by_member: dict[int, dict[str, datetime]] = {}
    had: dict[str, set[str]] = {}
    for member, key, chosen, offered, made_at, done_at, shown_at, unit in rows:
        face = chosen or (offered[0] if offered else "")
        if key and made_at >= since:
            to_customer.setdefault(key, set()).add(face)
        if key and done_at:
            had.setdefault(key, set()).add(face)
        if shown_at and shown_at >= since and not unit.startswith("day:"):
            by_member.setdefault(member, {}).setdefault(face, made_at)
    return {
        (member, key): Lately(
            frozenset(to_customer.get(key, ())),
            tuple(by_member.get(member, ())),
            frozenset(had.get(key, ())),
        )
        for member, key in pairs
    }


def of_unit(unit: str) -> QuerySet[Suggestion]:
    """The suggestions of one unit (one a policy); lazy, one query."""
    return Suggestion.objects.filter(unit=unit)


def drawn(encounters: Sequence[int]) -> set[int]:
    """Which of these encounters (ids) have had a draw, whatever the policy. One query, none for no ids."""
    if not encounters:
        return set()
    units = [f"encounter:{pk}" for pk in encounters]
    rows = Suggestion.objects.filter(unit__in=units).values_list("unit", flat=True)
    return {int(unit.rsplit(":", 1)[1]) for unit in rows}


def shown_since(member: int, since: OuterRef) -> QuerySet[Suggestion, Any]:
    """How many suggestions beside encounters a member (an id) has been shown since then, to stand in another query."""
    rows = Suggestion.objects.filter(
        member=member, unit__startswith="encounter:", shown_at__gte=since
    )
    return rows.order_by().values("member").annotate(n=Count("pk")).values("n")


def at_counter(member: Member, policy: str) -> Suggestion | None:
    """The suggestion this member's counter shows now: not done, not skipped, from the last hours. One query."""
    rows = Suggestion.objects.filter(
        member=member,
        unit__startswith=f"counter:{member.pk}:",
        policy=policy,
        done_at=None,
        skipped_at=None,
        made_at__gte=clock.now() - timedelta(hours=12),
    )
    return rows.order_by("-made_at").first()


def last_at_counter(member: Member) -> Suggestion | None:
    """What this member did at the counter last, while it can still be taken back. One query."""
    return (
        Suggestion.objects.filter(
            member=member,
            unit__startswith=f"counter:{member.pk}:",
            done_at__gte=clock.now() - UNDO,
        )
        .select_related("kindness")
        .order_by("-done_at")
        .first()
    )


def own_encounters(member: Member, most: int = 20) -> list[Encounter]:
    """The member's own encounters to pick from: open ones first, then those of the last two weeks. One query."""
    since = clock.now() - timedelta(days=14)
    rows = Encounter.objects.filter(Q(is_open=True) | Q(last_at__gte=since), agent=member)
    rows = rows.exclude(kind=Encounter.Kind.VISIT).select_related("customer")
    return list(rows.order_by("-is_open", "-last_at", "-pk")[:most])


def act_counts(until: datetime) -> dict[str, dict[str, int]]:
    """What each act has done up to `until`, by key: `suggested`, `done`, `thanked`, rounded to five.

    A figure stands only on eight people or more (P3); the others are left out. Pass the start of this week, so that
    a figure stays still between Mondays. Two queries.
    """
    rows = Suggestion.objects.filter(made_at__lt=until).exclude(unit__startswith="day:")
    offered = (
        rows.annotate(key=KeyTextTransform("0", "offered"))
        .values("key")
        .annotate(n=Count("pk"), people=Count("member", distinct=True))
        .filter(people__gte=P3_PEOPLE)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in offered:
        found[row["key"]] = {"suggested": _rounded(row["n"])}
    thanked = Kindness.objects.filter(
        encounter=OuterRef("encounter"), how=Kindness.How.THANKED, state=Kindness.State.KEPT
    )
    done = (
        rows.filter(done_at__lt=until)
        .exclude(chosen="")
        .annotate(was_thanked=Exists(thanked))
        .values("chosen")
        .annotate(
            n=Count("pk"),
            people=Count("member", distinct=True),
            thanks=Count("pk", filter=Q(was_thanked=True)),
            thanked_people=Count("member", distinct=True, filter=Q(was_thanked=True)),
        )
        .filter(people__gte=P3_PEOPLE)
    )
    for row in done:
        counts = found.setdefault(row["chosen"], {})
        counts["done"] = _rounded(row["n"])
        if row["thanked_people"] >= P3_PEOPLE:
            counts["thanked"] = _rounded(row["thanks"])
    return found


def _rounded(count: int) -> int:
    return P3_ROUND * ((count + P3_ROUND // 2) // P3_ROUND)


def pledge_of(member: Member) -> Pledge | None:
    """The member's own pledge, or None. One query."""
    return Pledge.objects.filter(member=member).first()


def shown_pledges(round_id: int) -> list[Pledge]:
    """Pledges that people now in this round chose to show, by name, for those in it alone (E5). One query."""
    rows = Pledge.objects.filter(
        shown=True, member__takings__round=round_id, member__takings__over=False
    )
    return list(rows.select_related("member").order_by("member__known_as"))
