"""Shared tablets at a counter, and the PINs their people come in with. The only writer of both."""

from __future__ import annotations

import re
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet

from neoncard.kit import clock, limits, signing
from neoncard.kit.audit.actions import wrote
from neoncard.people.tables import CounterPin, Member, Organisation, Tablet, Team

SHORTEST, LONGEST = 4, 8
TRIES = ((5, 900), (20, 86_400))
"""Wrong PINs that are heard out: so many in so many seconds, the same on every tablet. A new PIN begins anew."""

IDLE = timedelta(minutes=10)
"""A page locks itself after two quiet minutes (counter.js); this is how long we wait where it does not."""

_EASY = "01234567890 9876543210"


@transaction.atomic
def set_pin(*, member: Member, pin: str) -> None:
    """Set or change one's PIN: 4 to 8 digits. Raises ValueError for another form and for one that is tried first."""
    if not re.fullmatch(rf"[0-9]{{{SHORTEST},{LONGEST}}}", pin):
        raise ValueError(f"pin: takes {SHORTEST} to {LONGEST} digits")
    if len(set(pin)) == 1 or pin in _EASY:
        raise ValueError("pin: is one of the first anybody would try; take another")
    kept = {"pin_hash": make_password(_peppered(member, pin)), "set_at": clock.now()}
    CounterPin.objects.update_or_create(member=member, defaults=kept)
    wrote(actor=member, did="counter_pin.set", on=member)


@transaction.atomic
def end_pin(*, member: Member) -> None:
    """Take one's PIN back: no tablet lets one in any more."""
    if CounterPin.objects.filter(member=member).delete()[0]:
        wrote(actor=member, did="counter_pin.ended", on=member)


def _peppered(member: Member, pin: str) -> str:
    # Ten thousand PINs are soon tried: without the key, which is off the database, no hash of one can be.
    return signing.pseudonym("counter.pin", str(member.pk), pin)


def pin_fits(*, member: Member, pin: str) -> bool:
    """Whether it is this member's PIN. Raises ValueError when too many were wrong of late, right or not this time."""
    kept = CounterPin.objects.filter(member=member).first()
    if kept is None:
        return False
    key = f"counter.pin:{member.pk}:{kept.set_at.isoformat()}"
    if any(limits.spent(key, amount, seconds) for amount, seconds in TRIES):
        raise ValueError(
            "pin: was wrong too often; wait a quarter of an hour, or set a new one under Me"
        )
    if check_password(_peppered(member, pin), kept.pin_hash):
        return True
    for amount, seconds in TRIES:
        limits.allow(key, amount, seconds)
    return False


@transaction.atomic
def enrol(*, by: Member, name: str, team: Team | None = None) -> tuple[Tablet, str]:
    """Make a device a tablet; its token is returned once and kept only as a hash. Raises ValueError without a name."""
    if not name.strip():
        raise ValueError("name: say where it stands")
    token = signing.new_token(192)
    row = Tablet.objects.create(
        organisation=by.organisation,
        team=team,
        name=name.strip()[:80],
        token_hash=signing.token_hash(token),
        made_at=clock.now(),
    )
    wrote(actor=by, did="tablet.enrolled", on=row)
    return row, token


def come_in(*, tablet: Tablet, member: Member) -> None:
    """Let a member be at the tablet, whose PIN was right, for as long as it is used."""
    tablet.at_it, tablet.until = member, clock.now() + IDLE
    tablet.save(update_fields=["at_it", "until"])


def touch(*, tablet: Tablet) -> None:
    """The tablet is used: whoever is at it stays. A write a minute at most; a lock meanwhile is not undone by it."""
    now = clock.now()
    if tablet.until is not None and tablet.until - now < IDLE - timedelta(minutes=1):
        rows = Tablet.objects.filter(  # lookup: the tablet itself
            token_hash=tablet.token_hash, at_it=tablet.at_it_id
        )
        rows.filter(until__gt=now).update(until=now + IDLE)


def lock(*, tablet: Tablet) -> None:
    """Nobody is at the tablet any more."""
    tablet.at_it = tablet.until = None
    tablet.save(update_fields=["at_it", "until"])


@transaction.atomic
def withdraw(*, by: Member, tablet: Tablet) -> None:
    """Withdraw a tablet: it knows nobody at once, and what it kept to send later is refused."""
    tablet.ended_at = clock.now()
    tablet.at_it = tablet.until = None
    tablet.save(update_fields=["ended_at", "at_it", "until"])
    wrote(actor=by, did="tablet.withdrawn", on=tablet)


def tablets(organisation: Organisation) -> QuerySet[Tablet]:
    """The tablets in use, by name, with their teams; lazy, one query."""
    rows = Tablet.objects.filter(organisation=organisation, ended_at=None)
    return rows.select_related("team").order_by("name", "pk")


def people_at(tablet: Tablet) -> QuerySet[Member]:
    """Who may come in at a tablet: those of its team, or everyone, who have set a PIN; by name. Lazy, one query."""
    rows = Member.objects.filter(
        organisation=tablet.organisation_id, is_active=True, counter_pin__isnull=False
    )
    if tablet.team_id:
        rows = rows.filter(team=tablet.team_id)
    return rows.order_by("known_as", "name")
