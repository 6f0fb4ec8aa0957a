"""Everything new in Chatwoot: conversations by their last activity, each with all its messages, and survey answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, Page
from neoncard.kit.outbound import Answer

PAGES = 2_000
PER_PAGE = 25
"""Conversations of a page, as Chatwoot has it."""


def request(asking: Asking, method: str, path: str, **options: Any) -> Answer:
    """One request of its account API, with our token."""
    base = str(asking.settings["url"]).rstrip("/")
    address = f"{base}/api/v1/accounts/{asking.settings['account']}/{path}"
    headers = {"api_access_token": str(asking.settings.get("api_token", ""))}
    return asking.fetch(method, address, headers=headers, max_bytes=20_000_000, **options)


def _get(asking: Asking, path: str) -> Any:
    return frame.asked(request(asking, "GET", path), path.split("?")[0])


def test(asking: Asking) -> str:
    """Ask for one page of conversations."""
    found = _get(asking, "conversations?status=all&page=1")
    many = found.get("data", {}).get("meta", {}).get("all_count", "?")
    return f"{many} conversations"


def pull(cursor: dict[str, Any], asking: Asking) -> Iterator[Page]:
    """Page by page, the latest activity first, until what lies before the cursor.

    Broken off, it goes on a page before: what was active meanwhile moved others down, never up, and comes first the next time.
    """
    since = frame.since(cursor, asking, int(asking.settings.get("days", 30)))
    began = str(cursor.get("began") or asking.now.isoformat())
    first = max(1, int(cursor.get("page", 1)) - 1)
    start = datetime.fromisoformat(cursor["at"]) if cursor.get("at") else asking.now
    here, last = cursor, start
    for number in range(first, PAGES):
        path = f"conversations?status=all&sort_by=last_activity_at_desc&page={number}"
        data = _get(asking, path).get("data", {})
        talks = data.get("payload", [])
        fresh = [one for one in talks if _touched(one) >= since]
        bodies = [
            json.dumps(
                {"pulled": one, "messages": _messages(asking, one["id"])}, sort_keys=True
            ).encode()
            for one in fresh
        ]
        last = min([last, *map(_touched, fresh)])
        over = not talks or len(fresh) < len(talks)
        here = {**cursor, "began": began, "page": number if over else number + 1}
        here["at"] = last.isoformat()
        onward = not over and number >= int(cursor.get("page", 1))
        yield Page(bodies, here, *frame.covered(start, last, since), more=onward)
        if over:
            break
    whole = frame.covered(start, since, since)
    yield from (Page(some, here, *whole) for some in _surveys(since, asking))
    yield Page([], {"until": began}, *whole)


def _messages(asking: Asking, talk_id: int) -> list[Any]:
    """All messages of a conversation; the API gives twenty at a time, the latest first."""
    found: dict[int, Any] = {}
    before = ""
    while True:
        page = _get(asking, f"conversations/{talk_id}/messages{before}").get("payload", [])
        fresh = [one for one in page if one["id"] not in found]
        found |= {one["id"]: one for one in fresh}
        if len(page) < 20 or not fresh:
            return [found[key] for key in sorted(found)]
        before = f"?before={min(found)}"


def _surveys(since: datetime, asking: Asking) -> Iterator[list[bytes]]:
    for number in range(1, PAGES):
        path = f"csat_survey_responses?since={int(since.timestamp())}&page={number}"
        answers = _get(asking, path)
        if not answers:
            return
        by_talk: dict[int, list[Any]] = {}
        for one in answers:
            by_talk.setdefault(one["conversation_id"], []).append(one)
        yield [
            json.dumps({"survey": talk, "surveys": some}, sort_keys=True).encode()
            for talk, some in by_talk.items()
        ]
        if len(answers) < PER_PAGE:
            return


def _touched(one: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(float(one.get("last_activity_at") or 0), UTC)
