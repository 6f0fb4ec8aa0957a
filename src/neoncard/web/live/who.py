"""Who is at the door of a board: a member by the session's cookie, a guest by the guest's; and from our own pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from neoncard.design.board import queries
from neoncard.design.board.terms import Who
from neoncard.design.tables import Journey
from neoncard.people.tables import Member
from neoncard.web import guests

SIGN_IN, NOT_YOURS, NO_BOARD, ELSEWHERE = 4401, 4403, 4404, 4409


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who may come in."""

    who: Who
    name: str
    language: str


def headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """A request's headers by name; cookies of several headers joined."""
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}; {text}" if key == "cookie" and key in found else text
    return found


def ours(found: Mapping[str, str]) -> bool:
    """Whether a handshake comes from a page of ours: its Origin is our address, or the very host it was sent to."""
    origin = found.get("origin", "")
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = found.get("host", "")
    domain, _port = split_domain_port(host)
    return urlsplit(origin).netloc == host != "" and validate_host(domain, settings.ALLOWED_HOSTS)


def admit(found: Mapping[str, str], board: int) -> Admitted | int:
    """Who it is, or the code to close with. At most five queries."""
    cookies = parse_cookie(found.get("cookie", ""))
    member = _member(cookies.get(settings.SESSION_COOKIE_NAME, ""))
    known = guests.read(cookies)
    if member is None:
        return _guest(known, board) if known is not None else SIGN_IN
    row = Journey.objects.filter(
        pk=board, archived_at=None
    ).first()  # lookup: every member may open every board, as access.journey says
    if row is None:
        return NO_BOARD
    return Admitted(
        queries.member_who(member, row), member.known_as, member.language or settings.LANGUAGE_CODE
    )


def _guest(known: tuple[int, int], board: int) -> Admitted | int:
    guest = queries.guest(known[1], board) if known[0] == board else None
    if guest is None:
        return NOT_YOURS
    return Admitted(Who(f"g{guest.pk}", "guest"), guest.name, settings.LANGUAGE_CODE)


def _member(key: str) -> Member | None:
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = auth.get_user(request)
    return user if isinstance(user, Member) and user.is_active else None
