"""What is read of a conversation, and which kindnesses its marks propose. docs/decisions/proposals.md says why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from neoncard.encounters.rules import Conversation
from neoncard.kindness.rules import proposes
from neoncard.notice.engine import Mark

READ = frozenset({"agent", "customer"})
SURE_ENOUGH = 0.7
"""A mark below this proposes nothing: a ritual "have a nice day" is marked, and is nobody's news."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message as reading needs it. `member`: who of us wrote it, if known; `customer`: the known customer did."""

    author: str
    text: str
    name: str = ""
    member: int | None = None
    customer: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A kindness a mark proposes. `giver` is a member's id, or None for the customer; `member` is ours in it."""

    giver: int | None
    member: int
    how: str
    message: int
    mark: Mark


def spoken_of(one: Conversation) -> list[Spoken]:
    """The messages of a conversation as it came in, before we know who of us wrote them."""
    return [Spoken(said.author, said.text, said.author_name) for said in one.messages]


def name_of(source: str, ext_id: str) -> str:
    """A conversation's name for the store of macros, which counts each only once."""
    return f"{source}:{ext_id}"


def rows(
    messages: Sequence[Spoken],
    *,
    conversation: str,
    customer_name: str = "",
    agent_name: str = "",
    lang: str = "",
) -> list[dict[str, Any]]:
    """The messages of one conversation, in order, as the engine's Reader takes them.

    A customer's `agent_name` is the author of the agent's message before theirs, or else the conversation's.
    """
    found: list[dict[str, Any]] = []
    before, spoke = "", agent_name
    for said in messages:
        if said.author == "agent":
            spoke = said.name or agent_name
        row = {
            "text": said.text,
            "role": said.author,
            "prev": before,
            "customer_name": customer_name,
            "agent_name": spoke,
            "conversation": conversation,
        }
        if lang:
            row["lang"] = lang
        found.append(row)
        if said.author in READ:
            before = said.text
    return found


def proposals(
    messages: Sequence[Spoken],
    marks: Iterable[tuple[int, Mark]],
    *,
    agent: int | None,
    out: frozenset[int] = frozenset(),
) -> list[Proposal]:
    """The kindnesses that `marks` (index of the message, mark) propose: one a giver, the surest mark's.

    Only with a known member and the known customer on both sides, never from a macro, never for a member in `out`
    (opted out of being read). An agent's act is given by whoever wrote it; a customer's praise is for who wrote the
    agent's message before it. Kindness to the agent may open a conversation: it is then for `agent`.
    """
    best: dict[int | None, Proposal] = {}
    for index, mark in marks:
        said = messages[index]
        by_agent = said.author == "agent"
        if mark.score < SURE_ENOUGH:
            continue
        if not proposes(mark.label, by_agent=by_agent, boilerplate=mark.boilerplate):
            continue
        if by_agent:
            found = _by_agent(said, index, mark)
        elif said.author == "customer" and said.customer:
            found = _by_customer(messages, index, mark, agent)
        else:
            found = None
        if found is None or found.member in out:
            continue
        kept = best.get(found.giver)
        if kept is None or mark.score > kept.mark.score:
            best[found.giver] = found
    return list(best.values())


def _by_agent(said: Spoken, index: int, mark: Mark) -> Proposal | None:
    if said.member is None:
        return None
    return Proposal(said.member, said.member, "noticed", index, mark)


def _by_customer(
    messages: Sequence[Spoken], index: int, mark: Mark, agent: int | None
) -> Proposal | None:
    before = next((one for one in reversed(messages[:index]) if one.author == "agent"), None)
    if mark.label == "kind_to_agent":
        member = before.member if before else agent
        return Proposal(None, member, "noticed", index, mark) if member else None
    if before is None or before.member is None:
        return None
    return Proposal(before.member, before.member, "thanked", index, mark)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text with the spans (their indexes) that cover all of it."""

    text: str
    covers: tuple[int, ...] = ()


def pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """A text cut where a span begins or ends; the pieces joined are the text again. Spans may overlap."""
    cuts = {0, len(text)}
    cuts.update(min(max(at, 0), len(text)) for span in spans for at in span)
    ordered = sorted(cuts)
    return [
        Piece(
            text[begin:end],
            tuple(n for n, (first, last) in enumerate(spans) if first <= begin and end <= last),
        )
        for begin, end in pairwise(ordered)
    ]
