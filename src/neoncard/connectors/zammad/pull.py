"""Everything new in Zammad: tickets by when they were changed, each with all its articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, Page, TroubleError
from neoncard.kit.outbound import Answer

PER_PAGE = 50
SHARED = timedelta(seconds=1)
"""It compares with "after", and others may share the last one's second."""


def request(asking: Asking, method: str, path: str, **options: Any) -> Answer:
    """One request of its API, with our token."""
    base = str(asking.settings["url"]).rstrip("/")
    headers = {"Authorization": f"Token token={asking.settings.get('api_token', '')}"}
    address = f"{base}/api/v1/{path}"
    return asking.fetch(method, address, headers=headers, max_bytes=50_000_000, **options)


def _get(asking: Asking, path: str) -> Any:
    return frame.asked(request(asking, "GET", path), path.split("?")[0])


def test(asking: Asking) -> str:
    """Ask who we are, and run the very search a pull runs: one that finds nothing must not look like a quiet week."""
    me = _get(asking, "users/me")
    there = _get(asking, "tickets?per_page=1&page=1&expand=true")
    found = _changed(asking, datetime(1970, 1, 1, tzinfo=UTC), 1, most=1)
    if there and not found:
        raise TroubleError(
            "tickets/search: finds nothing though there are tickets: this Zammad does not search by condition"
        )
    return f"{me.get('login', '?')} reads tickets"


def pull(cursor: dict[str, Any], asking: Asking) -> Iterator[Page]:
    """Page by page, the longest unchanged first; broken off, it goes on from the time of the last one.

    Each page is asked for from that time on, not by its number: a ticket that changes meanwhile moves to the end, and
    would pull one behind it over the edge of a page.
    """
    since = frame.since(cursor, asking, int(asking.settings.get("days", 30)))
    if cursor.get("after"):
        since = datetime.fromisoformat(cursor["after"]) - SHARED
    start = since
    seen: set[tuple[Any, Any]] = set()
    number = 1
    while True:
        tickets = _changed(asking, since, number)
        fresh = [one for one in tickets if (one["id"], one["updated_at"]) not in seen]
        bodies = [body for ticket in fresh if (body := _whole(asking, ticket))]
        seen.update((one["id"], one["updated_at"]) for one in fresh)
        if len(tickets) < PER_PAGE:
            whole = frame.covered(start, asking.now, asking.now)
            yield Page(bodies, {"until": asking.now.isoformat()}, *whole)
            return
        last = datetime.fromisoformat(tickets[-1]["updated_at"])
        onward = last - SHARED > since
        far = frame.covered(start, last, asking.now)
        yield Page(bodies, {**cursor, "after": last.isoformat()}, *far, more=onward)
        since, number = (last - SHARED, 1) if onward else (since, number + 1)


def _changed(asking: Asking, since: datetime, number: int, most: int = PER_PAGE) -> list[Any]:
    """Tickets changed after then, the longest unchanged first.

    By a condition, which Zammad looks up in its database. A query in words goes to Elasticsearch, which lags behind, and
    without one finds nothing and says so to nobody.
    """
    about = "condition[ticket.updated_at]"
    query = {
        f"{about}[operator]": "after (absolute)",
        f"{about}[value]": f"{since:%Y-%m-%dT%H:%M:%SZ}",
        "sort_by": "updated_at",
        "order_by": "asc",
        "per_page": most,
        "page": number,
        "expand": "true",
    }
    found = _get(asking, f"tickets/search?{urlencode(query)}")
    return found if isinstance(found, list) else []


def _whole(asking: Asking, ticket: dict[str, Any]) -> bytes | None:
    """A ticket with its articles, as the raw body of a delivery; None when it was deleted this moment (404)."""
    path = f"ticket_articles/by_ticket/{ticket['id']}"
    answer = request(asking, "GET", f"{path}?expand=true")
    if answer.status == 404:
        return None
    articles = frame.asked(answer, path)
    return json.dumps({"pulled": ticket, "articles": articles}, sort_keys=True).encode()
