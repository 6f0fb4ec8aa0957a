"""Taking an erased member out of boards (P5): what they said goes, their name goes out of what others wrote.

Their cards stay, as everywhere, without an author. The log and its snapshots are rewritten where they hold a name or
their words; it keeps its numbers. An operation `erased` tells every live board to begin anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson
from django.db import models, transaction
from django.db.models import Q

from neoncard.design.board import queries, rows
from neoncard.design.board.actions import tell
from neoncard.design.board.document import Effect
from neoncard.design.board.state import encode
from neoncard.design.board.tables import (
    BoardChat,
    BoardComment,
    BoardOp,
    BoardSnapshot,
    BoardVote,
)
from neoncard.design.tables import Idea, Journey, Step, new_key
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.people.tables import Member

ERASED = "erased"
"""The kind of the operation that says: forget what you hold, and load the board again."""

WRITTEN: tuple[tuple[type[models.Model], str, tuple[str, ...]], ...] = (
    (Journey, "pk", ("title", "intro")),
    (Step, "journey_id", ("title", "note", "feel_note", "also")),
    (Idea, "journey_id", ("text", "cost", "principle", "also")),
    (BoardComment, "board_id", ("text",)),
    (BoardChat, "board_id", ("text",)),
)
LOGGED: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (BoardOp, ("effects", "inverse")),
    (BoardSnapshot, ("doc",)),
)


@transaction.atomic
def erase_member(*, member: Member) -> int:
    """Erase a member from every board; how many boards were touched."""
    names = sorted({member.name, member.known_as, member.name.split()[0]}, key=len, reverse=True)
    actor = f"m{member.pk}"
    touched: set[int] = set()
    for said in (BoardComment, BoardChat, BoardVote):
        touched |= set(said.objects.filter(member=member).values_list("board_id", flat=True))
    gone = {board: _gone(board, actor) for board in touched}
    for said in (BoardComment, BoardChat, BoardVote):
        said.objects.filter(member=member).delete()
    touched |= set(BoardOp.objects.filter(member=member).values_list("board_id", flat=True))
    for model, board, columns in WRITTEN:
        for row in _holding(model, columns, names):
            for column in columns:
                setattr(row, column, without(getattr(row, column), names))
            row.save(update_fields=columns)
            touched.add(getattr(row, board))
    for model, columns in LOGGED:
        for row in _holding(model, columns, [*names, f'"{actor}"']):
            for column in columns:
                found = orjson.loads(getattr(row, column))
                setattr(row, column, encode(_cleaned(found, names, actor)))
            row.save(update_fields=columns)
            touched.add(row.board_id)  # type: ignore[attr-defined]
    for pk in sorted(touched):
        _say_so(pk, gone.get(pk, []))
    wrote(actor="erasure", did="boards.erased", count=len(touched))
    return len(touched)


def _gone(board: int, actor: str) -> list[Effect]:
    """What takes a person's comments, chat and votes off a board, for the log."""
    state = queries.load(board, recent=False)
    if state is None:
        return []
    doc = state.doc
    effects: list[Effect] = [
        {"k": "gone", "of": of, "id": card["id"]}
        for of, cards in (("comment", doc.comments), ("chat", doc.chat))
        for card in cards.values()
        if card["author"] == actor
    ]
    votes = ({"k": "vote", "idea": idea, "voter": actor, "on": False} for idea in doc.mine(actor))
    return [*effects, *votes]


def _holding(
    model: type[models.Model], columns: Iterable[str], words: Iterable[str]
) -> list[models.Model]:
    where = Q()
    for column in columns:
        for word in words:
            where |= Q(**{f"{column}__icontains": word})
    return list(model._default_manager.filter(where))


def without(text: str, names: Iterable[str]) -> str:
    """A text with these names taken out."""
    for name in names:
        text = re.sub(rf"\b{re.escape(name)}\b", "—", text, flags=re.IGNORECASE)
    return text


def _cleaned(found: Any, names: Iterable[str], actor: str) -> Any:
    """What the log holds, without the names, and without what this person said in comments and chat."""
    if isinstance(found, str):
        return without(found, names)
    if isinstance(found, list):
        return [_cleaned(one, names, actor) for one in found]
    if isinstance(found, dict):
        out = {key: _cleaned(value, names, actor) for key, value in found.items()}
        if found.get("author") == actor and "at" in found:
            out["text"] = ""
        return out
    return found


def _say_so(board: int, effects: list[Effect]) -> None:
    row = Journey.objects.select_for_update().filter(pk=board)  # lookup: a board found above
    seq = rows.seq(board, lock=True)
    if seq is None:
        return
    BoardOp.objects.create(
        board_id=board,
        seq=seq + 1,
        op_id=new_key(),
        at=clock.now(),
        did=ERASED,
        effects=encode(effects),
        inverse="[]",
    )
    row.update(seq=seq + 1)
    rows.notify(board, seq + 1)
    transaction.on_commit(lambda: tell(board))
