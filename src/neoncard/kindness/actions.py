"""The only writer of kindnesses, parties and releases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from neoncard.encounters.tables import Customer, Encounter, Message
from neoncard.kindness.rules import folded, names_in, text_hash
from neoncard.kindness.tables import Kindness, Party, Release
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.kit.slices import Pace
from neoncard.people import queries as people
from neoncard.people.hours import day_of
from neoncard.people.tables import Member

UNDO = timedelta(minutes=10)
WORDING = "2026-11"
WORDS_MAX = 2000
PAIR_A_DAY = 2
SAME_WORDS = timedelta(days=90)


def member_party(member: Member) -> Party:
    """The party a member is in every kindness."""
    party, _made = Party.objects.get_or_create(member=member, defaults={"kind": Party.Kind.MEMBER})
    return party


def customer_party(customer: Customer) -> Party:
    """The party a customer is in every kindness."""
    party, _made = Party.objects.get_or_create(
        customer=customer, defaults={"kind": Party.Kind.CUSTOMER}
    )
    return party


def parties(
    *, members: Iterable[int], customers: Iterable[int], pace: Pace
) -> tuple[dict[int, Party], dict[int, Party]]:
    """The parties of members and of customers, by their ids; made where needed, in slices."""
    known: tuple[dict[int, Party], dict[int, Party]] = ({}, {})
    wanted = (
        ("member", Party.Kind.MEMBER, set(members)),
        ("customer", Party.Kind.CUSTOMER, set(customers)),
    )
    for found, (who, kind, ids) in zip(known, wanted, strict=True):
        rows = Party.objects.filter(**{f"{who}__in": ids})
        found |= {getattr(row, f"{who}_id"): row for row in rows}
        if missing := ids - found.keys():
            new = [Party(kind=kind, **{f"{who}_id": id_}) for id_ in sorted(missing)]
            pace.write("parties", new, _insert_parties)
            found |= {getattr(row, f"{who}_id"): row for row in rows.all()}
    return known


def _insert_parties(rows: Sequence[Party]) -> None:
    Party.objects.bulk_create(rows, ignore_conflicts=True)  # another process may be as quick


def party_of(customer: Customer) -> Party | None:
    """The party a customer is in, if they are in any kindness."""
    return Party.objects.filter(customer=customer).first()


def guest_party(name: str = "") -> Party:
    """A fresh party for a guest with a name, or for somebody unknown."""
    kind = Party.Kind.GUEST if name.strip() else Party.Kind.UNKNOWN
    return Party.objects.create(kind=kind, name=name.strip()[:120])


def name_guest(*, party: Party, name: str, anew: bool = False) -> None:
    """Give a guest the name they go by; `anew` also takes one away. Members and customers keep theirs."""
    if party.kind in (Party.Kind.GUEST, Party.Kind.UNKNOWN) and (name.strip() or anew):
        party.name = name.strip()[:120]
        party.kind = Party.Kind.GUEST if party.name else Party.Kind.UNKNOWN
        party.save(update_fields=["name", "kind"])


@transaction.atomic
def record(
    *,
    by: object,
    giver: Party,
    receivers: Iterable[Party],
    words: str = "",
    occasion: str = "",
    how: str = Kindness.How.SAID,
    sees: str = Kindness.Sees.PARTIES,
    encounter: Encounter | None = None,
    answers: Kindness | None = None,
    passed_on_from: Kindness | None = None,
    at: datetime | None = None,
) -> Kindness:
    """Record a kindness that happened, kept at once.

    Raises ValueError naming the field: nobody to receive it, words over 2,000 characters, a giver who is also a
    receiver among others, or both kinds of link at once. Being kind to oneself is one receiver, the giver (E3).
    """
    to = list({party.pk: party for party in receivers}.values())
    if not to:
        raise ValueError("receivers: a kindness has somebody who receives it; pick at least one")
    if len(words) > WORDS_MAX:
        raise ValueError(f"words: at most {WORDS_MAX} characters; shorten them a little")
    if giver in to and len(to) > 1:
        raise ValueError("receivers: leave yourself out when thanking others")
    if answers and passed_on_from:
        raise ValueError("answers: a kindness answers another or is passed on from it, not both")
    moment = at or clock.now()
    kindness = Kindness.objects.create(
        giver=giver,
        words=words.strip(),
        occasion=occasion.strip()[:200],
        how=how,
        sees=sees,
        encounter=encounter,
        answers=answers,
        passed_on_from=passed_on_from,
        chain_id=_chain_of(passed_on_from),
        at=moment,
        received_at=clock.now(),
    )
    kindness.receivers.set(to)
    wrote(actor=by, did="kindness.recorded", on=kindness)
    return kindness


def dear(
    *,
    by: Member,
    to: Iterable[Member],
    words: str,
    encounter: Encounter | None = None,
    answers: bool = False,
) -> None:
    """Keep what colleagues say to each other dear, without any points (E11); every door between them asks here.

    Raises ValueError naming the field when one of them has had these words from `by` before, whatever their stops and
    capitals, or has heard from them twice this working day without an encounter. What answers is counted for itself.
    """
    names = {one.pk: one.known_as for one in to}
    given = Kindness.objects.filter(giver__member=by, state=Kindness.State.KEPT)
    given = given.filter(receivers__member__in=names)
    if said := folded(words):
        before = given.filter(at__gte=clock.now() - SAME_WORDS).exclude(words="")
        for pk, other in before.values_list("receivers__member", "words"):
            if pk in names and folded(other) == said:
                raise ValueError(
                    _(
                        "words: %(name)s has these very words from you already; say what it was this time"
                    )
                    % {"name": names[pk]}
                )
    if encounter is not None:
        return
    hours = people.hours(by)
    today = day_of(hours, clock.now())
    since = datetime.combine(today, time(), ZoneInfo(hours.zone))
    lately = given.filter(at__gte=since, encounter=None, answers__isnull=not answers)
    lately = lately.exclude(sees=Kindness.Sees.GIVER)
    heard = Counter(
        pk for pk, at in lately.values_list("receivers__member", "at") if day_of(hours, at) == today
    )
    for pk, name in names.items():
        if heard[pk] >= PAIR_A_DAY:
            raise ValueError(
                _("to: %(name)s has heard from you twice today; tomorrow it lands better")
                % {"name": name}
            )


def _chain_of(passed_on_from: Kindness | None) -> int | None:
    return (passed_on_from.chain_id or passed_on_from.pk) if passed_on_from else None


@dataclass(frozen=True, slots=True)
class Noticed:
    """A kindness that words in an encounter propose: `quote[span]`, marked `label`."""

    giver: Party
    receiver: Party
    encounter: Encounter
    how: str
    quote: Message
    span: tuple[int, int]
    label: str
    at: datetime


@transaction.atomic
def propose(*, noticed: Sequence[Noticed]) -> list[Kindness]:
    """Propose kindnesses that were noticed: at most one per giver and encounter, ever. Three queries."""
    about = Kindness.objects.filter(encounter__in={one.encounter.pk for one in noticed})
    known = set(about.filter(quote_label__gt="").values_list("giver", "encounter"))
    made: list[tuple[Kindness, Party]] = []
    for one in noticed:
        if (one.giver.pk, one.encounter.pk) in known:
            continue
        known.add((one.giver.pk, one.encounter.pk))
        kindness = Kindness(
            giver=one.giver,
            how=one.how,
            state=Kindness.State.PROPOSED,
            sees=Kindness.Sees.GIVER,
            encounter=one.encounter,
            quote=one.quote,
            quote_start=one.span[0],
            quote_end=one.span[1],
            quote_label=one.label,
            at=one.at,
            received_at=clock.now(),
        )
        made.append((kindness, one.receiver))
    rows = Kindness.objects.bulk_create([kindness for kindness, _to in made])
    through = Kindness.receivers.through
    through.objects.bulk_create(
        [through(kindness=row, party=to) for row, (_kindness, to) in zip(rows, made, strict=True)]
    )
    return rows


@transaction.atomic
def unquote(*, messages: Sequence[int]) -> None:
    """Let go of what quotes these messages (ids), whose text is another now: proposals go, kept ones lose the quote."""
    quoting = Kindness.objects.filter(quote__in=messages)
    quoting.filter(state=Kindness.State.PROPOSED).delete()
    quoting.update(quote=None, quote_start=None, quote_end=None)


@transaction.atomic
def keep(*, by: Member, kindness: Kindness, words: str = "") -> Kindness:
    """Keep a proposed kindness; from now on it is theirs, seen by those in it."""
    if kindness.state == Kindness.State.PROPOSED:
        kindness.state = Kindness.State.KEPT
        kindness.sees = Kindness.Sees.PARTIES
        kindness.words = words.strip()[:WORDS_MAX]
        kindness.save(update_fields=["state", "sees", "words"])
        wrote(actor=by, did="kindness.kept", on=kindness)
    return kindness


@transaction.atomic
def put_words(*, by: object, kindness: Kindness, words: str) -> None:
    """Words that had to wait stand with a kindness recorded without them; one withdrawn since stays as it is."""
    if kindness.state == Kindness.State.KEPT and not kindness.words:
        kindness.words = words.strip()[:WORDS_MAX]
        kindness.save(update_fields=["words"])
        wrote(actor=by, did="kindness.worded", on=kindness)


@transaction.atomic
def withdraw(*, by: object, kindness: Kindness) -> None:
    """Take a kindness back: its words and releases go, its place in a chain stays."""
    Release.objects.filter(kindness=kindness).delete()
    kindness.words = kindness.occasion = ""
    kindness.quote = None
    kindness.state = Kindness.State.WITHDRAWN
    kindness.save(update_fields=["words", "occasion", "quote", "state"])
    wrote(actor=by, did="kindness.withdrawn", on=kindness)


@transaction.atomic
def undo(*, by: Member, kindness: Kindness) -> None:
    """Undo one's own kindness within ten minutes. Raises ValueError when later, or when it was passed on."""
    if clock.now() - kindness.received_at > UNDO:
        raise ValueError("undo: ten minutes have passed; you can still withdraw it")
    if kindness.passed_on_as.exists() or kindness.answered_by.exists():
        raise ValueError(
            "undo: somebody has already answered it or passed it on; you can withdraw it"
        )
    wrote(actor=by, did="kindness.undone", on=kindness)
    kindness.delete()


@transaction.atomic
def release(
    *, party: Party, kindness: Kindness, words: str, name_too: bool, credit: str = "", by: object
) -> Release:
    """A party releases exactly `words`, and separately their name (P6). A new release replaces the old one."""
    row, _made = Release.objects.update_or_create(
        kindness=kindness,
        party=party,
        defaults={
            "text_hash": text_hash(words),
            "wording": WORDING,
            "name_too": name_too,
            "credit": credit.strip()[:120],
            "at": clock.now(),
        },
    )
    wrote(actor=by, did="kindness.released", on=kindness)
    return row


@transaction.atomic
def withdraw_release(*, party: Party, kindness: Kindness, by: object) -> None:
    """A party takes the release back; pages ask `may_publish`, so it is gone at once (P6)."""
    Release.objects.filter(kindness=kindness, party=party).delete()
    wrote(actor=by, did="release.withdrawn", on=kindness)


@transaction.atomic
def void_releases(*, kindness: Kindness, but: str, by: object) -> None:
    """Releases given to any words but these are gone: those words are no more."""
    if Release.objects.filter(kindness=kindness).exclude(text_hash=text_hash(but)).delete()[0]:
        wrote(actor=by, did="releases.voided", on=kindness)


@transaction.atomic
def see_as(*, by: object, kindness: Kindness, sees: str) -> None:
    """Set who may see a kindness; only its giver's to do."""
    kindness.sees = Kindness.Sees(sees)
    kindness.save(update_fields=["sees"])
    wrote(actor=by, did="kindness.seen_by", on=kindness)


@transaction.atomic
def bury(*, party: Party, by: object) -> None:
    """Erase a person from their kindnesses (P5): their words and releases go, a tombstone keeps the shape."""
    for kindness in Kindness.objects.filter(giver=party):
        withdraw(by=by, kindness=kindness)
    Release.objects.filter(party=party).delete()
    party.kind = Party.Kind.GONE
    party.member = party.customer = None
    party.name = ""
    party.save(update_fields=["kind", "member", "customer", "name"])
    wrote(actor=by, did="party.buried", on=party)


@transaction.atomic
def blank_out(*, by: object, kindness: Kindness, names: Iterable[str]) -> None:
    """Take an erased receiver's names out of the words somebody else wrote (P5).

    Written to them alone, the words go altogether; written to several, only the names go.
    """
    if kindness.receivers.count() == 1:
        kindness.words = kindness.occasion = ""
    for name in names:
        kindness.words = re.sub(rf"\b{re.escape(name)}\b", "—", kindness.words, flags=re.IGNORECASE)
        kindness.occasion = re.sub(
            rf"\b{re.escape(name)}\b", "—", kindness.occasion, flags=re.IGNORECASE
        )
    kindness.quote = None
    kindness.save(update_fields=["words", "occasion", "quote"])
    Release.objects.filter(kindness=kindness).delete()
    wrote(actor=by, did="kindness.blanked", on=kindness)


@transaction.atomic
def erase_customer(*, by: object, customer: Customer) -> int:
    """Erase a customer from their kindnesses (P5): theirs go, others' words about them too. Returns how many."""
    party = party_of(customer)
    if party is None:
        return 0
    about = Kindness.objects.filter(receivers=party)
    count = about.count() + Kindness.objects.filter(giver=party).count()
    for kindness in about:
        blank_out(by=by, kindness=kindness, names=names_in(customer.name))
    bury(party=party, by=by)
    return count


@transaction.atomic
def drop_empty_proposals() -> int:
    """Drop proposals whose quoted message is gone (P7): nobody kept them, and nothing is left to keep."""
    gone = Kindness.objects.filter(state=Kindness.State.PROPOSED, quote=None)
    return gone.delete()[1].get(Kindness._meta.label, 0)
