"""Reads of a board that more than one caller needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Q

from neoncard.design.board import audience
from neoncard.design.board.document import CHAT, Card, Doc
from neoncard.design.board.state import State, restored
from neoncard.design.board.tables import (
    GONE,
    BoardChat,
    BoardComment,
    BoardOp,
    BoardSnapshot,
    BoardVote,
    Guest,
    GuestLink,
    actor,
)
from neoncard.design.board.terms import RECENT, Done, Who
from neoncard.design.tables import Idea, Journey, Step
from neoncard.kit import clock
from neoncard.people import queries as people
from neoncard.people.tables import Member, Role

HOSTS = frozenset({Role.Name.HOST, Role.Name.LEAD, Role.Name.ADMIN})


def ms(at: datetime | None) -> int | None:
    """A moment in milliseconds since 1970."""
    return round(at.timestamp() * 1000) if at else None


def member_who(member: Member, journey: Journey) -> Who:
    """Who a member is on a board. One query for their roles, kept."""
    roles = people.roles(member)
    leads = roles & HOSTS or member.pk in (journey.made_by_id, journey.facilitator_id)
    role = "facilitator" if leads else "member"
    return Who(f"m{member.pk}", role, may_spend=people.leads(member))


def guest(id: int, board: int) -> Guest | None:
    """A guest of this board whose link is still good. One query."""
    rows = Guest.objects.filter(
        pk=id,  # lookup: from a cookie this server signed
        link__journey=board,
        link__withdrawn_at=None,
        link__expires_at__gt=clock.now(),
    )
    return rows.first()


def welcome_guests(board: int) -> frozenset[str]:
    """The actors of all guests whose link to this board is still good. One query."""
    good = Guest.objects.filter(
        link__journey=board, link__withdrawn_at=None, link__expires_at__gt=clock.now()
    )
    return frozenset(f"g{pk}" for pk in good.values_list("pk", flat=True))


def members_here() -> frozenset[str]:
    """The actors of everyone who works here now. One query."""
    rows = Member.objects.filter(is_active=True)
    return frozenset(f"m{pk}" for pk in rows.values_list("pk", flat=True))


def links(journey: Journey) -> list[GuestLink]:
    """The guest links of a board that are still good, newest first, with `guests`. Two queries."""
    rows = GuestLink.objects.filter(journey=journey, withdrawn_at=None, expires_at__gt=clock.now())
    return list(rows.prefetch_related("guests").order_by("-made_at"))


def names(actors: Iterable[str]) -> dict[str, str]:
    """What people are called on the board, by actor. At most two queries."""
    wanted = set(actors)
    members = [int(one[1:]) for one in wanted if one[:1] == "m"]
    guests = [int(one[1:]) for one in wanted if one[:1] == "g" and one != GONE]
    found: dict[str, str] = {}
    if members:
        for pk, name in Member.objects.filter(pk__in=members).values_list("pk", "known_as"):
            found[f"m{pk}"] = name
    if guests:
        for pk, name in Guest.objects.filter(pk__in=guests).values_list("pk", "name"):
            found[f"g{pk}"] = name
    return found


def actors(doc: Doc) -> set[str]:
    """Everyone whose name a board needs."""
    found = {card["author"] for card in doc.ideas.values()}
    found |= {card["author"] for card in doc.comments.values()}
    found |= {card["author"] for card in doc.chat.values()}
    return found - {GONE, ""}


def board_card(row: Journey) -> Card:
    """The board's own fields."""
    return {
        "id": row.pk,
        "title": row.title,
        "intro": row.intro,
        "front_line": row.front_line,
        "phase": row.phase,
        "locked": row.locked,
        "timer_ends_at": ms(row.timer_ends_at),
        "vote_budget": row.vote_budget,
        "round": row.round,
        "summon": row.summon or None,
    }


@transaction.atomic(savepoint=False)
def load(board: int, *, recent: bool = True) -> State | None:
    """A board from its rows, with its last operations, all of one moment; None when there is none or it is put away.

    Seven queries; without `recent` six, and nothing can be undone or merged. Nobody writes to the board meanwhile:
    else a later query would see more than an earlier one.
    """
    kept = Journey.objects.select_for_update(no_key=True)
    row = kept.filter(pk=board, archived_at=None).first()  # lookup: the caller's own board
    if row is None:
        return None
    doc = Doc(board_card(row), row.seq)
    state = State(row.pk, doc)
    keys: dict[int | None, str | None] = {None: None}
    for step in Step.objects.filter(journey=board).order_by("pos", "pk"):
        keys[step.pk] = step.key
        state.pks[step.key] = step.pk
        doc.order.append(step.key)
        doc.gaps[step.key] = []
        doc.steps[step.key] = {
            "id": step.key,
            "title": step.title,
            "note": step.note,
            "channel": step.channel,
            "feel_note": step.feel_note,
            "also": step.also,
        }
    for vote in BoardVote.objects.filter(board=board, round=row.round).order_by("pk"):
        doc.votes.setdefault(vote.idea, {})[vote.voter] = True
    over = doc.no_votes() is not None
    for idea in Idea.objects.filter(journey=board).order_by("pos", "pk"):
        step_key = keys.get(idea.after_step_id)
        doc.ideas[idea.key] = {
            **_idea(idea, step_key),
            "votes": len(doc.votes.get(idea.key, ())) if over else None,
        }
        doc.gaps[step_key].append(idea.key)
    for comment in BoardComment.objects.filter(board=board).order_by("pk"):
        doc.comments[comment.key] = {
            "id": comment.key,
            "author": comment.actor,
            "text": comment.text,
            "at": ms(comment.at),
            "card": comment.card,
            "resolved": comment.resolved,
        }
    for line in reversed(BoardChat.objects.filter(board=board).order_by("-pk")[:CHAT]):
        words = {"id": line.key, "author": line.actor, "text": line.text, "at": ms(line.at)}
        doc.chat[line.key] = words
    state.place_all()
    if recent:
        _recall(state)
    return state


def document(member: Member, journey: Journey) -> dict[str, Any]:
    """The board as this member may see it, for files and prints (docs/board-protocol.md, The document). Six queries.

    Through the filter of frames and replays (audience.py); without names. Empty when it was put away meanwhile.
    """
    state = load(journey.pk, recent=False)
    doc = state.doc if state else Doc(board_card(journey))
    return audience.document(doc, f"m{member.pk}", {})


def _idea(idea: Idea, step: str | None) -> Card:
    return {
        "id": idea.key,
        "step": step,
        "text": idea.text,
        "kind": idea.kind,
        "level": idea.level,
        "cost": idea.cost,
        "aim": idea.aim,
        "principle": idea.principle,
        "author": actor(idea.author_id, idea.guest_id),
        "hidden": idea.hidden,
        "status": idea.status,
        "act_id": idea.act_id,
        "counts": None,
        "also": idea.also,
    }


def ops_since(board: int, seq: int, most: int = 0) -> list[Done]:
    """The operations after `seq`, in order, at most `most` when given. One query."""
    rows = BoardOp.objects.filter(board=board, seq__gt=seq).order_by("seq")
    return [done(row) for row in (rows[:most] if most else rows)]


def done(row: BoardOp) -> Done:
    """An operation as the rules know it."""
    return Done(
        row.seq,
        row.op_id,
        actor(row.member_id, row.guest_id),
        row.did,
        orjson.loads(row.effects),
        orjson.loads(row.inverse),
        row.of,
    )


def _recall(state: State) -> None:
    """Put the last operations in mind: what each replaced on which card, for merging and undo."""
    doc = state.doc
    doc.since = doc.seq
    for one in ops_since(state.board, max(0, doc.seq - RECENT)):
        doc.since = min(doc.since, one.seq - 1)
        state.remember(one)
        doc.recall(one.inverse, one.effects, one.seq, one.actor)


def known(board: int, op_ids: Iterable[str]) -> dict[str, int]:
    """Which of these operations are in the log already, and their seq. One query."""
    rows = BoardOp.objects.filter(board=board, op_id__in=set(op_ids))
    return dict(rows.values_list("op_id", "seq"))


def replayed(board: int, seq: int | None = None) -> Doc | None:
    """A board from its log alone: the newest snapshot up to `seq`, and what came after it. Two queries."""
    rows = BoardSnapshot.objects.filter(board=board)
    if seq is not None:
        rows = rows.filter(seq__lte=seq)
    snapshot = rows.order_by("-seq").first()
    if snapshot is None:
        return None
    doc = restored(snapshot.doc, snapshot.seq)
    for one in ops_since(board, doc.seq):
        if seq is not None and one.seq > seq:
            break
        doc.apply(one.effects, one.seq, one.actor)
        doc.seq = one.seq
    return doc


def history(journey: Journey, before: int | None = None, most: int = 50) -> list[dict[str, Any]]:
    """Who changed what, newest first, for a page: operations with effects, names and time. Three queries.

    Neither votes nor chat: nobody looks up who voted for what.
    """
    rows = BoardOp.objects.filter(board=journey).exclude(did__in=("vote", "unvote", "say"))
    if before is not None:
        rows = rows.filter(Q(seq__lt=before))
    found = list(rows.order_by("-seq")[:most])
    called = names(actor(row.member_id, row.guest_id) for row in found)
    return [
        {"done": one, "at": row.at, "who": called.get(one.actor, "")}
        for row in found
        for one in [done(row)]
    ]
