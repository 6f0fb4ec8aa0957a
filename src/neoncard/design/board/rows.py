"""Bringing a board's rows along with its document: only what differs, each card once however often it was touched.

Plain SQL where a board is busy: one statement for all operations, one for all steps, one for all ideas. It is the same
on SQLite and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from django.db import connection

from neoncard.design.board.document import ROW, WORDS, Doc, Gap
from neoncard.design.board.state import State, encode
from neoncard.design.board.tables import BoardChat, BoardComment, BoardOp, BoardVote
from neoncard.design.board.terms import Done
from neoncard.design.tables import Idea, Journey, Step

STEP = ("title", "note", "channel", "feel_note", "also")
IDEA = ("text", "kind", "level", "cost", "aim", "principle", "hidden", "status", "also")


def run(sql: str, values: Sequence[Any]) -> Any:
    """A statement with `%s` for values, straight to the driver: gives its cursor. Raises Django's database errors.

    Django rewrites a statement's marks for SQLite each time it runs, which takes longer than SQLite does.
    """
    if connection.vendor != "sqlite" or connection.execute_wrappers or connection.queries_logged:
        cursor = connection.cursor()
        cursor.execute(sql, values)
        return cursor
    with connection.wrap_database_errors:
        return connection.connection.execute(_marked(sql), values)


@cache
def _marked(sql: str) -> str:
    return sql.replace("%s", "?")


class Many:
    """One statement for many rows: `INSERT … VALUES (…), (…)`. A statement a row would let go of the interpreter a row."""

    SIZES = (64, 16, 4, 1)
    """Few different statements, so that the database knows them all."""

    def __init__(
        self,
        table: str,
        columns: Sequence[str],
        keys: Sequence[str] = (),
        changing: Sequence[str] = (),
    ) -> None:
        """`keys` say which row there is already; of that all columns are written, or only those `changing`."""
        written = ", ".join(f'"{name}"' for name in columns)
        row = f"({', '.join(['%s'] * len(columns))})"
        tail = ""
        if keys:
            news = (
                f'"{name}" = EXCLUDED."{name}"' for name in changing or columns if name not in keys
            )
            tail = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(news)}"
        self._sql = {
            size: f'INSERT INTO "{table}" ({written}) VALUES {", ".join([row] * size)}{tail}'  # noqa: S608 names of our own columns
            for size in self.SIZES
        }

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write the rows, at most 64 a statement."""
        at, end = 0, len(rows)
        for size in self.SIZES:
            while end - at >= size:
                values = [value for row in rows[at : at + size] for value in row]
                run(self._sql[size], values)
                at += size


_STEPS = Many(Step._meta.db_table, ("journey_id", "key", "pos", *STEP), ("journey_id", "key"))
_IDEA = ("journey_id", "key", "pos", "after_step_id", "author_id", "guest_id", "act_id", *IDEA)
_IDEAS = Many(Idea._meta.db_table, _IDEA, ("journey_id", "key"))
_WORDS = Many(Idea._meta.db_table, _IDEA, ("journey_id", "key"), changing=IDEA)
"""A card where it lies: its indexes and its foreign keys are left alone, which are most of the work."""
_OPS = Many(
    BoardOp._meta.db_table,
    ("board_id", "seq", "op_id", "member_id", "guest_id", "at", "did", "of", "effects", "inverse"),
)
_NUMBER = f'UPDATE "{Journey._meta.db_table}" SET "seq" = %s WHERE "id" = %s'  # noqa: S608 our own table
_SEQ = f'SELECT "seq" FROM "{Journey._meta.db_table}" WHERE "id" = %s AND "archived_at" IS NULL'  # noqa: S608 our own table


def seq(board: int, *, lock: bool) -> int | None:
    """How far a board has come; None when it is put away. `lock`: nobody else writes until this transaction ends."""
    wait = " FOR UPDATE" if lock and connection.vendor == "postgresql" else ""
    row = run(_SEQ + wait, [board]).fetchone()
    return int(row[0]) if row else None


CHANNEL = "neoncard_board"
"""What PostgreSQL's NOTIFY is heard on, with `board:seq`."""


def notify(board: int, seq: int) -> None:
    """Tell other processes, when this transaction commits, how far a board has come. On SQLite there are none."""
    if connection.vendor == "postgresql":
        run("SELECT pg_notify(%s, %s)", [CHANNEL, f"{board}:{seq}"])


@lru_cache(10_000)
def people(actor: str) -> tuple[int | None, int | None]:
    """An actor as (member id, guest id)."""
    if actor[:1] == "m":
        return int(actor[1:]), None
    return None, int(actor[1:]) if actor[1:].isdecimal() else None


def log(state: State, dones: Iterable[Done], now: datetime) -> list[str]:
    """Write operations down; gives back the JSON of each one's effects, as written."""
    at = connection.ops.adapt_datetimefield_value(now)
    texts: list[str] = []
    values = []
    for one in dones:
        texts.append(encode(one.effects))
        values.append(
            (state.board, one.seq, one.op_id, *people(one.actor), at, one.did, one.of)
            + (texts[-1], encode(one.inverse))
        )
    _OPS.write(values)
    return texts


def bring(state: State) -> None:
    """Write what was touched into the rows of cards, votes, comments, chat and the board."""
    touched = state.doc.touched
    if touched:
        _cards(state)
    for of, write in (("vote", _votes), ("comment", _comments), ("chat", _chat)):
        keys = [key for kind, key in touched if kind == of]
        if keys:
            write(state, keys)
    touched.clear()


def _cards(state: State) -> None:
    steps, ideas, words, lost = _differing(state)
    if lost["idea"]:
        Idea.objects.filter(journey=state.board, key__in=lost["idea"]).delete()
    if steps:
        _write_steps(state, steps)
    if ideas:
        _write_ideas(state, ideas, _IDEAS)
    if words:
        _write_ideas(state, words, _WORDS)
    if lost["step"]:
        Step.objects.filter(journey=state.board, key__in=lost["step"]).delete()
    for key in lost["step"]:
        state.pks.pop(key, None)
    for key in (*lost["step"], *lost["idea"]):
        if state.doc.card(key) is None:
            state.places.pop(key, None)


def _differing(state: State) -> tuple[list[str], list[str], list[str], dict[str, list[str]]]:
    """Steps and ideas whose rows are not as they lie here, ideas that only say something else, and those that are gone."""
    doc, touched = state.doc, state.doc.touched
    lost: dict[str, list[str]] = {"step": [], "idea": []}
    steps, ideas = dict[str, None](), dict[str, None]()
    for of, key in touched:
        if of == "step":
            (steps.__setitem__(key, None) if key in doc.steps else lost["step"].append(key))
        elif of == "idea":
            (ideas.__setitem__(key, None) if key in doc.ideas else lost["idea"].append(key))
        elif of == "row" and key == ROW:
            _moved(state, None, doc.order, steps)
        elif of == "row":
            _moved(state, key, doc.gaps.get(key, ()), ideas)
    words = [key for of, key in touched if of == WORDS and key in doc.ideas and key not in ideas]
    return list(steps), list(ideas), words, lost


def _moved(state: State, gap: Gap, row: Sequence[str], out: dict[str, None]) -> None:
    places = state.places
    for pos, key in enumerate(row):
        if places.get(key) != (gap, pos):
            places[key] = (gap, pos)
            out[key] = None


def _write_steps(state: State, ids: list[str]) -> None:
    doc = state.doc
    at = {key: pos for pos, key in enumerate(doc.order)}
    values = [
        (state.board, key, at[key], *(doc.steps[key][name] for name in STEP)) for key in ids
    ]  # fmt: skip
    _STEPS.write(values)
    _find(state, [key for key in ids if key not in state.pks])


def _find(state: State, keys: list[str]) -> None:
    if keys:
        rows = Step.objects.filter(journey=state.board, key__in=keys)
        state.pks.update(rows.values_list("key", "pk"))


_IDEA_FIELDS = itemgetter(*IDEA)


def _write_ideas(state: State, ids: list[str], how: Many) -> None:
    doc = state.doc
    cards = [doc.ideas[key] for key in ids]
    _find(state, [card["step"] for card in cards if card["step"] and card["step"] not in state.pks])
    values = []
    for card in cards:
        gap = card["step"]
        pos = state.places[card["id"]][1]
        values.append(
            (state.board, card["id"], pos, state.pks[gap] if gap else None)
            + (*people(card["author"]), card["act_id"], *_IDEA_FIELDS(card))
        )
    how.write(values)


def _votes(state: State, touched: list[tuple[str, str]]) -> None:
    doc: Doc = state.doc
    now = doc.board["round"]
    given = []
    for idea, voter in touched:
        member, guest = people(voter)
        if voter in doc.votes.get(idea, ()):
            given.append(
                BoardVote(
                    board_id=state.board, round=now, idea=idea, voter=voter,
                    member_id=member, guest_id=guest,
                )
            )  # fmt: skip
        else:
            rows = BoardVote.objects.filter(board=state.board, round=now, idea=idea, voter=voter)
            rows.delete()
    BoardVote.objects.bulk_create(given, ignore_conflicts=True)


def _when(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def _comments(state: State, ids: list[str]) -> None:
    found = []
    for key in ids:
        card = state.doc.comments.get(key)
        if card is None:
            continue
        member, guest = people(card["author"])
        found.append(
            BoardComment(
                board_id=state.board, key=key, card=card["card"], text=card["text"],
                at=_when(card["at"]), resolved=card["resolved"], member_id=member, guest_id=guest,
            )
        )  # fmt: skip
    lost = [key for key in ids if key not in state.doc.comments]
    if lost:
        BoardComment.objects.filter(board=state.board, key__in=lost).delete()
    BoardComment.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["board", "key"],
        update_fields=["resolved"],
    )


def _chat(state: State, ids: list[str]) -> None:
    found = []
    for key in ids:
        card = state.doc.chat.get(key)
        if card is None:
            continue
        member, guest = people(card["author"])
        found.append(
            BoardChat(
                board_id=state.board, key=key, text=card["text"], at=_when(card["at"]),
                member_id=member, guest_id=guest,
            )
        )  # fmt: skip
    lost = [key for key in ids if key not in state.doc.chat]
    if lost:
        BoardChat.objects.filter(board=state.board, key__in=lost).delete()
    BoardChat.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["board", "key"],
        update_fields=["text", "at", "member", "guest"],  # taken back and said again
    )


def board_fields(state: State) -> dict[str, Any]:
    """The columns of the journey that were touched, with their values, and takes them off the list."""
    found: dict[str, Any] = {}
    for of, field in [item for item in state.doc.touched if item[0] == "board"]:
        value = state.doc.board[field]
        if field == "timer_ends_at":
            value = _when(value) if value is not None else None
        elif field == "summon":
            value = value or ""
        found[field] = value
        del state.doc.touched[of, field]
    return found


def number(state: State) -> None:
    """Write how far the board has come, and its own fields."""
    fields = board_fields(state)
    if not fields:
        run(_NUMBER, [state.doc.seq, state.board])
        return
    Journey.objects.filter(pk=state.board).update(seq=state.doc.seq, **fields)  # lookup: our own
