"""The only writer of boards: whatever changes a card, on the live board or on the page of lists, comes through here.

An operation is checked, numbered, written to the log and brought into the cards' rows in one transaction; only then
does anybody hear of it. The log is the board's audit trail: who, what, when, and what stood there before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from neoncard.design import playbook
from neoncard.design.board import checks, queries, rows
from neoncard.design.board.rules import Done, Op, Refused, Who, decide
from neoncard.design.board.state import State, dumped
from neoncard.design.board.tables import BoardSnapshot, Guest, GuestLink
from neoncard.design.tables import Act, Journey, new_key
from neoncard.kit import clock, signing
from neoncard.kit.audit.actions import wrote
from neoncard.kit.fields import gettext_noop
from neoncard.people.tables import Member

SNAPSHOT = 500
listeners: list[Callable[[int], None]] = []
"""Called in this process with a board's id after somebody wrote to it from a page. May be called in any thread."""


ERASED = "erased"
"""The kind of the operation that says: forget what you hold, and load the board again (erasing.py)."""


class Gone(Exception):  # noqa: N818 it names what happened to the board
    """The board was put away, or there is none."""


@dataclass(
    slots=True
)  # not frozen, nor is Done: there is one an edit, and freezing makes it three times as dear
class Asked:
    """One operation as it came in: the client's own id for it, what to do, and who asks."""

    id: str
    op: Op
    who: Who


@dataclass(frozen=True, slots=True)
class Wrote:
    """What came of a write. `heard`: others' operations found in the log first; `done`: with the JSON of their effects.

    `again`: (asked, seq) of what was committed before; `refused`: what could not be done, and why.
    """

    heard: list[Done]
    done: list[tuple[Asked, Done, str]]
    again: list[tuple[Asked, int]]
    refused: list[tuple[Asked, Refused]]


def write(state: State, asked: Sequence[Asked], *, quiet: bool = False) -> Wrote:
    """Carry out operations in order: one transaction, one tick. `state` is brought up to date first.

    Raises Gone, or the database's error; then `state` is spoiled and must be loaded anew (what was committed is in
    the log, and the operations' own ids make asking again safe). `quiet`: the caller tells its listeners itself.
    """
    try:
        with transaction.atomic():
            found = _write(state, asked, {}, quiet)
    except IntegrityError:
        # One of them is older than what is kept in mind: look it up, and begin again from the rows.
        known = queries.known(state.board, (one.id for one in asked))
        if not known:
            raise
        with transaction.atomic():
            heard = _reload(state)
            found = _write(state, asked, known, quiet)
            found.heard[:0] = heard
    state.told = state.doc.seq
    return found


def reload(state: State) -> list[Done]:
    """After a write that failed: the board from its rows, and what was written since this state last told. Raises Gone."""
    with transaction.atomic():
        heard = _reload(state)
    state.told = state.doc.seq
    return heard


def _reload(state: State) -> list[Done]:
    fresh = queries.load(state.board)
    if fresh is None:
        raise Gone
    state.become(fresh)
    return queries.ops_since(state.board, state.told)


def _write(state: State, asked: Sequence[Asked], known: dict[str, int], quiet: bool) -> Wrote:
    heard = _catch_up(state)
    doc = state.doc
    if doc.seq == 0:
        BoardSnapshot.objects.get_or_create(board_id=state.board, seq=0, defaults={"doc": dumped(doc)})  # fmt: skip
    now = clock.now()
    at = round(now.timestamp() * 1000)
    found = Wrote(heard, [], [], [])
    dones: list[tuple[Asked, Done]] = []
    for one in asked:
        before = state.recent.get(one.id)
        if before is not None or one.id in known:
            found.again.append((one, before.seq if before is not None else known[one.id]))
            continue
        try:
            effects = decide(doc, one.op, one.who, at, state.recent)
            if one.op["op"] == "commit":
                effects[0]["v"] = _act(state, one).pk
        except Refused as why:
            found.refused.append((one, why))
            continue
        inverse = doc.apply(effects, doc.seq + 1, one.who.actor)
        doc.seq += 1
        kind = one.op["op"]
        of = one.op["undo"] if kind == "undo" else ""
        done = Done(doc.seq, one.id, one.who.actor, kind, effects, inverse, of)
        state.remember(done)
        dones.append((one, done))
    if found.refused:
        _not_refused_but_late(state, found)
    if dones:
        _keep(state, [done for _one, done in dones], found, dones)
        if not quiet:
            transaction.on_commit(lambda: tell(state.board))
    return found


def _not_refused_but_late(state: State, found: Wrote) -> None:
    """What was carried out long ago would be refused now, being asked again: it is acknowledged instead."""
    late = queries.known(state.board, (one.id for one, _why in found.refused))
    found.again.extend((one, late[one.id]) for one, _why in found.refused if one.id in late)
    found.refused[:] = [each for each in found.refused if each[0].id not in late]


def _keep(state: State, dones: list[Done], found: Wrote, asked: list[tuple[Asked, Done]]) -> None:
    texts = rows.log(state, dones, clock.now())
    found.done.extend((one, done, text) for (one, done), text in zip(asked, texts, strict=True))
    rows.number(state)
    rows.bring(state)
    first, last = dones[0].seq, dones[-1].seq
    if first // SNAPSHOT != last // SNAPSHOT or last % SNAPSHOT == 0:
        BoardSnapshot.objects.create(board_id=state.board, seq=last, doc=dumped(state.doc))
    rows.notify(state.board, last)


def catch_up(state: State) -> list[Done]:
    """Bring a state up to date with the log; what was new to it. Raises Gone. Two queries, one when there is nothing."""
    with transaction.atomic():
        heard = _catch_up(state, lock=False)
    state.told = state.doc.seq
    return heard


def _catch_up(state: State, *, lock: bool = True) -> list[Done]:
    seq = rows.seq(state.board, lock=lock)
    if seq is None:
        raise Gone
    if seq == state.doc.seq:
        return []
    heard = queries.ops_since(state.board, state.doc.seq)
    if any(done.did == ERASED for done in heard):
        return _reload(state)
    for done in heard:
        state.follow(done)
    state.settle()
    return heard


def tell(board: int) -> None:
    """Tell this process's listeners that a board was written to."""
    for listener in listeners:
        listener(board)


def _act(state: State, one: Asked) -> Act:
    """The act an idea becomes, written now. Raises Refused naming the field."""
    card = state.doc.ideas[one.op["idea"]]
    fields = checks.act(one.op["act"], may_spend=one.who.may_spend)
    step = card["step"]
    if step is not None and step not in state.pks:
        rows.bring(state)
    member, _guest = rows.people(one.who.actor)
    front_line = state.doc.board["front_line"]
    act = Act(
        step_id=state.pks[step] if step is not None else None,
        front_lines=[front_line] if front_line else ["any"],
        made_by_id=member,
        made_at=clock.now(),
    )
    playbook.write(act, fields)
    wrote(actor=f"member:{member}", did="idea.committed", on=act)
    return act


@transaction.atomic
def act(*, by: Member, journey: Journey, ops: Iterable[Op]) -> State:
    """Do something on a board from a page: all of it, or none. Gives the board as it is then.

    Raises Refused (a ValueError whose text begins with the field, where there is one) or Gone.
    """
    state = queries.load(journey.pk)
    if state is None:
        raise Gone
    who = queries.member_who(by, journey)
    found = write(state, [Asked(new_key(), op, who) for op in ops])
    if found.refused:
        raise found.refused[0][1]
    return state


@transaction.atomic
def hold(*, by: Member, journey: Journey) -> None:
    """Begin a workshop on a journey: whoever begins it facilitates, and the team talks first.

    Raises Refused when somebody else holds one there already.
    """
    who = queries.member_who(by, journey)
    if journey.phase != Journey.Phase.OPEN and not who.leads:
        raise Refused("role", gettext_noop("Somebody else is holding a workshop here."))
    if not who.leads:
        journey.facilitator = by
        journey.save(update_fields=["facilitator"])
    act(by=by, journey=journey, ops=[{"op": "phase", "to": "talk"}])
    wrote(actor=by, did="workshop.begun", on=journey)


@transaction.atomic
def make_link(*, by: Member, journey: Journey, days: int = 1) -> str:
    """A link by which guests come to this board for `days` (1–30); its token is given once and kept as a hash.

    Raises ValueError naming the field.
    """
    if not 1 <= days <= 30:
        raise ValueError("days: from 1 to 30")
    token = signing.new_token(128)
    now = clock.now()
    link = GuestLink.objects.create(
        journey=journey,
        token_hash=signing.token_hash(token),
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    wrote(actor=by, did="guest_link.made", on=link)
    return token


@transaction.atomic
def withdraw_link(*, by: Member, link: GuestLink) -> None:
    """Withdraw a link: whoever came by it is shown out at once."""
    if link.withdrawn_at is None:
        link.withdrawn_at = clock.now()
        link.save(update_fields=["withdrawn_at"])
        wrote(actor=by, did="guest_link.withdrawn", on=link)
        transaction.on_commit(lambda: tell(link.journey_id))


@transaction.atomic
def join(*, link: GuestLink, name: str) -> Guest:
    """A guest comes in by a link with a name. Raises ValueError naming the field."""
    name = checks.text(name, "name", 60)
    if not name:
        raise ValueError("name: how shall the others call you?")
    guest = Guest.objects.create(link=link, name=name, joined_at=clock.now())
    wrote(actor="guest", did="guest.joined", on=guest)
    return guest


KEEP_GUESTS = timedelta(days=30)


def forget_guests() -> str:
    """The nightly retention: guests and their names go a month after their link has ended; their cards stay."""
    now = clock.now()
    over = GuestLink.objects.filter(expires_at__lt=now - KEEP_GUESTS)
    over |= GuestLink.objects.filter(withdrawn_at__lt=now - KEEP_GUESTS)
    count = 0
    for link in over.order_by("pk")[:100]:
        with transaction.atomic():
            count += link.guests.count()
            link.delete()
    return f"{count} guests"
