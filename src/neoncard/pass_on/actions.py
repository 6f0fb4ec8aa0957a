"""The only writer of what is passed on and what rests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from neoncard.kindness import actions as kindnesses
from neoncard.kindness.rules import CARD
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock, signing
from neoncard.kit.audit.actions import wrote
from neoncard.pass_on.tables import Rest, SmileCard
from neoncard.people.tables import Member

GUEST = "guest"
LASTS = timedelta(days=180)
"""How long a card in somebody's pocket still opens its page."""


@transaction.atomic
def pass_on(
    *, by: Member, kindness: Kindness, to: Iterable[Member], words: str = "", occasion: str = ""
) -> Kindness:
    """Hand a received kindness on to one or more colleagues.

    Raises ValueError naming the field: it wasn't received by them, nobody was picked, or as kindness.actions.dear does.
    """
    giver = kindnesses.member_party(by)
    if not kindness.receivers.contains(giver):
        raise ValueError("kindness: one passes on what one has received")
    to = list(to)
    kindnesses.dear(by=by, to=to, words=words)
    passed = kindnesses.record(
        by=by,
        giver=giver,
        receivers=[kindnesses.member_party(member) for member in to],
        words=words,
        occasion=occasion,
        passed_on_from=kindness,
    )
    wrote(actor=by, did="kindness.passed_on", on=passed)
    return passed


@transaction.atomic
def rest(*, by: Member, kindness: Kindness) -> None:
    """Let a received kindness rest: it no longer waits on Today. Silent (E2)."""
    Rest.objects.get_or_create(kindness=kindness, member=by, defaults={"at": clock.now()})


@transaction.atomic
def make_card(*, by: Member, kindness: Kindness | None = None, words: str = "") -> SmileCard:
    """A Smile Card for whoever comes next, in one tap: a kindness to somebody unknown, handed on from `kindness`.

    Raises ValueError naming the field when that was not received by them, or the words are too long.
    """
    giver = kindnesses.member_party(by)
    if kindness is not None and not kindness.receivers.contains(giver):
        raise ValueError("kindness: one passes on what one has received")
    given = kindnesses.record(
        by=by,
        giver=giver,
        receivers=[kindnesses.guest_party()],
        words=words,
        occasion=CARD,
        passed_on_from=kindness,
    )
    return _card(given, by)


def _card(kindness: Kindness, by: Member | None) -> SmileCard:
    now = clock.now()
    return SmileCard.objects.create(
        kindness=kindness, by=by, nonce=signing.new_token(128), made_at=now, ends_at=now + LASTS
    )


@transaction.atomic
def tell(*, card: SmileCard, words: str, name: str = "", held: bool = False) -> SmileCard:
    """Whoever held a card says what happened, once; gives the card that goes on from there.

    Said again, whatever it says, nothing changes and the same next card comes back. Their first name, if they give
    one, stands in the chain for those in it. `held`: the words and the name wait for a lead, the chain goes on.
    """
    card.refresh_from_db(from_queryset=SmileCard.objects.select_for_update())
    if card.told is None and card.told_at is None:
        holder = card.kindness.receivers.order_by("pk").first() or kindnesses.guest_party()
        if held:
            card.held, card.held_name, words, name = words, name[:60], "", ""
        kindnesses.name_guest(party=holder, name=name)
        card.told = kindnesses.record(
            by=GUEST,
            giver=holder,
            receivers=[kindnesses.guest_party()],
            words=words,
            occasion=CARD,
            passed_on_from=card.kindness,
        )
        card.told_at = clock.now()
        card.save(update_fields=["told", "told_at", "held", "held_name"])
        return _card(card.told, None)
    told = card.told
    return told.smile_card if told is not None else card


@transaction.atomic
def came_to(*, member: Member, card: SmileCard) -> Kindness:
    """A card came to somebody who works here: the kindness is theirs now, and theirs to pass on.

    Raises ValueError when it has gone on already, or is their own.
    """
    card.refresh_from_db(from_queryset=SmileCard.objects.select_for_update())
    kindness, party = card.kindness, kindnesses.member_party(member)
    if card.told_at is not None:
        raise ValueError("card: it has gone on from here already")
    if kindness.giver_id == party.pk:
        raise ValueError("card: it is your own; hand it to somebody")
    kindness.receivers.set([party])
    card.told_at = clock.now()
    card.save(update_fields=["told_at"])
    wrote(actor=member, did="card.came", on=kindness)
    return kindness


@transaction.atomic
def let_through(*, by: Member, card: SmileCard) -> None:
    """A lead passes held words on: they stand in the chain from now on. A repeat changes nothing."""
    card.refresh_from_db(from_queryset=SmileCard.objects.select_for_update())
    if card.held and card.told is not None:
        kindnesses.name_guest(party=card.told.giver, name=card.held_name)
        kindnesses.put_words(by=GUEST, kindness=card.told, words=card.held)
        _unhold(card)
        wrote(actor=by, did="card.passed_on", on=card)


@transaction.atomic
def decline(*, by: Member, card: SmileCard) -> None:
    """A lead does not pass held words on; they are gone, the chain stays."""
    _unhold(card)
    wrote(actor=by, did="card.declined", on=card)


def _unhold(card: SmileCard) -> None:
    card.held = card.held_name = ""
    card.save(update_fields=["held", "held_name"])


def forget_held(*, before: datetime) -> int:
    """Held words nobody decided on go with other texts (P7); how many."""
    return (
        SmileCard.objects.exclude(held="").filter(told_at__lt=before).update(held="", held_name="")
    )


@transaction.atomic
def untell(*, card: SmileCard) -> None:
    """Whoever told what happened erases it (P5): words and name go, the chain keeps its shape."""
    _unhold(card)
    if card.told is not None:
        holder = card.told.giver
        kindnesses.withdraw(by=GUEST, kindness=card.told)
        kindnesses.name_guest(party=holder, name="", anew=True)
