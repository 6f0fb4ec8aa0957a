"""Everything new in Request Tracker: the tickets its transactions after the cursor are about, each with its whole history."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, Page, TroubleError

PER_PAGE: Final = 100
BEHIND: Final = 200
"""So many transactions before the cursor are looked at again: one may be committed late, with a lower number."""
_SAID: Final = "(Type='Create' OR Type='Correspond' OR Type='Comment')"
_WHO: Final = "Name,RealName,EmailAddress"


def ask(asking: Asking, path: str, query: dict[str, Any] | None = None, post: Any = None) -> Any:
    """One request of its REST 2 interface; the JSON of the answer. Raises TroubleError."""
    user, secret = str(asking.settings.get("user") or ""), str(asking.settings.get("api_token", ""))
    basic = base64.b64encode(f"{user}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}" if user else f"token {secret}"}
    base = str(asking.settings["url"]).rstrip("/")
    address = f"{base}/REST/2.0/{path}{'?' if query else ''}{urlencode(query or {})}"
    more: dict[str, Any] = {"max_bytes": 20_000_000}
    if post is not None:
        more["json"] = post
    answer = asking.fetch("GET" if post is None else "POST", address, headers=headers, **more)
    return frame.asked(answer, path)


def test(asking: Asking) -> str:
    """Ask for its version, and whether tickets may be read."""
    version = ask(asking, "rt").get("Version", "?")
    found = ask(asking, "tickets", {"query": "id>0", "per_page": 1})
    return f"Request Tracker {version}, {found.get('total', '?')} tickets"


def pull(cursor: dict[str, Any], asking: Asking) -> Iterator[Page]:
    """The transactions after the cursor, a hundred at a time, and every ticket they are about."""
    last = int(cursor.get("id", 0))
    first = last if cursor.get("midway") else max(0, last - BEHIND)
    fresh = frame.since(cursor, asking, int(asking.settings.get("days", 30)))
    back = timedelta(days=1)  # it reads a day in the zone of the user who asks
    total, done = None, 0
    seen: set[str] = set()
    staff: dict[str, bool] = {}
    while True:
        wish = f"ObjectType='RT::Ticket' AND id>{first} AND Created>'{fresh - back:%Y-%m-%d}'"
        query = {"query": wish, "fields": "ObjectId,Created", "orderby": "id", "order": "ASC"}
        found = ask(asking, "transactions", {**query, "per_page": PER_PAGE})
        items = found.get("items", [])
        total = total or found.get("total")
        touched = [
            str(one["ObjectId"])
            for one in items
            if int(one["id"]) > last or datetime.fromisoformat(one["Created"]) >= fresh
        ]
        tickets = [one for one in dict.fromkeys(touched) if one not in seen]
        seen.update(tickets)
        bodies = [body for ticket in tickets if (body := _whole(asking, ticket, staff))]
        done += len(items)
        first = max([first, *(int(one["id"]) for one in items)])
        after = {"id": max(first, last), "until": asking.now.isoformat()}
        over = len(items) < PER_PAGE
        here = after if over else {**cursor, "id": max(first, last), "midway": True}
        yield Page(bodies, here, done, total, more=not over and first > last)
        if over:
            return


def _works_here(asking: Asking, user: str, staff: dict[str, bool]) -> bool:
    """Whether a user is one of the staff. Where that may not be asked: whoever is called by an address is not."""
    if user not in staff:
        try:
            found = ask(asking, f"user/{quote(user, safe='@')}")
            staff[user] = bool(int(found["Privileged"] or 0))
        except (TroubleError, KeyError, ValueError, TypeError):
            staff[user] = "@" not in user
    return staff[user]


def _whole(asking: Asking, ticket: str, staff: dict[str, bool]) -> bytes | None:
    """A ticket with what was said in it; None when this user may not see it, or it was merged away."""
    head = {
        "query": f"id={ticket}",
        "fields": "Subject,Status,Owner,Requestor,Queue,Created,LastUpdated",
        "fields[Owner]": _WHO,
        "fields[Requestor]": f"{_WHO},Lang",
        "fields[Queue]": "Name",
    }
    rows = ask(asking, "tickets", head).get("items", [])
    if not rows:
        return None
    said = {
        "query": f"ObjectType='RT::Ticket' AND ObjectId={ticket} AND {_SAID}",
        "fields": "Type,Creator,Created",
        "fields[Creator]": _WHO,
        "orderby": "id",
        "order": "ASC",
    }
    transactions = list(_all(asking, "transactions", said))
    wanted = {str(one["id"]): one for one in transactions}
    for one in transactions:
        one["staff"] = _works_here(asking, str(one["Creator"]["id"]), staff)
    listed = {"fields": "ContentType,Filename,TransactionId,Headers"}
    for part in _all(asking, f"ticket/{ticket}/attachments", listed):
        if (said_in := wanted.get(str(part.get("TransactionId")))) is None:
            continue
        said_in.setdefault("Headers", str(part.get("Headers", ""))[:4000])
        if part.get("Filename"):
            said_in.setdefault("Files", []).append(part["Filename"])
        elif part.get("ContentType") in ("text/plain", "text/html") and "Text" not in said_in:
            said_in["Text"] = _words(asking, part["id"])
            said_in["ContentType"] = part["ContentType"]
    return json.dumps({"ticket": rows[0], "said": transactions}, sort_keys=True).encode()


def _all(asking: Asking, path: str, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number in range(1, 200):
        found = ask(asking, path, {**query, "per_page": PER_PAGE, "page": number})
        yield from found.get("items", [])
        if number >= int(found.get("pages") or 1):
            return


def _words(asking: Asking, part: Any) -> str:
    content = ask(asking, f"attachment/{part}").get("Content", "")
    return base64.b64decode(content).decode("utf-8", "replace")[:500_000]
