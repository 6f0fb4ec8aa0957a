"""Taking an erased member out of boards (P5): what they said goes, their name goes out of what others wrote.

Their cards stay, as everywhere, without an author. The log and its snapshots are rewritten where they hold a name or
their words; it keeps its numbers. An operation `erased` tells every live board to begin anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from django.db import models, transaction
from django.db.models import Q

from neoncard.design.board import queries, rows
from neoncard.design.board.actions import ERASED, tell
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
from neoncard.kit import clock, slices
from neoncard.kit.audit.actions import wrote
from neoncard.people.tables import Member

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


SAID: tuple[type[models.Model], ...] = (BoardComment, BoardChat, BoardVote)


@dataclass(frozen=True)
class Erasing:
    """Who is erased: their actor, and the names that go, longest first."""

    member: Member
    actor: str
    names: list[str]

    @property
    def words(self) -> list[str]:
        """What the log holds where it holds them."""
        return [*self.names, f'"{self.actor}"']


def erase_member(*, member: Member) -> int:
    """Erase a member from every board; how many boards were touched.

    Commits in slices, board by board: a long log is rewritten while people work. Called again it finishes what is left.
    """
    names = sorted({member.name, member.known_as, member.name.split()[0]}, key=len, reverse=True)
    who = Erasing(member, f"m{member.pk}", names)
    touched = sorted(_boards(who))
    pace = slices.Pace()
    for board in touched:
        seq = Journey.objects.values_list("seq", flat=True).get(pk=board)  # lookup: found just now
        for model, columns in LOGGED:
            rows = _holding(model, columns, who.words).filter(board_id=board, seq__lte=seq)
            ids = list(rows.values_list("pk", flat=True))
            pace.write(model.__name__, ids, partial(_rewrite, model, columns, who))
        _finish(board, seq, who)
    wrote(actor="erasure", did="boards.erased", count=len(touched))
    return len(touched)


def _boards(who: Erasing) -> set[int]:
    """Where they said or did something, or are named."""
    found: set[int] = set()
    by_them: tuple[type[models.Model], ...] = (*SAID, BoardOp)
    for said in by_them:
        rows = said._default_manager.filter(member=who.member)
        found |= set(rows.values_list("board_id", flat=True).distinct())
    for model, board, columns in WRITTEN:
        found |= set(_holding(model, columns, who.names).values_list(board, flat=True).distinct())
    for model, columns in LOGGED:
        rows = _holding(model, columns, who.words)
        found |= set(rows.values_list("board_id", flat=True).distinct())
    return found


def _rewrite(
    model: type[models.Model], columns: Sequence[str], who: Erasing, ids: Sequence[int]
) -> None:
    rows = list(model._default_manager.filter(pk__in=ids))  # lookup: rows of a board found above
    for row in rows:
        for column in columns:
            found = orjson.loads(getattr(row, column))
            setattr(row, column, encode(_cleaned(found, who.names, who.actor)))
    model._default_manager.bulk_update(rows, columns)


@transaction.atomic
def _finish(board: int, seq: int, who: Erasing) -> None:
    """While nobody else writes here: the cards, what was logged since `seq`, and the word to begin anew."""
    journey = Journey.objects.select_for_update(no_key=True)
    if not journey.filter(pk=board).exists():  # lookup: a board found above
        return
    effects = _gone(board, who.actor)
    for said in SAID:
        said._default_manager.filter(board=board, member=who.member).delete()
    for table, key, fields in WRITTEN:
        for row in _holding(table, fields, who.names).filter(**{key: board}):
            for field in fields:
                setattr(row, field, without(getattr(row, field), who.names))
            row.save(update_fields=fields)
    for model, columns in LOGGED:
        rows = _holding(model, columns, who.words).filter(board_id=board, seq__gt=seq)
        _rewrite(model, columns, who, list(rows.values_list("pk", flat=True)))
    _say_so(board, effects)


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
) -> models.QuerySet[Any]:
    where = Q()
    for column in columns:
        for word in words:
            where |= Q(**{f"{column}__icontains": word})
    return model._default_manager.filter(where)


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
