"""The inbox's door: a webhook is checked, kept on disk, and only then answered with 2xx.

Plain asyncio beside the pages. All its database work happens in one thread of its own, which writes whatever waits in
one transaction (group commit): many requests wait for one flush of the disk (SQLite `synchronous=FULL`), and what was
acknowledged survives a kill or a power cut. What a delivery means is the worker's business.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.utils import translation

from neoncard.connectors import actions, frame, pulling, queries, signatures
from neoncard.connectors.signatures import Verifier
from neoncard.connectors.tables import Connector, Delivery

log = structlog.get_logger("neoncard.inbox")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PREFIX: Final = "/hooks/"
BODY_MAX: Final = 1_000_000
"""Bytes of a body, and of what it expands to."""
BATCH: Final = 400
WAITING_MAX: Final = 4_000
"""Deliveries that may wait for the disk; beyond it we say 503 and the sender comes again."""
LOCKED_MAX: Final = 20.0
"""Seconds we wait for SQLite's lock before the senders are asked to come again."""
REST_MAX: Final = 0.03
"""On SQLite the writer rests as long as it wrote, at most so many seconds: else the worker never gets its turn."""
FRESH: Final = 3.0
"""Seconds for which connectors are remembered: so long after a change the old settings may still hold."""
NOTED: Final = 10.0
"""A refusal is written to its connector's page once in so many seconds, however many there are."""


@dataclass(slots=True)
class Door:
    """One connector as the door needs it."""

    pk: int
    name: str
    paused: bool
    verifier: Verifier | None  # None: whoever knows the address is believed
    secrets: tuple[str, ...]
    hints: bool = False
    noted: float = 0.0
    troubled: bool = False


@dataclass(slots=True)
class _Wish:
    """Something the writer is asked to do; `done` is told how it went."""

    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[bool]
    delivery: Delivery | None = None
    trouble: tuple[int, str] | None = None
    pull: int | None = None


@dataclass
class Writer:
    """The one thread that reads and writes for the door. It starts with the first wish and ends with the process."""

    doors: dict[str, Door] = field(default_factory=dict)
    loaded: float = float("-inf")
    _wishes: SimpleQueue[_Wish] = field(default_factory=SimpleQueue)
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def waiting(self) -> int:
        """How many wishes wait."""
        return self._wishes.qsize()

    def wish(self, **what: Any) -> asyncio.Future[bool]:
        """Ask for something; the future says whether it was done. With nothing asked, connectors are read anew."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()
        self._wishes.put(_Wish(loop, done, **what))
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
                    self._thread.start()
        return done

    def _run(self) -> None:
        while True:
            wishes = [self._wishes.get()]
            try:
                while len(wishes) < BATCH:
                    wishes.append(self._wishes.get_nowait())
            except Empty:
                pass
            began = time.monotonic()
            for some in _kept_first(
                wishes
            ):  # what is on disk is said to be, whatever becomes of the rest
                self._tell(some, self._went(some))
            if connection.vendor == "sqlite":
                time.sleep(min(time.monotonic() - began, REST_MAX))

    def _went(self, wishes: list[_Wish]) -> bool:
        try:
            self._do(wishes)
        except DatabaseError as error:
            log.warning("the inbox can't write", reason=type(error).__name__)
            connection.close()
        except Exception:
            log.exception("the inbox failed")
        else:
            return True
        return False

    def _do(self, wishes: list[_Wish]) -> None:
        rows = [wish.delivery for wish in wishes if wish.delivery is not None]
        if rows:
            connection.close_if_unusable_or_obsolete()
            try:
                _keep_soon(rows)
            except IntegrityError:  # a connector was removed this moment
                _keep_what_can_be(rows)
        self._troubles(wishes)
        for pk in {wish.pull for wish in wishes if wish.pull is not None}:
            pulling.ask(Connector(pk=pk), beside=True)
        if any((wish.delivery, wish.trouble, wish.pull) == (None, None, None) for wish in wishes):
            self._load()

    def _troubles(self, wishes: list[_Wish]) -> None:
        """Write down what was refused, and take it back with the next delivery that was kept."""
        doors = {door.pk: door for door in self.doors.values()}
        said = dict(wish.trouble for wish in wishes if wish.trouble)
        well = {wish.delivery.connector_id for wish in wishes if wish.delivery is not None}
        said |= {pk: "" for pk in well if pk in doors and doors[pk].troubled}
        for pk, why in said.items():
            actions.door_troubled(connector_id=pk, why=why)
            if pk in doors:
                doors[pk].troubled = bool(why)

    def _load(self) -> None:
        kinds = frame.kinds()
        before = {door.pk: door.noted for door in self.doors.values()}
        doors = {}
        for row in queries.connectors():
            kind = kinds.get(row.kind)
            if kind is None or not (kind.hooks or kind.hints):
                continue
            chosen = signatures.SENDERS.get(row.settings.get("sender", ""), signatures.STANDARD)
            verifier: Verifier | None = kind.verifier or chosen
            if kind.own_verifier and row.settings.get("sender") == signatures.PATH:
                verifier = None
            try:
                secrets = tuple(queries.secrets_of(row)["signing"])
            except ValueError:  # sealed with another key: nothing can be believed
                secrets = ()
            noted = before.get(row.pk, float("-inf"))
            doors[row.token_hash] = Door(
                *(row.pk, row.name, row.paused, verifier, secrets, kind.hints, noted),
                troubled=bool(row.door_trouble),
            )
        self.doors, self.loaded = doors, time.monotonic()

    def _tell(self, wishes: list[_Wish], went: bool) -> None:
        loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[bool]]] = {}
        for wish in wishes:
            loops.setdefault(wish.loop, []).append(wish.done)
        for loop, futures in loops.items():
            try:
                loop.call_soon_threadsafe(_settle, futures, went)
            except RuntimeError:  # the server is over
                log.debug("nobody waits for the answer any more")


def _kept_first(wishes: list[_Wish]) -> list[list[_Wish]]:
    """The wishes in one or two heaps: those for the disk, then the others."""
    heaps = [[one for one in wishes if (one.delivery is None) == other] for other in (False, True)]
    return [heap for heap in heaps if heap]


def _keep_soon(rows: list[Delivery]) -> None:
    """Write them; on SQLite, ask for the lock every two milliseconds while the worker has it.

    SQLite's own waiting sleeps up to 100 ms at a time, which people at the other end would feel. What else this
    connection does waits as ever.
    """
    if connection.vendor != "sqlite":
        actions.keep(rows)
        return
    connection.ensure_connection()
    with connection.cursor() as cursor:
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
    try:
        _keep_in_time(rows)
    finally:
        if connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")


def _keep_in_time(rows: list[Delivery]) -> None:
    until = time.monotonic() + LOCKED_MAX
    while True:
        try:
            actions.keep(rows)
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.002)
        else:
            return


def _keep_what_can_be(rows: list[Delivery]) -> None:
    for row in rows:
        try:
            actions.keep([row])
        except IntegrityError:
            log.info("a delivery for a connector that is gone", connector=row.connector_id)


def _settle(futures: list[asyncio.Future[bool]], went: bool) -> None:
    for future in futures:
        if not future.done():
            future.set_result(went)


writer = Writer()


class Answered(Exception):  # noqa: N818 an answer, not a mistake
    """What to answer instead of 200."""

    def __init__(self, status: int, why: str, note: str = "") -> None:
        self.status = status
        self.why = why
        self.note = note or why
        super().__init__(why)


async def hook(scope: Scope, receive: Receive, send: Send) -> None:
    """One http request under /hooks/: `POST /hooks/<token>`."""
    door: Door | None = None
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }
    try:
        if scope["method"] != "POST":
            raise Answered(405, "POST a delivery here")
        door = await _door(scope["path"].removeprefix(PREFIX))
        body = await _body(headers, receive)
        if door.hints:
            await _hinted(door, send)
            return
        _believe(door, headers, body, scope)
        plain = _expanded(body, headers.get("content-encoding", "identity").strip().lower())
        await _keep(door, headers, plain)
    except Answered as answer:
        if door is not None and answer.status in (400, 401, 413, 415):
            _note(door, answer.note)
        await _answer(send, answer.status, {"kept": False, "why": answer.why})
    else:
        await _answer(send, 200, {"kept": True})


async def _hinted(door: Door, send: Send) -> None:
    """Ask its API, and say 200 whatever becomes of it: some helpdesks fail their own page when we refuse.

    What a hint would have told comes with the pull in five minutes anyway.
    """
    if not door.paused:
        await writer.wish(pull=door.pk)
    await _answer(send, 200, {"kept": False, "why": "its API is asked"})


async def _door(token: str) -> Door:
    hashed = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
    age = time.monotonic() - writer.loaded
    stale = age > FRESH or (hashed not in writer.doors and age > 0.5)
    fresh = not stale or await writer.wish()
    door = writer.doors.get(hashed)
    if not fresh and not (door and door.hints):
        raise Answered(503, "the database is away; come again")
    if door is None:
        raise Answered(404, "no connector has this address")
    if door.paused and not door.hints:
        raise Answered(503, "this connector is paused")
    return door


async def _body(headers: dict[str, str], receive: Receive) -> bytes:
    too_long = Answered(413, f"at most {BODY_MAX} bytes are taken")
    told = headers.get("content-length", "")
    if told.isdecimal() and int(told) > BODY_MAX:
        raise too_long
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Answered(400, "the body broke off")
        body += message.get("body", b"")
        if len(body) > BODY_MAX:
            raise too_long
        if not message.get("more_body"):
            return bytes(body)


def _believe(door: Door, headers: dict[str, str], body: bytes, scope: Scope) -> None:
    if door.verifier is None:
        return
    query = scope.get("query_string", b"").decode("latin-1")
    uri = f"{settings.NEONCARD_URL}{scope['path']}{'?' if query else ''}{query}"
    try:
        door.verifier.check(
            headers=headers, body=body, secrets=door.secrets, now=time.time(), uri=uri
        )
    except (signatures.Refused, ValueError) as refused:
        raise Answered(401, str(refused)) from None


def _expanded(body: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "deflate"):
        raise Answered(415, "send it plain, or as gzip")
    machine = zlib.decompressobj(wbits=47 if encoding == "gzip" else 15)
    try:
        out = machine.decompress(body, BODY_MAX + 1)
    except zlib.error:
        raise Answered(400, "the body can't be expanded") from None
    if len(out) > BODY_MAX:
        raise Answered(413, f"it expands beyond {BODY_MAX} bytes")
    if not machine.eof:
        raise Answered(400, "the body can't be expanded")
    return out


async def _keep(door: Door, headers: dict[str, str], body: bytes) -> None:
    if writer.waiting() > WAITING_MAX:
        raise Answered(503, "too much at once; come again")
    named = door.verifier.delivery if door.verifier else ""
    own = headers.get(named, "") if named else ""
    if own:
        own = hashlib.sha256(own.encode("latin-1")).hexdigest() if len(own) > 150 else own
    key = f"id:{own}" if own else f"body:{hashlib.sha256(body).hexdigest()}"
    row = actions.raw(door.pk, key, Delivery.Via.WEBHOOK, body)
    if not await writer.wish(delivery=row):
        raise Answered(503, "it could not be kept; come again")


def _note(door: Door, why: str) -> None:
    """Put a refusal on the connector's page, seldom: a stranger must not make us write."""
    now = time.monotonic()
    if now - door.noted > NOTED:
        door.noted = now
        writer.wish(trouble=(door.pk, translation.gettext(why)))


async def _answer(send: Send, status: int, what: dict[str, Any]) -> None:
    body = json.dumps(what).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if status == 503:
        headers.append((b"retry-after", b"10"))
    if status == 405:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
