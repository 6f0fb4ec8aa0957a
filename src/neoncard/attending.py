"""What follows after a call and at the counter, where an act is done between one customer and the next."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from neoncard.do import actions as do
from neoncard.do import queries as doing
from neoncard.do.tables import Suggestion
from neoncard.encounters import actions as encounters
from neoncard.encounters import queries as met
from neoncard.encounters import wrapping
from neoncard.encounters.tables import Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.people.tables import Member


@transaction.atomic
def call_wrapped(*, call: Encounter, suggestion: Suggestion | None, how: str, key: str) -> None:
    """A call was wrapped up: how it went where its agent said so, and the act on offer done (`key`) or not now.

    Raises ValueError naming the field, and then nothing is kept.
    """
    wrapping.wrap_up(call=call, how=how)
    if suggestion is None:
        return
    if key:
        language = suggestion.member.language or "en"
        face = doing.faces([key], language).get(key)
        do.done(suggestion=suggestion, key=key, title=face.title if face else "")
    elif suggestion.done_at is None:
        do.not_now(suggestion=suggestion)


@transaction.atomic
def call_unwrapped(*, call: Encounter, suggestion: Suggestion | None) -> None:
    """A wrap-up was taken back, and what was done with it. Raises ValueError when that can no longer be."""
    wrapping.unwrap(call=call)
    if suggestion is not None and (suggestion.done_at or suggestion.skipped_at):
        do.undo(suggestion=suggestion)


@transaction.atomic
def counter_done(*, suggestion: Suggestion, key: str = "") -> Suggestion:
    """An act at the counter was done: the visit is an encounter that holds nothing of the customer."""
    member = suggestion.member
    key = key or doing.face_key(suggestion)
    face = doing.faces([key], member.language or "en").get(key)
    visit = encounters.counter_visit(by=member, token=suggestion.unit.rsplit(":", 1)[1])
    encounters.close(by=member, encounter=visit)
    return do.done(
        suggestion=suggestion, key=key, title=face.title if face else "", encounter=visit
    )


@transaction.atomic
def counter_tap(*, suggestion: Suggestion, key: str, act: str) -> bool:
    """An act at the counter was done, said perhaps long after and perhaps twice: `key` is the tap's own, once and for all.

    While the network is gone one card serves several customers: the first tap is the suggestion's, each further one a
    visit and a kindness of its own. False when this tap is known. Raises ValueError for an act not on offer.
    """
    member = suggestion.member
    if act not in suggestion.offered:
        raise ValueError("act: pick one of those on offer")
    Member.objects.select_for_update(of=("self",)).filter(
        pk=member.pk
    ).first()  # lookup: one tap after another
    if met.visited(member, key):
        return False
    visit = encounters.counter_visit(by=member, token=key)
    encounters.close(by=member, encounter=visit)
    face = doing.faces([act], member.language or "en").get(act)
    title = face.title if face else ""
    if suggestion.done_at is None:
        do.done(suggestion=suggestion, key=act, title=title, encounter=visit)
    else:
        kindnesses.record(
            by=member,
            giver=kindnesses.member_party(member),
            receivers=[kindnesses.guest_party()],
            occasion=title,
            encounter=visit,
        )
    return True


def was_kind_to(member: Member, *, words: str, name: str = "") -> Kindness:
    """Somebody was kind to this member at the counter: a guest with a name, or somebody unknown."""
    return kindnesses.record(
        by=member,
        giver=kindnesses.guest_party(name),
        receivers=[kindnesses.member_party(member)],
        words=words,
        occasion=_("at the counter"),
    )
