"""A guest's cookie: which board, and who on it. Signed, narrow, and no use anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpResponseBase

from neoncard.design.board.tables import Guest

COOKIE, PAGE = "neoncard-guest", "neoncard-guest-page"
"""The same value twice, for the board's socket and for its page: a cookie has one path, and neither is wider than it."""

LASTS = timedelta(days=30)
"""As long as the longest link. The link itself decides: ended or withdrawn, the cookie opens nothing."""

_signer = signing.TimestampSigner(salt="neoncard.guest")


def give(response: HttpResponseBase, guest: Guest, board: int, path: str) -> None:
    """Set the cookie for the board's own page at `path` and for its websocket, nowhere else."""
    value = _signer.sign(f"{board}.{guest.pk}")
    for name, where in ((PAGE, path), (COOKIE, f"/live/journeys/{board}")):
        response.cookies[name] = value
        morsel = response.cookies[name]
        morsel["path"], morsel["max-age"] = where, int(LASTS.total_seconds())
        morsel["httponly"], morsel["samesite"] = True, "Lax"
        morsel["secure"] = settings.SESSION_COOKIE_SECURE or ""


def read(cookies: Mapping[str, str]) -> tuple[int, int] | None:
    """(board, guest) from a request's cookies; None when there is none or it is not ours."""
    try:
        value = cookies.get(COOKIE) or cookies.get(PAGE, "")
        text = _signer.unsign(value, max_age=LASTS)
        board, _dot, guest = text.partition(".")
        return int(board), int(guest)
    except (signing.BadSignature, ValueError):
        return None
