"""After a call: the one that just ended, wrapped up with one key or one tap; nobody is timed and nothing is counted."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from neoncard import access, loop
from neoncard.do import actions as do
from neoncard.do.tables import Suggestion
from neoncard.encounters import wrapping
from neoncard.encounters.tables import Encounter
from neoncard.web.taps import tapped

HEAVY = "heavy"


@access.only()
@require_GET
@never_cache
def calls(request: HttpRequest) -> HttpResponseBase:
    """The call just ended, or, until there is one, a page that waits for it. `?heavy` after one that was; `?how=` is picked."""
    return _page(request, heavy="heavy" in request.GET, how=request.GET.get("how", ""))


def _suggestion(request: HttpRequest, call: Encounter) -> Suggestion | None:
    """The suggestion that was on the card; None where there was none."""
    named = request.POST.get("suggestion", "")
    if not named.isdecimal() or len(named) > 18:
        return None
    row = access.suggestion(access.me(request), int(named), "encounter")
    if row.encounter_id != call.pk:
        raise Http404
    return row


def _page(request: HttpRequest, *, heavy: bool = False, how: str = "") -> HttpResponseBase:
    member = access.me(request)
    found = wrapping.calls(member)
    call = found.waiting[0] if found.waiting else None
    context = {
        "nav": "beside",
        "call": call,
        "more": len(found.waiting) - 1,
        "beside": loop.beside(member, call) if call else None,
        "last": found.last,
        "heavy": heavy,
        "how": how,
    }
    return render(request, "do/calls.html", context)


@access.only()
@require_POST
def wrap(request: HttpRequest, id: int) -> HttpResponseBase:
    """Wrap it up: `how` it went, if that was said, and the act `act` done, or, without `done`, not now (E1)."""
    member = access.me(request)
    call = access.own_call(member, id)
    suggestion = _suggestion(request, call)
    how = request.POST.get("how", "")
    key = request.POST.get("act", "") if "done" in request.POST else ""
    said, wrong = "", False
    try:
        loop.call_wrapped(
            call=call, suggestion=suggestion, how="" if how == HEAVY else how, key=key
        )
    except ValueError as why:
        said, wrong = str(why).partition(": ")[2], True
    heavy = how == HEAVY and not wrong
    to = "/calls?heavy" if heavy else "calls"
    return tapped(request, to=to, again=lambda: _page(request, heavy=heavy), said=said, wrong=wrong)


@access.only()
@require_POST
def swap(request: HttpRequest, id: int) -> HttpResponseBase:
    """Another act for this call, or the one picked from the others; how it went stays as it was picked."""
    member = access.me(request)
    call = access.own_call(member, id)
    suggestion = _suggestion(request, call)
    if suggestion is not None:
        do.swap(suggestion=suggestion)
    how = request.POST.get("how", "")
    to = f"/calls?{urlencode({'how': how})}" if how else "calls"
    return tapped(request, to=to, again=lambda: _page(request, how=how))


@access.only()
@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponseBase:
    """Take the last wrap-up back: the call lies here again as it was."""
    member = access.me(request)
    call = access.own_call(member, id)
    said, wrong = _("Taken back."), False
    try:
        loop.call_unwrapped(call=call, suggestion=loop.suggest_for(member, call))
    except ValueError as why:
        said, wrong = str(why).partition(": ")[2], True
    return tapped(request, to="calls", again=lambda: _page(request), said=said, wrong=wrong)
