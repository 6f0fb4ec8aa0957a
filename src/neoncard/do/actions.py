"""The only writer of suggestions and pledges.

What is shown, swapped or not taken leaves no audit row: an act is offered, never assigned, and nobody counts (E1).
An act that is done becomes a kindness, and that is what the audit trail holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.db import transaction

from neoncard.do import queries, rules
from neoncard.do.drive import queries as drives
from neoncard.do.tables import Pledge, Suggestion
from neoncard.encounters.tables import Customer, Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock, signing
from neoncard.kit.audit.actions import wrote
from neoncard.people.tables import Member

POLICY = "rules-1"
DECK = "deck-1"
LIGHT = "-light"


def policy(hard_day: bool) -> str:
    """The version of the rules a draw belongs to; a hard day has its own draw (E19)."""
    return POLICY + LIGHT if hard_day else POLICY


def suggest(
    *,
    member: Member,
    unit: str,
    facts: rules.Facts,
    acts: Iterable[rules.Card],
    encounter: Encounter | None = None,
    shown: bool = False,
    looked: bool = False,
) -> Suggestion | None:
    """Draw an act for one unit, once: the same call again gives the same suggestion (LEARN, E2, E12, E15, E19).

    `facts` and `acts` come from `loop`, which says `looked` when it has seen that nothing is drawn yet. None for
    somebody who has opted out.
    """
    version = policy(facts.hard_day)
    known = None if looked else queries.of_unit(unit).filter(policy=version).first()
    if known is not None:
        return known
    row = draw(
        member_id=member.pk,
        unit=unit,
        facts=facts,
        acts=acts,
        fallback=queries.fallback(member.language or "en"),
        encounter=encounter,
        shown=shown,
    )
    return _once([row])[0] if row else None


def draw(
    *,
    member_id: int,
    unit: str,
    facts: rules.Facts,
    acts: Iterable[rules.Card],
    fallback: Iterable[rules.Card],
    encounter: Encounter | None = None,
    shown: bool = False,
) -> Suggestion | None:
    """A draw for one unit, not yet written: `keep_draws` does that for many at once. None for somebody who has opted out."""
    cards = rules.eligible(facts, acts, fallback)
    if not cards:
        return None
    version = policy(facts.hard_day)
    salt = signing.pseudonym("draw", version)
    keys = [card.key for card in cards]
    drawn = rules.draw(keys, rules.weights(facts, cards), salt, unit)
    now = clock.now()
    return Suggestion(
        unit=unit,
        policy=version,
        member_id=member_id,
        encounter=encounter,
        customer_key=encounter.customer.key if encounter and encounter.customer else "",
        channel=facts.channel,
        situations=sorted(facts.situations),
        eligible=keys,
        probabilities=list(drawn.probabilities),
        draw=drawn.draw,
        stratum=f"{facts.front_line}/{facts.channel}"[:80],
        salt=salt,
        offered=rules.offer(drawn.order, [c.key for c in cards if c.kind == "treat"]),
        made_at=now,
        shown_at=now if shown else None,
    )


def keep_draws(rows: Sequence[Suggestion]) -> None:
    """Write draws made beforehand; one that was made meanwhile by somebody else stays as it is."""
    Suggestion.objects.bulk_create(rows, ignore_conflicts=True)


def _once(rows: Sequence[Suggestion]) -> list[Suggestion]:
    # Whoever comes second keeps the first one's draw: the update changes nothing.
    return Suggestion.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["unit", "policy"],
        update_fields=["policy"],
    )


def show(*, suggestion: Suggestion) -> None:
    """Note the first time a suggestion was on a screen."""
    if suggestion.shown_at is None:
        suggestion.shown_at = clock.now()
        suggestion.save(update_fields=["shown_at"])


@transaction.atomic
def choose(*, suggestion: Suggestion, key: str = "") -> Suggestion:
    """Take an act on: the one on top, or another that was offered. Raises ValueError for one that was not."""
    key = key or queries.face_key(suggestion)
    if key not in suggestion.offered:
        raise ValueError("act: pick one of those on offer")
    suggestion.chosen, suggestion.chosen_at = key, clock.now()
    suggestion.skipped_at = None
    suggestion.save(update_fields=["chosen", "chosen_at", "skipped_at"])
    return suggestion


@transaction.atomic
def done(
    *, suggestion: Suggestion, title: str, key: str = "", encounter: Encounter | None = None
) -> Suggestion:
    """An act was done: choose it where that is still open, and record the kindness, once.

    `title` is the act's, for the kindness's occasion. A day's idea is seen by its giver alone (quiet acts, E3, E6);
    an act beside a ticket or at the counter by those in it. `encounter` is the visit a counter act belongs to.
    """
    if suggestion.done_at is not None:
        return suggestion
    if key or suggestion.chosen_at is None:
        choose(suggestion=suggestion, key=key)
    if encounter is not None:
        suggestion.encounter = encounter
    daily = suggestion.unit.startswith("day:")
    giver = kindnesses.member_party(suggestion.member)
    suggestion.kindness = kindnesses.record(
        by=suggestion.member,
        giver=giver,
        receivers=[_receiver(suggestion, giver)],
        occasion=title,
        how=Kindness.How.SAID,
        sees=Kindness.Sees.GIVER if daily else Kindness.Sees.PARTIES,
        encounter=suggestion.encounter,
    )
    suggestion.done_at = clock.now()
    suggestion.save(update_fields=["done_at", "kindness", "encounter"])
    return suggestion


def _receiver(suggestion: Suggestion, giver: Party) -> Party:
    if suggestion.unit.endswith(":self"):
        return giver
    customer = suggestion.encounter.customer if suggestion.encounter else None
    return kindnesses.customer_party(customer) if customer else kindnesses.guest_party()


@transaction.atomic
def swap(*, suggestion: Suggestion) -> Suggestion:
    """Turn to the next act on offer, from the last back to the first. It costs nothing (E1)."""
    suggestion.chosen = rules.after(suggestion.offered, queries.face_key(suggestion))
    suggestion.chosen_at = suggestion.skipped_at = None
    suggestion.save(update_fields=["chosen", "chosen_at", "skipped_at"])
    return suggestion


@transaction.atomic
def turn_to(*, suggestion: Suggestion, key: str) -> Suggestion:
    """Turn to one of the others on offer. Raises ValueError for one that is not."""
    if key not in suggestion.offered:
        raise ValueError("act: pick one of those on offer")
    suggestion.chosen = key
    suggestion.chosen_at = suggestion.skipped_at = None
    suggestion.save(update_fields=["chosen", "chosen_at", "skipped_at"])
    return suggestion


@transaction.atomic
def not_now(*, suggestion: Suggestion) -> Suggestion:
    """Leave this one. Nothing follows from it."""
    suggestion.skipped_at = clock.now()
    suggestion.save(update_fields=["skipped_at"])
    return suggestion


@transaction.atomic
def undo(*, suggestion: Suggestion) -> Suggestion:
    """Take back the last thing: a done (its kindness with it, within ten minutes), a not now, a choice, a swap.

    Raises ValueError when the kindness can no longer be taken back.
    """
    if suggestion.done_at is not None:
        kindness = suggestion.kindness
        suggestion.done_at = suggestion.kindness = None
        suggestion.save(update_fields=["done_at", "kindness"])
        if kindness is not None:
            kindnesses.undo(by=suggestion.member, kindness=kindness)
    elif suggestion.skipped_at is not None:
        suggestion.skipped_at = None
    elif suggestion.chosen_at is not None:
        suggestion.chosen_at = None
    elif suggestion.chosen:
        suggestion.chosen = rules.before(suggestion.offered, suggestion.chosen)
    suggestion.save(update_fields=["skipped_at", "chosen", "chosen_at"])
    return suggestion


def deal_today(
    *,
    member: Member,
    day: date,
    hard_day: bool,
    dealt: Sequence[Suggestion] | None = None,
    more: Callable[[], Sequence[drives.Extra]] = tuple,
) -> list[Suggestion]:
    """Deal three ideas for a day, for a customer, a colleague and oneself, once (E1, E2, E3, E19).

    `dealt` is what `queries.dealt` found, when the caller has it; `more` gives what the team and its journeys add to
    the deck, and is asked only where something has to be dealt. A hard day has a deal of its own; both are what
    the deck remembers. At most two queries, one where `dealt` is given, none once the day is dealt.
    """
    known = queries.dealt(member) if dealt is None else list(dealt)
    version = DECK + LIGHT if hard_day else DECK
    units = {toward: f"day:{member.pk}:{day.isoformat()}:{toward}" for toward in queries.TOWARD}
    there = {row.unit: row for row in known if row.policy == version}
    shown = queries.shown_days(known)
    salt = signing.pseudonym("deck", str(member.pk))
    fresh = []
    theirs = more() if units.values() - there.keys() else ()
    for toward, unit in units.items():
        if unit in there:
            continue
        hand = rules.deal(
            drives.deck(toward, theirs),
            shown[toward],
            day,
            hard_day=hard_day,
            salt=salt,
            unit=unit,
        )
        if hand is not None:
            fresh.append(_day_row(member, unit, version, salt, *hand))
    if fresh:
        there |= {row.unit: row for row in _once(fresh)}
    return [there[unit] for unit in units.values() if unit in there]


def _day_row(
    member: Member, unit: str, version: str, salt: str, keys: list[str], drawn: rules.Draw
) -> Suggestion:
    now = clock.now()
    return Suggestion(
        unit=unit,
        policy=version,
        member=member,
        eligible=keys,
        probabilities=list(drawn.probabilities),
        draw=drawn.draw,
        stratum="day",
        salt=salt,
        offered=[drawn.order[0]],
        made_at=now,
        shown_at=now,
    )


@transaction.atomic
def swap_idea(*, suggestion: Suggestion) -> Suggestion:
    """Turn up another idea for today, from the deck; when the coming days need the rest, go round today's own (E2)."""
    day, toward = queries.day_of(suggestion)
    shown = queries.shown_days(queries.dealt(suggestion.member))[toward]
    drawn = rules.draw(
        suggestion.eligible, suggestion.probabilities, suggestion.salt, suggestion.unit
    )
    lying = set(suggestion.offered)
    lying |= {key for key, days in shown.items() if not rules.rested(days, day)}
    chances = dict(zip(suggestion.eligible, suggestion.probabilities, strict=True))
    more = [key for key in drawn.order if key not in lying]
    more.sort(key=lambda key: chances[key] == 0)
    last = queries.face_key(suggestion) == suggestion.offered[-1]
    deck = drives.deck(toward, drives.extras(suggestion.member))
    there = {idea.key for idea in deck}
    more = [key for key in more if key in there]
    if last and more and rules.may_swap(deck, shown, day):
        suggestion.offered = [*suggestion.offered, more[0]]
    suggestion.chosen = rules.after(suggestion.offered, queries.face_key(suggestion))
    suggestion.chosen_at = None
    suggestion.save(update_fields=["offered", "chosen", "chosen_at"])
    return suggestion


@transaction.atomic
def make_pledge(*, member: Member, words: str, shown: bool = False) -> Pledge:
    """Make or change one's own pledge (E5): own words, at most 500 characters. Raises ValueError for none."""
    if not words.strip():
        raise ValueError("words: write your pledge in your own words")
    pledge, made = Pledge.objects.get_or_create(
        member=member, defaults={"words": words.strip()[:500], "since": clock.now()}
    )
    pledge.words = words.strip()[:500]
    pledge.shown = shown
    pledge.save(update_fields=["words", "shown"])
    if made:
        wrote(actor=member, did="pledge.made", on=pledge)
    return pledge


@transaction.atomic
def end_pledge(*, member: Member) -> None:
    """Take one's pledge back; nothing of it stays (E5)."""
    Pledge.objects.filter(member=member).delete()


@transaction.atomic
def erase_customer(*, customer: Customer) -> int:
    """Take a customer's key off every suggestion (P5); returns how many."""
    return Suggestion.objects.filter(customer_key=customer.key).update(customer_key="")
