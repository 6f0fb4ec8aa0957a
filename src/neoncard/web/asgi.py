"""The one server's face: pages by WSGI, the live board and the inbox beside them as plain asyncio.

Pages by WSGI cost 2.7 ms of processor a GET here, under Django's own ASGI handler 6.0 (HOUSE, Processes). Pages and
board are loaded when they are first asked for, or by `warm`: after a kill the inbox must not wait for them.
"""

from __future__ import annotations

import django
from django.apps import apps

if not apps.ready:
    django.setup()

# isort: split
# Below, for Django is set up by then.
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from neoncard.connectors import inbox

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a webhook to the inbox, any other request to the pages, a websocket to the board's door."""
    if scope["type"] == "http" and scope["path"].startswith(inbox.PREFIX):
        await inbox.hook(scope, receive, send)
    elif scope["type"] == "http":
        from neoncard.web.wsgi import pages

        await pages(scope, receive, send)
    elif scope["type"] == "websocket":
        from neoncard.web.live import door

        await door.board(scope, receive, send)


def warm() -> None:
    """Load what is loaded late, so that nobody's first page waits for it."""
    from django.urls import get_resolver

    from neoncard.web import wsgi  # noqa: F401 loading it is the point
    from neoncard.web.live import door  # noqa: F401 as above

    get_resolver().url_patterns  # noqa: B018 reading them loads every page
