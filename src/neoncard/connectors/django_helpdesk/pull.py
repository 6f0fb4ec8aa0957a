"""Everything new in django-helpdesk: its open tickets and its newest at every pull, all of them once a day.

Its API can't be asked for what changed since a time. A ticket that says the same as before is known by its bytes and
costs nothing here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, Page

PER_PAGE: Final = 100
NEWEST: Final = 3
"""Pages of the newest tickets that are looked at every time: somebody may say thank you in one that is closed."""
_OPEN: Final = "1,2"


def ask(asking: Asking, path: str, post: Any = None) -> Any:
    """One request of its API; the JSON of the answer. Raises TroubleError."""
    user, password = asking.settings.get("user", ""), asking.settings.get("password", "")
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    base = str(asking.settings["url"]).rstrip("/")
    more: dict[str, Any] = {"max_bytes": 50_000_000}
    if post is not None:
        more["json"] = post
    answer = asking.fetch(
        "GET" if post is None else "POST",
        f"{base}/api/{path}",
        headers={"Authorization": f"Basic {basic}"},
        **more,
    )
    return frame.asked(answer, path.split("?")[0])


def test(asking: Asking) -> str:
    """Ask for one page of tickets."""
    return f"{ask(asking, 'tickets/?page_size=1').get('count', '?')} tickets"


def pull(cursor: dict[str, Any], asking: Asking) -> Iterator[Page]:
    """Page by page; what nobody has touched for longer than the days back is left out."""
    today = f"{asking.now:%Y-%m-%d}"
    oldest = asking.now - timedelta(days=int(asking.settings.get("days", 30)))
    first = ask(asking, f"tickets/?page_size={PER_PAGE}&page=1")
    pages = max(1, -(-int(first.get("count", 0)) // PER_PAGE))
    whole = cursor.get("whole") != today
    after = {"until": asking.now.isoformat(), "whole": today}
    numbers = range(1 if whole else max(1, pages - NEWEST + 1), pages + 1)
    done = 0
    for number in numbers:
        path = f"tickets/?page_size={PER_PAGE}&page={number}"
        rows = (first if number == 1 else ask(asking, path)).get("results", [])
        done += len(rows)
        yield Page(_bodies(rows, oldest), cursor, done, len(numbers) * PER_PAGE)
    if not whole:
        yield from _still_open(cursor, oldest, asking)
    yield Page([], after, done, done)


def _still_open(cursor: dict[str, Any], oldest: datetime, asking: Asking) -> Iterator[Page]:
    number, done = 1, 0
    while True:
        found = ask(asking, f"tickets/?status={_OPEN}&page_size={PER_PAGE}&page={number}")
        rows = found.get("results", [])
        done += len(rows)
        yield Page(_bodies(rows, oldest), cursor, done, found.get("count"))
        if not found.get("next"):
            return
        number += 1


def _bodies(rows: list[dict[str, Any]], oldest: datetime) -> list[bytes]:
    fresh = [one for one in rows if _last(one) >= oldest]
    return [json.dumps({"ticket": one}, sort_keys=True).encode() for one in fresh]


def _last(ticket: dict[str, Any]) -> datetime:
    """When something was last said in a ticket."""
    said = [one["date"] for one in ticket.get("followup_set", []) if one.get("date")]
    epoch = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return max((datetime.fromisoformat(at) for at in said), default=epoch)
