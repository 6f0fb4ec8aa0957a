"""Everything new in Zammad: tickets by when they were changed, each with all its articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, Page
from neoncard.kit.outbound import Answer

PER_PAGE = 50
PAGES = 200
"""Zammad's search ends at ten thousand tickets; a backfill of more goes on from the last one's time."""


def request(asking: Asking, method: str, path: str, **options: Any) -> Answer:
    """One request of its API, with our token."""
    base = str(asking.settings["url"]).rstrip("/")
    headers = {"Authorization": f"Token token={asking.settings.get('api_token', '')}"}
    address = f"{base}/api/v1/{path}"
    return asking.fetch(method, address, headers=headers, max_bytes=50_000_000, **options)


def _get(asking: Asking, path: str) -> Any:
    return frame.asked(request(asking, "GET", path), path.split("?")[0])


def test(asking: Asking) -> str:
    """Ask who we are, and whether tickets may be read."""
    me = _get(asking, "users/me")
    _get(asking, "tickets?per_page=1&page=1")
    return f"{me.get('login', '?')} reads tickets"


def pull(cursor: dict[str, Any], asking: Asking) -> Iterator[Page]:
    """Page by page, the longest unchanged first."""
    since = frame.since(cursor, asking, int(asking.settings.get("days", 30)))
    query = quote(f"updated_at:>={since:%Y-%m-%dT%H:%M:%SZ}")
    done = 0
    for number in range(1, PAGES + 1):
        path = f"tickets/search?query={query}&sort_by=updated_at&order_by=asc"
        tickets = _get(asking, f"{path}&limit={PER_PAGE}&page={number}&expand=true")
        bodies = []
        for ticket in tickets:
            articles = _get(asking, f"ticket_articles/by_ticket/{ticket['id']}?expand=true")
            bodies.append(
                json.dumps({"pulled": ticket, "articles": articles}, sort_keys=True).encode()
            )
        done += len(bodies)
        over = len(tickets) < PER_PAGE
        until = asking.now.isoformat() if over else tickets[-1]["updated_at"].replace("Z", "+00:00")
        yield Page(bodies, {"until": until} if over or number == PAGES else cursor, done)
        if over:
            return
