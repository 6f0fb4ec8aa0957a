"""A shared tablet at the counter: which one it is, and who is at it just now. Good for /counter alone.

Two cookies: the tablet's own, given when a lead enrols the device, and a short one for whoever came in with their PIN. A
page also carries a *turn*: what is pressed while the network is gone is sent with it later, and only by that tablet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from neoncard import access
from neoncard.people.tables import Member, Tablet

PREFIX = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
TABLET, AT_IT = f"{PREFIX}tablet", f"{PREFIX}at-tablet"
PATH = "/counter"
IDLE = timedelta(minutes=10)
"""A page locks itself after two quiet minutes (counter.js); this is how long the server waits where it does not."""
TURN = timedelta(hours=24)
YEAR = timedelta(days=365)

_at_it = signing.TimestampSigner(salt="neoncard.counter")
_turn = signing.TimestampSigner(salt="neoncard.counter.turn")
_Next = Callable[[HttpRequest], HttpResponse]
_View = Callable[..., HttpResponseBase]


def _give(response: HttpResponseBase, name: str, value: str, lasts: timedelta) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def enrolled(response: HttpResponseBase, token: str) -> None:
    """Make the device that gets this answer the tablet of `token`."""
    _give(response, TABLET, token, YEAR)


def come_in(response: HttpResponseBase, tablet: Tablet, member: Member) -> None:
    """Let a member be at the tablet, from now on and for as long as it is used."""
    _give(response, AT_IT, _at_it.sign(f"{tablet.pk}.{member.pk}"), IDLE)


def lock(response: HttpResponseBase) -> None:
    """Nobody is at the tablet any more."""
    response.delete_cookie(AT_IT, samesite="Lax")
    response.cookies[AT_IT]["secure"] = settings.SESSION_COOKIE_SECURE


def tablet_of(request: HttpRequest) -> Tablet | None:
    """The tablet this request comes from; under /counter alone, and not where somebody has a session of their own."""
    return getattr(request, "tablet", None)


def turn(request: HttpRequest) -> str:
    """What a page at a tablet signs its taps with, for a day; empty elsewhere, where the session does."""
    tablet = tablet_of(request)
    if tablet is None or not request.user.is_authenticated:
        return ""
    return _turn.sign(f"{tablet.pk}.{request.user.pk}")


def whose_turn(request: HttpRequest, text: str) -> Member | None:
    """Whose tap it was: of the turn's member where this tablet gave it, else of whoever is signed in. None: nobody's."""
    if not text:
        return request.user if isinstance(request.user, Member) else None
    tablet = tablet_of(request)
    return _read(_turn, text, tablet, TURN) if tablet else None


def _read(
    signer: signing.TimestampSigner, text: str, tablet: Tablet, lasts: timedelta
) -> Member | None:
    try:
        which, _dot, who = signer.unsign(text, max_age=lasts).partition(".")
        return access.member_at(tablet, int(who)) if which == str(tablet.pk) else None
    except (signing.BadSignature, ValueError, Http404):
        return None


def recognise(get_response: _Next) -> _Next:
    """Under /counter alone, for a browser without a session: which tablet it is, and who is at it. Two queries."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = request.COOKIES.get(TABLET)
        here = request.path_info == PATH or request.path_info.startswith(f"{PATH}/")
        if not token or not here or request.user.is_authenticated:
            return get_response(request)
        tablet = access.tablet_by_token(token)
        if tablet is None:
            return get_response(request)
        request.tablet = tablet  # type: ignore[attr-defined]
        member = _read(_at_it, request.COOKIES.get(AT_IT, ""), tablet, IDLE)
        if member is not None:
            request.user = member
        response = get_response(request)
        if member is not None and AT_IT not in response.cookies:
            come_in(response, tablet, member)
        return response

    return middleware


def or_names(names: _View) -> Callable[[_View], _View]:
    """At a tablet nobody is at, answer with `names` in the place of a page that wants somebody."""

    def decorate(view: _View) -> _View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if tablet_of(request) is not None and not request.user.is_authenticated:
                return names(request)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
