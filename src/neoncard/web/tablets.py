"""A shared tablet at the counter: which one it is, and who is at it just now. Good for /counter alone.

One cookie: the tablet's own, given when a lead enrols the device. Who came in with their PIN stands in our table, so that
a lock holds at once, whatever is still under way. A page also carries a *turn*: what is pressed while the network is gone
is sent with it later, and only by that tablet.
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
from neoncard.kit import clock
from neoncard.people import counter
from neoncard.people.tables import Member, Tablet

PREFIX = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
TABLET = f"{PREFIX}tablet"
PATH = "/counter"
TURN = timedelta(hours=24)
YEAR = timedelta(days=365)

_turn = signing.TimestampSigner(salt="neoncard.counter.turn")
_Next = Callable[[HttpRequest], HttpResponse]
_View = Callable[..., HttpResponseBase]


def enrolled(response: HttpResponseBase, token: str) -> None:
    """Make the device that gets this answer the tablet of `token`."""
    response.set_cookie(
        TABLET,
        token,
        max_age=int(YEAR.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


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
    try:
        which, _dot, who = _turn.unsign(text, max_age=TURN).partition(".")
        return _member(tablet, int(who)) if tablet and which == str(tablet.pk) else None
    except (signing.BadSignature, ValueError):
        return None


def _member(tablet: Tablet, id: int) -> Member | None:
    try:
        return access.member_at(tablet, id)
    except Http404:
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
        who, until = tablet.at_it_id, tablet.until
        if who and until and until > clock.now() and (member := _member(tablet, who)):
            request.user = member
            counter.touch(tablet=tablet)
        return get_response(request)

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
