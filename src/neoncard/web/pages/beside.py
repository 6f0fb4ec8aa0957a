"""Beside the open ticket: the customer's name, what was kind before, one act and two others."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from neoncard import access, loop
from neoncard.do import actions as do
from neoncard.do import queries as doing
from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Encounter
from neoncard.web.taps import tapped


@access.only()
@require_GET
def beside(request: HttpRequest) -> HttpResponseBase:
    """`?conversation=` our id or the helpdesk's; without one, the member's own to pick from (P10)."""
    member = access.me(request)
    ticket = request.GET.get("conversation", "").strip()
    if not ticket:
        rows = doing.own_encounters(member)
        return render(request, "do/beside_pick.html", {"nav": "beside", "encounters": rows})
    return _page(request, access.own_encounter(member, ticket))


def _page(request: HttpRequest, encounter: Encounter) -> HttpResponseBase:
    return render(
        request,
        "do/beside.html",
        {
            "nav": "beside",
            "encounter": encounter,
            "beside": loop.beside(access.me(request), encounter),
        },
    )


def _tap(
    request: HttpRequest, id: int, act: Callable[[Suggestion], object], said: str = ""
) -> HttpResponseBase:
    suggestion = access.suggestion(access.me(request), id, "encounter")
    wrong = False
    try:
        act(suggestion)
    except ValueError as why:
        said, wrong = str(why).partition(": ")[2] or str(why), True
    if suggestion.encounter is None:
        return tapped(request, to=reverse("beside"), again=lambda: beside(request), said=said)
    encounter = suggestion.encounter
    to = f"{reverse('beside')}?conversation={encounter.pk}"
    return tapped(request, to=to, again=lambda: _page(request, encounter), said=said, wrong=wrong)


@access.only()
@require_POST
def done(request: HttpRequest, id: int) -> HttpResponseBase:
    """Done, in one tap: the act on top, or another one on offer."""

    def act(row: Suggestion) -> None:
        key = request.POST.get("act", "") or doing.face_key(row)
        face = doing.faces([key], access.me(request).language or "en").get(key)
        do.done(suggestion=row, key=key, title=face.title if face else "")

    return _tap(request, id, act)


@access.only()
@require_POST
def swap(request: HttpRequest, id: int) -> HttpResponseBase:
    """The next one, or the one picked from the others."""
    key = request.POST.get("act", "")
    return _tap(
        request,
        id,
        lambda row: do.turn_to(suggestion=row, key=key) if key else do.swap(suggestion=row),
    )


@access.only()
@require_POST
def not_now(request: HttpRequest, id: int) -> HttpResponseBase:
    """Not now. Nothing follows from it (E1)."""
    return _tap(request, id, lambda row: do.not_now(suggestion=row))


@access.only()
@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponseBase:
    """Take the last tap back."""
    return _tap(request, id, lambda row: do.undo(suggestion=row))
