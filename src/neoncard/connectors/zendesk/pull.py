"""Everything new in Zendesk: the incremental export of tickets, each with its comments."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, Page
from neoncard.kit.outbound import Answer


def request(asking: Asking, method: str, path: str, **options: Any) -> Answer:
    """One request of its API, with the agent's token."""
    base = str(asking.settings["url"]).rstrip("/")
    who = f"{asking.settings.get('email', '')}/token:{asking.settings.get('api_token', '')}"
    headers = {"Authorization": f"Basic {base64.b64encode(who.encode()).decode()}"}
    address = f"{base}/api/v2/{path}"
    return asking.fetch(method, address, headers=headers, max_bytes=50_000_000, **options)


def _get(asking: Asking, path: str) -> Any:
    return frame.asked(request(asking, "GET", path), path.split("?")[0])


def test(asking: Asking) -> str:
    """Ask who we are, and how many tickets there are."""
    me = _get(asking, "users/me.json").get("user", {})
    if me.get("role") not in ("agent", "admin"):
        raise frame.TroubleError("users/me: the token's owner is no agent, so it reads no tickets")
    many = _get(asking, "tickets/count.json").get("count", {}).get("value", "?")
    return f"{many} tickets"


def pull(cursor: dict[str, Any], asking: Asking) -> Iterator[Page]:
    """Page by page from the cursor's time; the export lags a minute behind, which the overlap covers."""
    since = frame.since(cursor, asking, int(asking.settings.get("days", 30)))
    path = f"incremental/tickets/cursor.json?start_time={int(since.timestamp())}&include=users"
    after = {"until": asking.now.isoformat()}
    total, done = None, 0
    if not cursor:
        total = _get(asking, "tickets/count.json").get("count", {}).get("value")
    while True:
        found = _get(asking, path)
        users = {one["id"]: one for one in found.get("users", [])}
        bodies = []
        for ticket in found.get("tickets", []):
            said, wrote = _comments(asking, ticket["id"])
            people = users | wrote
            named = {ticket.get("requester_id"), ticket.get("assignee_id"), *wrote}
            kept = [people[one] for one in sorted(named & people.keys())]
            body = {"pulled": ticket, "comments": said, "users": kept}
            bodies.append(json.dumps(body, sort_keys=True).encode())
        done += len(bodies)
        over = bool(found.get("end_of_stream")) or not found.get("after_cursor")
        yield Page(bodies, after if over else cursor, done, total)
        if over:
            return
        path = f"incremental/tickets/cursor.json?cursor={found['after_cursor']}&include=users"


def _comments(asking: Asking, ticket_id: int) -> tuple[list[Any], dict[int, Any]]:
    said: list[Any] = []
    people: dict[int, Any] = {}
    path = f"tickets/{ticket_id}/comments.json?include=users&page[size]=100"
    while True:
        found = _get(asking, path)
        said += found.get("comments", [])
        people |= {one["id"]: one for one in found.get("users", [])}
        meta = found.get("meta", {})
        if not meta.get("has_more"):
            return said, people
        path = f"tickets/{ticket_id}/comments.json?include=users&page[size]=100&page[after]={meta['after_cursor']}"
