"""Today: a person's own words first, three ideas, and nothing that counts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from neoncard import access, loop
from neoncard.do import actions as do
from neoncard.do import queries as doing
from neoncard.do.tables import Suggestion
from neoncard.web.taps import tapped


@access.only()
@require_GET
def today(request: HttpRequest) -> HttpResponseBase:
    """The page (E1, E3, E9)."""
    return _page(request)


def _page(request: HttpRequest, touched: int = 0, *, swapped: bool = False) -> HttpResponseBase:
    today = loop.today(access.me(request))
    return render(
        request,
        "do/today.html",
        {
            "nav": "today",
            "today": today,
            # Which card the focus stays on, and on which of its buttons.
            "taken": 0 if swapped else touched,
            "swapped": touched if swapped else 0,
            "hard": today.hard_day,
            "hands": today.hands,
            "waiting": today.waiting.kindness if today.waiting else None,
        },
    )


def _idea(
    request: HttpRequest,
    id: int,
    act: Callable[[Suggestion], object],
    said: str = "",
    *,
    swapped: bool = False,
) -> HttpResponseBase:
    wrong = False
    try:
        act(access.suggestion(access.me(request), id, "day"))
    except ValueError as why:
        said, wrong = _say(why), True
    return tapped(
        request,
        to="today",
        again=lambda: _page(request, id, swapped=swapped),
        said=said,
        wrong=wrong,
    )


def _say(why: ValueError) -> str:
    # An action's message begins with the field it is about; a person needs only what follows.
    return str(why).partition(": ")[2] or str(why)


@access.only()
@require_POST
def choose(request: HttpRequest, id: int) -> HttpResponseBase:
    """ "I'll do this": picked up, nothing promised."""
    return _idea(request, id, lambda row: do.choose(suggestion=row))


@access.only()
@require_POST
def swap(request: HttpRequest, id: int) -> HttpResponseBase:
    """Another idea, please (E1)."""
    return _idea(request, id, lambda row: do.swap_idea(suggestion=row), swapped=True)


@access.only()
@require_POST
def done(request: HttpRequest, id: int) -> HttpResponseBase:
    """Done: a quiet kindness only its giver sees (E3)."""

    def act(row: Suggestion) -> None:
        face = doing.daily_face(doing.face_key(row), access.me(request).language or "en")
        do.done(suggestion=row, title=face.title if face else "")

    return _idea(request, id, act, _("Kept among your kindnesses. Only you see it."))


@access.only()
@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponseBase:
    """Take the last tap back."""
    return _idea(request, id, lambda row: do.undo(suggestion=row))
