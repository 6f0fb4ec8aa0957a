"""Waiting where another server says for how long (RFC 9110, 10.2.3: `Retry-After`), instead of giving up."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from neoncard.kit import clock
from neoncard.kit.outbound import Answer

MOST = 600.0
"""Seconds one request may wait in all; a longer wait is the caller's to plan."""


def told_to_wait(answer: Answer, now: datetime) -> float | None:
    """For how many seconds, a second at least, a 429 or 503 asks us to wait; None when it names no time."""
    if answer.status not in (429, 503):
        return None
    named = {name.lower(): value for name, value in answer.headers.items()}.get(
        "retry-after", ""
    ).strip()
    if named.isascii() and named.isdecimal():
        return max(1.0, float(named))
    try:
        at = parsedate_to_datetime(named)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(1.0, (at - now).total_seconds())


def patient(
    fetch: Callable[..., Answer],
    *,
    still: Callable[[], object],
    most: float = MOST,
    sleep: Callable[[float], object] = time.sleep,
) -> Callable[..., Answer]:
    """`fetch`, but it waits where it is told to, up to `most` seconds a request; then the refusal is the answer.

    `still` is called before each request and each second of waiting: what it raises ends the waiting.
    """

    def ask(method: str, url: str, **options: Any) -> Answer:
        left = most
        while True:
            still()
            answer = fetch(method, url, **options)
            wait = told_to_wait(answer, clock.now())
            if wait is None or wait > left:
                return answer
            left -= wait
            while wait > 0:
                sleep(min(wait, 1.0))
                wait -= 1.0
                still()

    return ask
