"""Today: a person's own words first, three ideas, and nothing that counts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from neoncard import access, loop
from neoncard.connectors import queries as inbox
from neoncard.do import actions as do
from neoncard.do import queries as doing
from neoncard.do.drive import actions as drive
from neoncard.do.drive import queries as drives
from neoncard.do.drive import queries as driving
from neoncard.do.tables import Suggestion
from neoncard.people import queries as people
from neoncard.web.pages.drive import IdeaForm
from neoncard.web.taps import tapped


@access.only()
@require_GET
def today(request: HttpRequest) -> HttpResponseBase:
    """The page (E1, E3, E9)."""
    return _page(request)


def _page(request: HttpRequest, touched: int = 0, *, swapped: bool = False) -> HttpResponseBase:
    member = access.me(request)
    today = loop.today(member)
    lines = driving.own_lines(member, [one.suggestion.pk for one in today.ideas if one.done])
    for one in today.ideas:
        one.line = lines.get(one.suggestion.pk)
    return render(
        request,
        "do/today.html",
        {
            "nav": "today",
            "today": today,
            "idea_form": IdeaForm(prefix="idea"),
            # Which card the focus stays on, and on which of its buttons.
            "taken": 0 if swapped else touched,
            "swapped": touched if swapped else 0,
            "parked": bool(people.roles(member) & access.ADMINS) and inbox.any_parked(),
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
        member = access.me(request)
        key = doing.face_key(row)
        more = drives.extras(member) if drives.is_extra(key) else ()
        face = doing.daily_face(key, member.language or "en", more)
        do.done(suggestion=row, title=face.title if face else "")

    return _idea(request, id, act, _("Kept among your kindnesses. Only you see it."))


@access.only()
@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponseBase:
    """Take the last tap back."""
    return _idea(request, id, lambda row: do.undo(suggestion=row))


@access.only()
@require_POST
def own(request: HttpRequest) -> HttpResponseBase:
    """Write one's own for today; it lies on the table, picked up, where such an idea lay (E1)."""
    member = access.me(request)
    form = IdeaForm(request.POST, prefix="idea")
    said, touched = "", 0
    if form.is_valid():
        there = {one.toward: one.suggestion for one in loop.today(member).ideas}
        row = there.get(form.cleaned_data["toward"])
        try:
            idea = drive.write(member=member, **form.cleaned_data)
            if row is not None:
                touched = drive.take_own(suggestion=row, idea=idea).pk
        except ValueError as why:
            said = _say(why)
    else:
        said = _("Say in a few words what you would do.")
    return tapped(
        request, to="today", again=lambda: _page(request, touched), said=said, wrong=bool(said)
    )


@access.only()
@require_POST
def line(request: HttpRequest, id: int) -> HttpResponseBase:
    """One line looking back, for oneself, or for the round's page where one says so (P6)."""

    def act(row: Suggestion) -> None:
        drive.look_back(
            suggestion=row,
            words=request.POST.get("words", ""),
            told="told" in request.POST,
            named="named" in request.POST,
        )

    return _idea(request, id, act, _("Kept."))
