"""The only writer of suggestions and pledges."""

from __future__ import annotations

from django.db import transaction

from neoncard.do.tables import Pledge
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.people.tables import Member


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
