"""Beside a ticket in another page: who may show us in a frame, and which ticket an address is the page of."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from neoncard.connectors import frame, queries

_PARENT = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(:\d{1,5})?/?", re.ASCII)
MOST = 10


def parents(text: str) -> list[str]:
    """The origins typed as those that may show us in a frame, as `frame-ancestors` takes them.

    Raises ValueError naming the one that is no plain https origin: a wildcard would let in every customer of a helpdesk.
    """
    found = []
    for typed in text.replace(",", " ").split():
        match = _PARENT.fullmatch(typed.lower())
        if match is None:
            raise ValueError(
                f"frame_parents: {typed[:80]} is no plain https address; for example https://app.chatwoot.com"
            )
        found.append(f"https://{match[1]}{match[2] or ''}")
    if len(found) > MOST:
        raise ValueError(f"frame_parents: at most {MOST} addresses")
    return list(dict.fromkeys(found))


def ticket_at(url: str) -> tuple[str, str] | None:
    """The source and the helpdesk's own id of the ticket whose page is at `url`; None when we can't tell. One query."""
    asked = urlsplit(url)
    for connector in queries.connectors():
        kind = frame.kinds().get(connector.kind)
        home = urlsplit(str(connector.settings.get("url", "")))
        if kind is None or not kind.ticket or not home.netloc or home.netloc != asked.netloc:
            continue
        if match := re.search(kind.ticket, url):
            return connector.source, match[1]
    return None
