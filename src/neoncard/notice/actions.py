"""The only writer of marks and of the frozen store of macros."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from neoncard.encounters.actions import CHANGED, Taken
from neoncard.encounters.rules import Conversation
from neoncard.encounters.tables import Customer, Encounter, Message
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock, slices
from neoncard.kit.audit.actions import wrote
from neoncard.kit.slices import Pace
from neoncard.notice import queries, rules
from neoncard.notice.engine import Boilerplate, Reader
from neoncard.notice.engine import Mark as Found
from neoncard.notice.rules import Proposal, Spoken
from neoncard.notice.tables import FrozenBoilerplate, Mark
from neoncard.people.queries import opted_out_members
from neoncard.people.tables import Member, OptOut


@dataclass(slots=True)
class _Reading:
    """One conversation on its way through the reader: its messages as the engine sees them, and which are fresh."""

    encounter: Encounter
    messages: list[Message]
    spoken: list[Spoken]
    fresh: list[int]
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Readout:
    """What reading a batch gave: new marks, and new proposals."""

    marks: int
    proposed: int


def read_batch(*, taken: Sequence[Taken], reader: Reader, pace: Pace | None = None) -> Readout:
    """Read what is fresh in these conversations: marks replaced, kindnesses proposed.

    Nothing is read in the conversations of a member who has opted out, nor what such a member wrote in others (P5).
    Commits in slices; reading itself happens outside them. Doing it again for the same batch changes nothing.
    """
    pace = pace or Pace()
    out = opted_out_members(OptOut.Feature.NOTICE)
    work = [_reading(one, out) for one in taken if one.fresh and one.encounter.agent_id not in out]
    found = _read(work, reader)
    again = [row.pk for one in taken if one.was == CHANGED for row in one.fresh]
    pace.write("marks away", again, _forget_marks)
    marks: list[Mark] = []
    proposed: list[tuple[_Reading, Customer, Proposal]] = []
    for one, hits in zip(work, found, strict=True):
        marks += [_mark(one.encounter, one.messages[index], hit) for index, hit in hits]
        if (customer := one.encounter.customer) and hits:
            proposals = rules.proposals(one.spoken, hits, agent=one.encounter.agent_id, out=out)
            proposed += [(one, customer, proposal) for proposal in proposals]
    pace.insert(marks)
    made: list[Kindness] = []
    pace.write(
        "proposals",
        _noticed(proposed, pace),
        lambda slice_: made.extend(kindnesses.propose(noticed=slice_)),
    )
    return Readout(len(marks), len(made))


def count_macros(source: str, conversations: Iterable[Conversation]) -> Boilerplate:
    """A store of the macros in conversations that are coming in."""
    return Boilerplate.count(
        row
        for one in conversations
        for row in rules.rows(
            rules.spoken_of(one),
            conversation=rules.name_of(source, one.ext_id),
            customer_name=one.customer_name,
            agent_name=one.agent_name,
        )
    )


def freeze_boilerplate() -> str:
    """Count the macros anew over the agents' messages we keep, store them, and mark what proves to be one.

    A macro once known stays known. A proposal whose words prove to be one is withdrawn, and nobody is told (HOUSE).
    Returns the counts in one line for /status.
    """
    out = opted_out_members(OptOut.Feature.NOTICE)
    written = Message.objects.filter(author=Message.Author.AGENT)
    store = queries.frozen_boilerplate()
    for rows in _agent_rows(written, out):
        for _pk, row in rows:
            store.add(row)
    frozen = store.frozen()
    data = zlib.compress(json.dumps(frozen.to_dict()).encode())
    with transaction.atomic():
        FrozenBoilerplate.objects.all().delete()
        FrozenBoilerplate.objects.create(frozen_at=clock.now(), data=data)
        wrote(actor="work", did="boilerplate.frozen", count=len(frozen))
    pace, reader = Pace(), Reader(boilerplate=frozen)
    withdrawn = 0
    marked = written.filter(
        Exists(Mark.objects.filter(message=OuterRef("pk")).exclude(boilerplate=True))
    )
    for rows in _agent_rows(marked, out):
        withdrawn += _mark_macros(rows, reader, pace)
    unread = Mark.objects.filter(Q(encounter__agent__in=out) | Q(message__member__in=out))
    gone = slices.delete(unread)
    longest = max(pace.longest_ms, gone.longest_ms)
    return f"{len(frozen)} macros, {withdrawn} proposals withdrawn; longest {longest:.1f} ms"


def _agent_rows(
    messages: QuerySet[Message], out: frozenset[int]
) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    """The agents' messages as the engine takes them, with their ids, some thousands at a time."""
    rows = messages.exclude(member__in=out).exclude(encounter__agent__in=out).order_by("pk")
    last = 0
    while True:
        some = list(
            rows.filter(pk__gt=last).values_list(
                *("pk", "text", "author_name", "encounter__agent_name"),
                *("encounter__customer__name", "encounter__source", "encounter__ext_id"),
            )[:2000]
        )
        if not some:
            return
        last = some[-1][0]
        yield [
            (
                pk,
                {
                    "text": text,
                    "role": "agent",
                    "agent_name": name or agent,
                    "customer_name": customer or "",
                    "conversation": rules.name_of(source, ext_id),
                },
            )
            for pk, text, name, agent, customer, source, ext_id in some
        ]


def _mark_macros(rows: list[tuple[int, dict[str, Any]]], reader: Reader, pace: Pace) -> int:
    """Mark as boilerplate what these messages' marks prove to be; the number of proposals withdrawn for it."""
    copied = {
        (pk, hit.label, hit.start)
        for (pk, _row), hits in zip(rows, reader.read(row for _pk, row in rows), strict=True)
        for hit in hits
        if hit.boilerplate
    }
    messages = {pk for pk, _label, _start in copied}
    own = Mark.objects.filter(message__in=messages).exclude(boilerplate=True)
    marks = [
        pk
        for pk, *place in own.values_list("pk", "message", "label", "start")
        if tuple(place) in copied
    ]
    pace.write("macros", marks, _are_macros)
    proposed = Kindness.objects.filter(state=Kindness.State.PROPOSED, quote__in=messages)
    withdrawn = [
        row for row in proposed if (row.quote_id, row.quote_label, row.quote_start) in copied
    ]
    pace.write("withdrawn", withdrawn, _withdraw)
    return len(withdrawn)


def _are_macros(marks: Sequence[int]) -> None:
    Mark.objects.filter(pk__in=marks).update(boilerplate=True)  # lookup: ids of a queryset


def _withdraw(kindnesses_: Sequence[Kindness]) -> None:
    for kindness in kindnesses_:
        kindnesses.withdraw(by="work", kindness=kindness)


@transaction.atomic
def call_wrong(*, by: Member, mark: Mark) -> None:
    """The agent says a mark isn't right: it is shown no more, and a proposal that rests on it is withdrawn."""
    if mark.wrong_at is None:
        mark.wrong_at = clock.now()
        mark.save(update_fields=["wrong_at"])
        wrote(actor=by, did="mark.called_wrong", on=mark)
    resting = Kindness.objects.filter(state=Kindness.State.PROPOSED, quote=mark.message_id)
    _withdraw(list(resting.filter(quote_label=mark.label, quote_start=mark.start)))


def _reading(one: Taken, out: frozenset[int]) -> _Reading:
    encounter = one.encounter
    customer = encounter.customer
    spoken = [_spoken(row, customer) for row in one.messages]
    fresh = {row.pk for row in one.fresh}
    wanted = [
        index
        for index, row in enumerate(one.messages)
        if row.pk in fresh and row.author in rules.READ and row.member_id not in out
    ]
    rows = rules.rows(
        spoken,
        conversation=rules.name_of(encounter.source, encounter.ext_id),
        customer_name=customer.name if customer else "",
        agent_name=encounter.agent_name,
        lang=encounter.lang,
    )
    return _Reading(encounter, one.messages, spoken, wanted, rows)


def _spoken(row: Message, customer: Customer | None) -> Spoken:
    known = bool(customer and row.author_key and row.author_key == customer.key)
    return Spoken(
        author=row.author,
        text=row.text,
        name=row.author_name,
        member=row.member_id if row.author == Message.Author.AGENT else None,
        customer=known and row.author == Message.Author.CUSTOMER,
    )


def _read(work: list[_Reading], reader: Reader) -> list[list[tuple[int, Found]]]:
    """For each conversation the fresh messages' marks, as (index of the message, mark)."""
    found = iter(reader.read(one.rows[index] for one in work for index in one.fresh))
    return [[(index, hit) for index in one.fresh for hit in next(found)] for one in work]


def _mark(encounter: Encounter, message: Message, hit: Found) -> Mark:
    return Mark(
        encounter=encounter,
        message=message,
        label=hit.label,
        start=hit.start,
        end=hit.end,
        score=hit.score,
        rule=hit.rule[:60],
        boilerplate=hit.boilerplate,
    )


def _forget_marks(messages: Sequence[int]) -> None:
    Mark.objects.filter(message__in=messages).delete()
    kindnesses.unquote(messages=messages)


def _noticed(
    proposed: Sequence[tuple[_Reading, Customer, Proposal]], pace: Pace
) -> list[kindnesses.Noticed]:
    members, customers = kindnesses.parties(
        members=[proposal.member for _one, _customer, proposal in proposed],
        customers=[customer.pk for _one, customer, _proposal in proposed],
        pace=pace,
    )
    noticed = []
    for one, customer, proposal in proposed:
        ours, theirs = members[proposal.member], customers[customer.pk]
        giver, receiver = (theirs, ours) if proposal.giver is None else (ours, theirs)
        message = one.messages[proposal.message]
        noticed.append(
            kindnesses.Noticed(
                giver=giver,
                receiver=receiver,
                encounter=one.encounter,
                how=proposal.how,
                quote=message,
                span=(proposal.mark.start, proposal.mark.end),
                label=proposal.mark.label,
                at=message.at,
            )
        )
    return noticed
