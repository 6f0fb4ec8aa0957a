"""The only writer of marks and of the frozen store of macros."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from neoncard.encounters.actions import CHANGED, Taken
from neoncard.encounters.rules import Conversation
from neoncard.encounters.tables import Customer, Encounter, Message
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit.slices import Pace
from neoncard.notice import rules
from neoncard.notice.engine import Boilerplate, Reader
from neoncard.notice.engine import Mark as Found
from neoncard.notice.rules import Proposal, Spoken
from neoncard.notice.tables import Mark
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
    pace.write("proposals", proposed, lambda slice_: made.extend(_propose(slice_)))
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


def _propose(slice_: Sequence[tuple[_Reading, Customer, Proposal]]) -> Iterator[Kindness]:
    for one, customer, proposal in slice_:
        ours = kindnesses.member_party(Member(pk=proposal.member))
        theirs = kindnesses.customer_party(customer)
        giver, receiver = (theirs, ours) if proposal.giver is None else (ours, theirs)
        message = one.messages[proposal.message]
        kindness = kindnesses.propose(
            giver=giver,
            receiver=receiver,
            encounter=one.encounter,
            how=proposal.how,
            quote=message,
            span=(proposal.mark.start, proposal.mark.end),
            label=proposal.mark.label,
            at=message.at,
        )
        if kindness:
            yield kindness
