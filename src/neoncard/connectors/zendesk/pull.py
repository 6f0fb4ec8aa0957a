"""Everything new in Zendesk: the incremental export of tickets, each with its comments."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, Page
from neoncard.kit.outbound import Answer

PER_PAGE: Final = 100
"""Each ticket of a page costs a request of its own, and an ordinary plan has two hundred a minute."""
_EXPORT: Final = f"incremental/tickets/cursor.json?include=users&per_page={PER_PAGE}"


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
    """Page by page from the cursor's time; the export lags a minute behind, which the overlap covers.

    While it goes on, the cursor is the export's own: broken off, as by a 429, it goes on right there.
    """
    began = str(cursor.get("began") or asking.now.isoformat())
    path = f"{_EXPORT}&cursor={quote(str(cursor['after']))}" if cursor.get("after") else ""
    since = frame.since(cursor, asking, int(asking.settings.get("days", 30)))
    since = last = _changed(cursor.get("at")) or since
    if not path:
        path = f"{_EXPORT}&start_time={int(since.timestamp())}"
    while True:
        found = _get(asking, path)
        users = {one["id"]: one for one in found.get("users", [])}
        tickets = found.get("tickets", [])
        bodies = [_whole(asking, ticket, users) for ticket in tickets]
        last = max([last, *(at for one in tickets if (at := _changed(one.get("updated_at"))))])
        done, total = frame.covered(since, last, asking.now)
        after = found.get("after_cursor")
        if found.get("end_of_stream") or not after:
            yield Page(bodies, {"until": began}, total, total)
            return
        here = {**cursor, "began": began, "after": after, "at": last.isoformat()}
        yield Page(bodies, here, done, total, more=True)
        path = f"{_EXPORT}&cursor={quote(after)}"


def _changed(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _whole(asking: Asking, ticket: dict[str, Any], users: dict[int, Any]) -> bytes:
    """A ticket with what was said in it, as the raw body of a delivery. One that is gone says only that."""
    said = None if ticket.get("status") == "deleted" else _comments(asking, ticket["id"])
    if said is None:
        gone = {name: ticket.get(name) for name in ("id", "created_at", "updated_at")}
        return json.dumps({"pulled": {**gone, "status": "deleted"}}, sort_keys=True).encode()
    comments, wrote = said
    people: dict[Any, Any] = users | wrote
    named: set[Any] = {ticket.get("requester_id"), ticket.get("assignee_id"), *wrote}
    kept = [people[one] for one in sorted(named & people.keys())]
    body = {"pulled": ticket, "comments": comments, "users": kept}
    return json.dumps(body, sort_keys=True).encode()


def _comments(asking: Asking, ticket_id: int) -> tuple[list[Any], dict[int, Any]] | None:
    """What was said in a ticket, and by whom; None when it is gone (404): the export tells of deleted ones too."""
    said: list[Any] = []
    people: dict[int, Any] = {}
    first = f"tickets/{ticket_id}/comments.json"
    path = f"{first}?include=users&page[size]={PER_PAGE}"
    while True:
        answer = request(asking, "GET", path)
        if answer.status == 404:
            return None
        found = frame.asked(answer, first)
        said += found.get("comments", [])
        people |= {one["id"]: one for one in found.get("users", [])}
        meta = found.get("meta", {})
        if not meta.get("has_more"):
            return said, people
        path = f"{first}?include=users&page[size]={PER_PAGE}&page[after]={meta['after_cursor']}"
