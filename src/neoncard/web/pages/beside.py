"""Beside the open ticket: the customer's name, what was kind before, one act and two others."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from neoncard import access, loop
from neoncard.care import actions as care
from neoncard.do import actions as do
from neoncard.do import queries as doing
from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Encounter
from neoncard.web.taps import tapped


@access.only()
@require_GET
def beside(request: HttpRequest) -> HttpResponseBase:
    """`?conversation=` our id or the helpdesk's, `?url=` the ticket's page; without, one's own to pick from (P10)."""
    member = access.me(request)
    ticket = request.GET.get("conversation", "").strip()
    if url := request.GET.get("url", "").strip():
        try:
            return page(request, access.encounter_at(member, url))
        except Http404:
            status = 200 if "look" in request.GET else 404  # htmx shows no page that is an error
            context = {"nav": "beside", **looking(request)}
            return render(request, "do/beside_unknown.html", context, status=status)
    if not ticket:
        rows = doing.own_encounters(member)
        return render(request, "do/beside_pick.html", {"nav": "beside", "encounters": rows})
    return page(request, access.own_encounter(member, ticket))


LOOKS = 60
"""How often a page that waits for its ticket looks again by itself: every ten seconds, for ten minutes."""


def looking(request: HttpRequest) -> dict[str, str]:
    """Where a page that has nothing yet looks next (`looks`), or, once it has looked long enough, may (`again`)."""
    asked = request.GET.copy()
    told = asked.get("look", "0")
    before = int(told) if told.isascii() and told.isdecimal() and len(told) < 4 else 0
    asked["look"] = str(before + 1)
    if before < LOOKS:
        return {"looks": f"{request.path}?{asked.urlencode()}"}
    asked["look"] = "0"
    return {"again": f"{request.path}?{asked.urlencode()}"}


def page(request: HttpRequest, encounter: Encounter) -> HttpResponseBase:
    """Beside one encounter, which is the member's own."""
    return render(
        request,
        "do/beside.html",
        {
            "nav": "beside",
            "encounter": encounter,
            "beside": loop.beside(access.me(request), encounter),
            # In a helpdesk's frame our other pages are refused; they open in a window beside it.
            "framed": "/beside/frame/" in request.headers.get("HX-Current-URL", ""),
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
    return tapped(request, to=to, again=lambda: page(request, encounter), said=said, wrong=wrong)


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


@access.only()
@require_POST
def show(request: HttpRequest, id: int) -> HttpResponseBase:
    """One more, all the same, when the shift has had as many as its member wants (E1: asked for, not given)."""
    return _tap(request, id, lambda row: do.show(suggestion=row))


@access.only()
@require_POST
def cover(request: HttpRequest, id: int) -> HttpResponseBase:
    """Ask for cover from beside the ticket, without leaving it (P11)."""
    member = access.me(request)
    encounter = access.own_encounter(member, str(id))
    care.ask_cover(member=member, encounter=encounter)
    to = f"{reverse('beside')}?conversation={encounter.pk}"
    said = _("The leads see it now. You may step away.")
    return tapped(request, to=to, again=lambda: page(request, encounter), said=said)


@access.only()
@require_GET
def bookmarklet(request: HttpRequest) -> HttpResponseBase:
    """A bookmark that opens Beside for the ticket one is looking at, in any helpdesk."""
    opener = reverse("beside")
    script = (
        f"javascript:void(open('{request.build_absolute_uri(opener)}?url='"
        "+encodeURIComponent(location.href),'neoncard','width=380,height=760'))"
    )
    return render(request, "do/bookmarklet.html", {"nav": "beside", "script": script})
