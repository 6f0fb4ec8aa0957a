"""Reads of kindnesses that more than one caller needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock
from neoncard.kit.written import written
from neoncard.people.tables import Member


def own_count(member: Member) -> int:
    """How many kindnesses the member has given; for their own eyes alone (E3). One query."""
    return Kindness.objects.filter(giver__member=member, state=Kindness.State.KEPT).count()


def own(member: Member) -> QuerySet[Kindness]:
    """Every kindness the member gave or received and may see (P10); lazy.

    Their ids are found by two indexes: in one condition with "or" between two tables, no database uses either.
    """
    kept = Q(state=Kindness.State.KEPT) & ~Q(sees=Kindness.Sees.GIVER)
    a_customers = Q(state=Kindness.State.PROPOSED, giver__member=None)
    gave = Kindness.objects.filter(giver__member=member)
    got = Kindness.objects.filter(kept | a_customers, receivers__member=member)
    mine = Kindness.objects.filter(pk__in=gave.values("pk").union(got.values("pk")))
    return mine.exclude(state=Kindness.State.WITHDRAWN)


def answers_to(kindness: Kindness | None) -> list[Kindness]:
    """What its people wrote back to a kindness, oldest first. One query; none without a kindness."""
    if kindness is None:
        return []
    rows = kindness.answered_by.filter(state=Kindness.State.KEPT).exclude(sees=Kindness.Sees.GIVER)
    return list(rows.exclude(words="").select_related("giver__member").order_by("at"))


PROPOSED = 2
CALLED = (
    *("giver__kind", "giver__name", "giver__customer__name"),
    *("giver__member__name", "giver__member__known_as"),
)
SAID = (
    *("words", "occasion", "how", "received_at", "quote_start", "quote_end", "quote__text"),
    *CALLED,
)
"""The columns `said` reads, for `only()`: a query of all that belongs to a kindness takes longer to write than to run."""


class Kept(NamedTuple):
    """Words one gave or was given, or what it was without words; when, and by what kind of party."""

    words: str
    occasion: str
    at: datetime
    by: str
    mine: bool


def keepsake(member: Member, most: int, before: datetime | None = None) -> tuple[list[Kept], bool]:
    """What one kept of what one gave and was given, the newest `most` of both (before a moment), newest first; and
    whether there is more. Two queries.

    Each of the two walks an index of its own; what one keeps to oneself is in it, what another keeps to themself is not.
    """
    rows = Kindness.objects.filter(state=Kindness.State.KEPT).exclude(words="", occasion="")
    if before is not None:
        rows = rows.filter(at__lt=before)
    gave = rows.filter(giver__member=member)
    got = rows.filter(receivers__member=member).exclude(giver__member=member)
    found: list[Kept] = []
    for mine, some in ((True, gave), (False, got.exclude(sees=Kindness.Sees.GIVER))):
        columns = ("words", "occasion", "at", "giver__kind", "pk")
        newest = some.order_by("-at", "-pk").values_list(*columns)
        found += [
            Kept(words, what, at, by, mine) for words, what, at, by, _pk in newest[: most + 1]
        ]
    found.sort(key=lambda one: one.at, reverse=True)
    if len(found) <= most:
        return found, False
    # A page ends between two moments, so that the next one misses none of several at once.
    whole = [one for one in found[:most] if one.at > found[most].at]
    return whole or found, True


@dataclass(frozen=True, slots=True)
class Said:
    """A kindness with its words, and who they come from, as a page shows it."""

    kindness: Kindness
    said: str
    by: str
    initials: str
    from_customer: bool

    @property
    def when(self) -> str:
        """How long ago it came, as one says it: just now, 20 minutes ago, yesterday, on Thursday, on 3 March."""
        return ago(self.kindness.received_at)


def ago(moment: datetime) -> str:
    """How long ago `moment` was, as one says it, in the reader's zone."""
    now = timezone.localtime(clock.now())
    then = timezone.localtime(moment)
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 2:
        return _("just now")
    if minutes < 60:
        return _("%(n)d minutes ago") % {"n": minutes}
    days = (now.date() - then.date()).days
    if days == 0:
        return _("at %(time)s today") % {"time": date_format(then, "H:i")}
    if days == 1:
        return _("yesterday")
    day = date_format(then, "l") if days < 7 else date_format(then, "j F")
    return _("on %(day)s") % {"day": day}


def called(party: Party) -> str:
    """What a party is called on a page. No query where member and customer came with it."""
    if party.member:
        return party.member.known_as
    if party.customer and party.customer.name:
        return party.customer.name
    return str(party)


def said(kindness: Kindness) -> Said:
    """A kindness as a page shows it: its words, or the sentence that was noticed. No query."""
    party = kindness.giver
    quote = kindness.quote.text if kindness.quote else ""
    by = called(party)
    letters = party.member.initials if party.member else _initials(by)
    return Said(
        kindness,
        kindness.words or quote[kindness.quote_start or 0 : kindness.quote_end],
        by,
        letters,
        party.kind not in (Party.Kind.MEMBER, Party.Kind.GONE),
    )


def _initials(name: str) -> str:
    parts = [part for part in name.split() if part[0].isalpha()]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def proposals(member: Member) -> list[Kindness]:
    """Kindnesses that were noticed and wait for this member to keep them or not, two at most. One query."""
    return _proposals(member.pk)


@written
def _proposals(member: int) -> QuerySet[Kindness]:
    me = Subquery(Party.objects.filter(member=member).values("pk"))
    to_me = Kindness.receivers.through._default_manager.filter(kindness=OuterRef("pk"), party=me)
    theirs = Q(giver=me) | Q(Exists(to_me), giver__member=None)
    rows = Kindness.objects.filter(theirs, state=Kindness.State.PROPOSED)
    rows = rows.select_related("giver__member", "giver__customer", "encounter__customer", "quote")
    rows = rows.only(*SAID, "encounter__customer__name")
    return rows.order_by("-received_at", "-pk")[:PROPOSED]


def shared_with(member: int, customer_id: int) -> QuerySet[Kindness]:
    """Kindness already shared with this customer that is this member's (an id; `mine`) or the team's, newest first; lazy.

    What of the team's everyone may read, `share.queries.shared_with` knows.
    """
    to_them = Kindness.objects.filter(receivers__customer=customer_id)
    from_them = Kindness.objects.filter(giver__customer=customer_id)
    got = Exists(Party.objects.filter(received=OuterRef("pk"), member=member))
    mine = Q(giver__member=member) | (Q(got) & ~Q(sees=Kindness.Sees.GIVER))
    rows = Kindness.objects.annotate(mine=ExpressionWrapper(mine, BooleanField())).filter(
        Q(mine=True) | Q(sees=Kindness.Sees.TEAM),
        pk__in=to_them.values("pk").union(from_them.values("pk")),
        state=Kindness.State.KEPT,
    )
    return rows.order_by("-at", "-pk")


def sentence(kindness: Kindness) -> str:
    """A shared kindness in one short sentence, read in a glance: who, and what. No query where `shared_with` read it."""
    when = date_format(timezone.localtime(kindness.at), "F")
    to_us = kindness.giver.kind != Party.Kind.MEMBER
    what = Truncator(kindness.words or kindness.occasion).words(16)
    if to_us:
        return _("In %(month)s they wrote: “%(what)s”") % {"month": when, "what": what}
    names = {"month": when, "name": called(kindness.giver), "what": what}
    return _("In %(month)s, %(name)s: %(what)s") % names
