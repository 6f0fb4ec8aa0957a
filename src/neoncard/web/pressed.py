"""What an open form asks for while much arrives: a small sum by the sender's device, or a minute's patience.

The sum is ALTCHA's (https://altcha.org, its protocol 2): made and checked here, no outside service, nothing stored of
the sender. Without script, or on a page without https where browsers don't do sums, waiting a minute does as well.
Either counts once, for the form it was asked on, and only while it is fresh. docs/decisions/pressed.md says why.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import altcha
from django.core import signing as stamped
from django.http import HttpRequest

from neoncard.kit import clock, limits, signing

ALGORITHM, COST, PREFIX = "PBKDF2/SHA-256", 2_000, "00"
"""About 256 tries of some milliseconds: a second on a desk, three on an old phone."""
LASTS = timedelta(minutes=20)
WAIT = timedelta(minutes=1)
WAITED_LASTS = timedelta(days=1)

FORM, NETWORK, ALL = (60, 3600), (30, 600), (1200, 3600)
"""The most a form, a network, and everybody together may send, in so many seconds."""
PRESSED = 4
"""From a quarter of that on, a form asks."""

_stamp = stamped.TimestampSigner(salt="pressed")


class Gate(StrEnum):
    """What becomes of something that was sent."""

    OPEN = "open"
    ASKS = "asks"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Asked:
    """What goes out with a form that asks: the sum as JSON, and when it was asked, signed."""

    sum: str
    since: str


def gate(request: HttpRequest, key: str) -> Gate:
    """Whether this may be sent; what is let through counts. `key`: which form, as a link's hash or a slug.

    ASKS: answer with the form, all that was typed, and `ask`. FULL: even with a proof, too much for now.
    Nine queries at most; one that asks writes nothing.
    """
    counts = _counts(request, key)
    if _pressed(counts) and not _proven(request, key):
        return Gate.ASKS
    return Gate.OPEN if all(limits.allow(*one) for one in counts) else Gate.FULL


def ask(key: str) -> Asked:
    """A fresh sum, and a fresh minute, for this form."""
    until = clock.now() + LASTS
    challenge = altcha.create_challenge(
        ALGORITHM,
        COST,
        key_prefix=PREFIX,
        expires_at=until,
        data={"for": key},
        hmac_secret=_secret(),
    )
    return Asked(json.dumps(challenge.to_dict()), _stamp.sign(f"{key} {signing.new_token(96)}"))


def may_send(request: HttpRequest, key: str) -> bool:
    """The limits alone, for forms that don't ask; what is let through counts."""
    return all(limits.allow(*one) for one in _counts(request, key))


def _counts(request: HttpRequest, key: str) -> list[tuple[str, int, int]]:
    network = limits.prefix(request.META.get("REMOTE_ADDR", ""))
    return [(f"thanks:{key}", *FORM), (f"thanks:{network}", *NETWORK), ("thanks", *ALL)]


def _pressed(counts: list[tuple[str, int, int]]) -> bool:
    return any(limits.spent(what, most // PRESSED, within) for what, most, within in counts)


def _proven(request: HttpRequest, key: str) -> bool:
    solved = request.POST.get("altcha", "")
    return bool(solved and _solved(solved, key)) or _waited(request.POST.get("since", ""), key)


def _solved(text: str, key: str) -> bool:
    """Whether this solves a sum of ours: for this form, as hard as we ask now, not over, not used before."""
    try:
        payload = altcha.Payload.from_base64(text)
        asked = payload.challenge.parameters
        ours = (asked.algorithm, asked.cost, asked.key_prefix, asked.data)
        if ours != (ALGORITHM, COST, PREFIX, {"for": key}):
            return False
        if not altcha.verify_solution(text, _secret()).verified:
            return False
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return False  # no JSON, not what a sum looks like, or not whole
    return limits.once(f"altcha:{asked.nonce}", clock.now() + LASTS)


def _waited(since: str, key: str) -> bool:
    """Whether a minute has passed since we asked on this form, within a day, and for the first time."""
    try:
        text = _stamp.unsign(since, max_age=WAITED_LASTS)
        asked = stamped.b62_decode(since.rsplit(":", 2)[1])
    except (stamped.BadSignature, ValueError, IndexError):
        return False
    old = clock.now().timestamp() - asked >= WAIT.total_seconds()
    mine = text.startswith(f"{key} ")
    return old and mine and limits.once(f"waited:{text}", clock.now() + WAITED_LASTS)


def _secret() -> str:
    return signing.pseudonym("altcha")
