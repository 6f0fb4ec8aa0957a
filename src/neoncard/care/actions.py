"""The only writer of hard days, hands, graces and covers.

Hard days, hands and covers write no audit row: it would outlive them, and they are to leave no trace (P5, P7, P11).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from neoncard.care.rules import COVER_KEPT, until
from neoncard.care.tables import Cover, Grace, Hand, HardDay
from neoncard.encounters.tables import Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock, slices
from neoncard.people import queries as people
from neoncard.people.tables import Member

GRACE = "grace"


def _until(member: Member) -> datetime:
    zone = member.zone or member.organisation.zone
    return until(clock.now(), people.shift_end(member), zone)


@transaction.atomic
def say_hard(*, member: Member) -> HardDay:
    """Today is hard, until the shift ends (E19): lighter suggestions, no smile asked. Nobody else sees it."""
    row, _made = HardDay.objects.update_or_create(member=member, defaults={"until": _until(member)})
    return row


@transaction.atomic
def take_back_hard(*, member: Member) -> None:
    """It is not so hard any more; no trace of it stays."""
    HardDay.objects.filter(member=member).delete()


def ask_hand(*, member: Member, to: Member, words: str = "") -> Hand:
    """Say "could use a hand" to one person; asking somebody else takes the first asking back.

    Raises ValueError when asked of oneself.
    """
    return ask_hands(member=member, to=[to], words=words)[0]


@transaction.atomic
def ask_hands(*, member: Member, to: Iterable[Member], words: str = "") -> list[Hand]:
    """Ask one or several colleagues for a hand; asking anew takes the earlier asking back.

    Raises ValueError when nobody is asked, or oneself.
    """
    asked = list(to)
    if not asked or member in asked:
        raise ValueError("to: pick somebody else")
    Hand.objects.filter(member=member).delete()
    until_ = _until(member)
    return Hand.objects.bulk_create(
        Hand(member=member, to=one, words=words.strip()[:200], at=clock.now(), until=until_)
        for one in asked
    )


@transaction.atomic
def take_back_hand(*, member: Member) -> None:
    """Take the asking back."""
    Hand.objects.filter(member=member).delete()


@transaction.atomic
def come(*, hand: Hand) -> Member:
    """ "I'm coming", said by one who was asked; gives who is going: them, or whoever said so first.

    The others see no hand any more, and who says it a moment later hears who is going already.
    """
    asked = Hand.objects.select_for_update().filter(member=hand.member_id).order_by("pk")
    going = next((one for one in asked if one.coming_at is not None), None)
    if going is not None:
        return going.to
    hand.coming_at = clock.now()
    hand.save(update_fields=["coming_at"])
    return hand.to


@transaction.atomic
def give_grace(
    *,
    by: Member,
    to: Party,
    words: str,
    dug_deeper: bool = False,
    quiet: bool = True,
    encounter: Encounter | None = None,
) -> Grace:
    """Give a pass on a bad day, to a colleague or a customer; `quiet`: only the giver sees it (E6).

    Raises ValueError naming the field, as kindness.actions.record does.
    """
    kindness = kindnesses.record(
        by=by,
        giver=kindnesses.member_party(by),
        receivers=[to],
        words=words,
        occasion=GRACE,
        sees=Kindness.Sees.GIVER if quiet else Kindness.Sees.PARTIES,
        encounter=encounter,
    )
    return Grace.objects.create(kindness=kindness, dug_deeper=dug_deeper)


@transaction.atomic
def ask_cover(*, member: Member, encounter: Encounter | None = None) -> Cover:
    """Ask a lead for cover (P11); asking again replaces what was not taken yet."""
    Cover.objects.filter(member=member, taken_at=None).delete()
    return Cover.objects.create(
        member=member, encounter=encounter, at=clock.now(), until=_until(member)
    )


@transaction.atomic
def take_back_cover(*, member: Member) -> None:
    """Take the asking back."""
    Cover.objects.filter(member=member).delete()


@transaction.atomic
def take_cover(*, by: Member, cover: Cover) -> bool:
    """A lead takes over; False when another lead was first."""
    free = Cover.objects.filter(pk=cover.pk, taken_at=None)  # lookup: claims the row it was given
    return bool(free.update(taken_by=by, taken_at=clock.now()))


def sweep() -> str:
    """Delete hard days, hands and covers that are over (P7), in slices; one line for /status.

    The line names no room: how many had a hard day is nobody's to know.
    """
    now = clock.now()
    for rows in (
        HardDay.objects.filter(until__lte=now),
        Hand.objects.filter(until__lte=now),
        Cover.objects.filter(Q(until__lte=now) | Q(at__lte=now - COVER_KEPT)),
    ):
        slices.delete(rows)
    return "done"
