"""The websocket endpoint: who may come in, and reading what they send."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from neoncard.design.board import checks
from neoncard.design.board.actions import Asked
from neoncard.design.board.state import encode
from neoncard.web.live import who
from neoncard.web.live.hub import Hub
from neoncard.web.live.protocol import FRAME_MAX
from neoncard.web.live.room import Room, Seat
from neoncard.web.live.wire import Frame, Line, Send

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

PATH = re.compile(r"/live/journeys/(\d{1,18})")
OPS_MAX = 50
SEATS_MAX = 1000
"""Connections in one room."""

TABS_MAX = 30
"""Connections of one person in one room."""

HELLO = 15.0
"""Seconds somebody may take to say hello."""

hub: Hub | None = None


def the_hub() -> Hub:
    """This process's rooms; opened with the first connection."""
    global hub
    if hub is None:
        hub = Hub()
    return hub


async def board(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """One connection, from its handshake to its end."""
    if (await receive())["type"] != "websocket.connect":
        return
    match = PATH.fullmatch(scope["path"])
    await send({"type": "websocket.accept"})
    found = who.headers(scope["headers"])
    if match is None or not who.ours(found):
        await send({"type": "websocket.close", "code": who.NO_BOARD if match is None else who.NOT_YOURS})  # fmt: skip
        return
    rooms = the_hub()
    if not rooms.serves():
        await send({"type": "websocket.close", "code": who.ELSEWHERE})
        return
    admitted = await _ask(rooms, lambda: who.admit(found, int(match[1])))
    if isinstance(admitted, int):
        await send({"type": "websocket.close", "code": admitted})
        return
    room = rooms.room(int(match[1]))
    actors = [seat.actor for seat in room.seats]
    if len(actors) >= SEATS_MAX or actors.count(admitted.who.actor) >= TABS_MAX:
        await send({"type": "websocket.close", "code": 1013})
        return
    seat = Seat(Line(send), admitted)
    try:
        await _listen(room, seat, receive)
    finally:
        room.leave(seat)


async def _ask(rooms: Hub, job: Callable[[], Any]) -> Any:
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def done(found: Any, error: BaseException | None) -> None:
        if answer.cancelled():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found)

    rooms.submit(job, done)
    return await answer


async def _listen(room: Room, seat: Seat, receive: Receive) -> None:
    late = asyncio.get_running_loop().call_later(HELLO, _late, seat)
    seat.line.listen(lambda text: _read(room, seat, text))
    try:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            _read(room, seat, message.get("text"))
    finally:
        late.cancel()


def _read(room: Room, seat: Seat, text: str | None) -> None:
    if seat.line.closed:
        return
    if text is None or len(text) > FRAME_MAX:
        seat.line.close(1009 if text is not None else 1003)
        return
    try:
        frame = orjson.loads(text)
    except (ValueError, RecursionError):
        frame = None
    if not isinstance(frame, dict) or not heard(room, seat, frame):
        _refuse(seat, "", checks.Refused("invalid", "This could not be read."))


def _late(seat: Seat) -> None:
    if not seat.seated:
        seat.line.close(1002)


def heard(room: Room, seat: Seat, frame: dict[str, Any]) -> bool:
    """Act on one frame from a client; whether it was one we know."""
    kind = frame.get("t")
    if kind == "hello":
        since = frame.get("since")
        if isinstance(since, bool) or not isinstance(since, int):
            return False
        room.enter(seat, since)
        return True
    if kind == "ping":
        seat.line.send(Frame(encode({"t": "pong", "now": room.now()})))
        return True
    if not seat.seated:
        return False
    if kind == "ops":
        return _ops(room, seat, frame.get("ops"))
    if kind == "at":
        card = frame.get("card")
        if card is not None and not (isinstance(card, str) and checks.ID.fullmatch(card)):
            return False
        room.at(seat, card)
        return True
    return False


def _ops(room: Room, seat: Seat, given: object) -> bool:
    if not isinstance(given, list) or len(given) > OPS_MAX:
        return False
    asked = []
    for one in given:
        try:
            fields = checks.an_object(one, "ops")
            key = checks.identity(fields.get("id"), "id")
        except checks.Refused as why:
            _refuse(seat, "", why)
            continue
        try:
            asked.append(Asked(key, checks.an_object(fields.get("op"), "op"), seat.admitted.who))
        except checks.Refused as why:
            _refuse(seat, key, why)
    if asked:
        room.take(seat, asked)
    return True


def _refuse(seat: Seat, key: str, why: checks.Refused) -> None:
    seat.line.send(Frame(encode({"t": "no", "id": key, "why": why.why, "say": why.say()})))
