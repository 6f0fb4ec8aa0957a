"""The one server's face: pages by WSGI, the live board and the inbox beside them as plain asyncio.

Pages by WSGI cost 2.7 ms of processor a GET here, under Django's own ASGI handler 6.0 (HOUSE, Processes).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from a2wsgi import WSGIMiddleware

from neoncard.web.wsgi import application as wsgi

# isort: split
# Below, for Django is set up by then.
from neoncard.connectors import inbox
from neoncard.web.live import door

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

THREADS = 8

_pages: Any = WSGIMiddleware(wsgi, workers=THREADS)  # type: ignore[arg-type]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a webhook to the inbox, any other request to the pages, a websocket to the board's door."""
    if scope["type"] == "http" and scope["path"].startswith(inbox.PREFIX):
        await inbox.hook(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)
    elif scope["type"] == "websocket":
        await door.board(scope, receive, send)
