"""Signed in inside a helpdesk's frame: a narrow cookie of its own, valid for /beside alone.

In a frame of another site the session's Lax cookie is not sent. A sign-in window at the top level hands the frame a code
(docs/decisions/beside.md); the frame trades it for `__Host-beside`, which lives in that helpdesk's partition only. It
stands for the session it was made from, sealed, and ends with it: signing out, a new password or leaving end it too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http.cookies import Morsel
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from neoncard.kit import limits
from neoncard.kit import signing as keys
from neoncard.people.tables import Member

COOKIE = "__Host-beside"
PATH = "/beside"
WINDOW, SIGN_IN = "beside-window", "/signin/"
"""A note for ten minutes that the sign-in window is open; it opens nothing."""
LASTS = timedelta(days=14)
CODE_LASTS = timedelta(seconds=60)

# http.cookies knows the attribute from Python 3.14 on.
Morsel._reserved.setdefault("partitioned", "Partitioned")  # type: ignore[attr-defined]
Morsel._flags.add("partitioned")  # type: ignore[attr-defined]

_cookie = signing.TimestampSigner(salt="neoncard.beside")
_code = signing.TimestampSigner(salt="neoncard.beside.code")
_Next = Callable[[HttpRequest], HttpResponse]


def code(request: HttpRequest) -> str:
    """A code for the frame that asked, good once and for a minute; of a page with a session of its own."""
    return _code.sign(keys.seal(request.session.session_key or ""))


def enter(text: str, response: HttpResponse) -> bool:
    """Trade a code for the cookie, set on `response`; False when it is none of ours, over, or was traded before."""
    try:
        sealed = _code.unsign(text, max_age=CODE_LASTS)
    except signing.BadSignature:
        return False
    if not limits.allow(f"beside.code:{keys.token_hash(text)}", 1, 3600) or not _member(sealed):
        return False
    response.set_cookie(
        COOKIE,
        _cookie.sign(sealed),
        max_age=int(LASTS.total_seconds()),
        secure=True,
        httponly=True,
        samesite="None",
    )
    response.cookies[COOKIE]["partitioned"] = True
    return True


def _member(sealed: str) -> Member | None:
    """Whose session it is, if it still is one. Two queries, as any page's own session."""
    try:
        session_key = keys.unseal(sealed)
    except ValueError:
        return None
    asked = HttpRequest()
    asked.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    member = get_user(asked)
    return member if isinstance(member, Member) and member.is_active else None


def framed(request: HttpRequest) -> bool:
    """Whether the member was recognised by the framed cookie, and not by a session of the page's own."""
    return getattr(request, "framed", False)


def recognise(get_response: _Next) -> _Next:
    """Under /beside alone: who the framed cookie is of, and a CSRF secret that only pages shown to that cookie hold.

    Where our own session comes along (a helpdesk on the same site), that one counts. Django's own CSRF check then does
    the rest: its cookie is Lax too, so a secret made from the framed cookie stands in for it, and Origin must be ours.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        value = request.COOKIES.get(COOKIE)
        here = request.path_info == PATH or request.path_info.startswith(f"{PATH}/")
        if value and here and not request.user.is_authenticated and (member := _known(value)):
            request.user = member
            request.framed = True  # type: ignore[attr-defined]
            request.COOKIES[settings.CSRF_COOKIE_NAME] = keys.pseudonym("beside.csrf", value)
        response = get_response(request)
        if framed(request):
            response.cookies.pop(settings.CSRF_COOKIE_NAME, None)
        if request.path_info == reverse("beside_come_in") and not request.user.is_authenticated:
            response.set_cookie(
                WINDOW, "1", max_age=600, path=SIGN_IN, httponly=True, samesite="Lax"
            )
        if _window(request):
            # A window cut off from its opener could not hand it the code.
            response["Cross-Origin-Opener-Policy"] = "unsafe-none"
        return response

    return middleware


def _known(value: str) -> Member | None:
    try:
        return _member(_cookie.unsign(value, max_age=LASTS))
    except signing.BadSignature:
        return None


def _window(request: HttpRequest) -> bool:
    """Whether this is a page of the sign-in window: its own, or one of those on the way (password, second step, provider)."""
    here = request.path_info
    on_the_way = here.startswith(SIGN_IN) and WINDOW in request.COOKIES
    return on_the_way or here == reverse("beside_come_in")
