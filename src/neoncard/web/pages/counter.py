"""The counter: large buttons for one thumb, and nothing about the customer is kept.

On a phone of one's own, or on a shared tablet where one picks one's name and gives a PIN (web/tablets.py).
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from neoncard import access, loop
from neoncard.care import actions as care
from neoncard.do import actions as do
from neoncard.do import queries as doing
from neoncard.people import counter as people
from neoncard.people.tables import Member
from neoncard.web import tablets
from neoncard.web.taps import tapped


class ReceivedForm(forms.Form):
    """What somebody did for me, as much of it as I like."""

    words = forms.CharField(
        label=gettext_lazy("What did they do?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    name = forms.CharField(label=gettext_lazy("Their name"), max_length=60, required=False)


PARTS = ("neoncard/fonts/atkinson-next-latin.woff2",)
"""What the page needs beside its own links, to be itself without a network."""
MOST_TAPS = 100
_KEY = re.compile(r"[0-9a-f-]{16,40}")


def _names(request: HttpRequest) -> HttpResponseBase:
    """Who is here? At a tablet that nobody is at: names and nothing else, never who did what."""
    return _asked(request)


def _asked(request: HttpRequest, wrong: str = "", picked: Member | None = None) -> HttpResponseBase:
    tablet = tablets.tablet_of(request)
    if tablet is None:
        return redirect("counter")
    context = {
        "tablet": tablet,
        "people": list(people.people_at(tablet)),
        "picked": picked,
        "wrong": wrong,
        "parts": PARTS,
    }
    return render(request, "do/counter_names.html", context, status=422 if wrong else 200)


@access.open_to_all
@require_POST
@never_cache
def who(request: HttpRequest) -> HttpResponseBase:
    """Pick one's name, then give the PIN; only at a tablet. The answer to a wrong one is the same as to no one's."""
    tablet = tablets.tablet_of(request)
    if tablet is None:
        raise Http404
    named = request.POST.get("member", "")
    member = access.member_at(tablet, int(named) if named.isdecimal() and len(named) < 18 else 0)
    pin = request.POST.get("pin")
    if pin is None:
        return _asked(request, picked=member)
    try:
        fits = people.pin_fits(member=member, pin=pin)
    except ValueError as why:
        return _asked(request, str(why).partition(": ")[2].capitalize() + ".", member)
    if not fits:
        return _asked(request, _("That is not the PIN. Try it once more."), member)
    people.come_in(tablet=tablet, member=member)
    return redirect("counter")


@access.open_to_all
@require_POST
def lock(request: HttpRequest) -> HttpResponseBase:
    """Lock the tablet: whoever comes next picks their own name."""
    tablet = tablets.tablet_of(request)
    if tablet is not None:
        people.lock(tablet=tablet)
    return redirect("counter")


@access.open_to_all
@require_POST
def taps(request: HttpRequest) -> HttpResponseBase:
    """Taps the page has kept: `{"taps": [{key, suggestion, act, turn}]}`, each once and for all by its key.

    Answers which keys are `done` with, taken or not; what is not among them is to be sent again. A tap counts for whoever's
    it was: of a turn this tablet gave, or of the session. Nobody at all: 401, and the page keeps them.
    """
    if not request.user.is_authenticated and tablets.tablet_of(request) is None:
        return JsonResponse({"done": []}, status=401)
    try:
        found = json.loads(request.body)["taps"][:MOST_TAPS]
    except (ValueError, TypeError, KeyError, RecursionError):
        return JsonResponse({"error": "taps: takes a list"}, status=400)
    done = [key for one in found if (key := _tap(request, one))]
    return JsonResponse({"done": done})


def _tap(request: HttpRequest, one: Any) -> str:
    """Take one tap, and give its key back; empty for what is none."""
    if not isinstance(one, dict) or not _KEY.fullmatch(key := str(one.get("key", ""))):
        return ""
    turn = str(one.get("turn", ""))
    if turn and tablets.tablet_of(request) is None:
        return ""  # The tablet's, while somebody has signed in on it: it waits for them to leave.
    member = tablets.whose_turn(request, turn)
    named = str(one.get("suggestion", ""))
    if member is not None and named.isdecimal() and len(named) < 18:
        with suppress(Http404, ValueError):
            row = access.suggestion(member, int(named), "counter")
            loop.counter_tap(suggestion=row, key=key, act=str(one.get("act", "")))
    return key


@access.open_to_all
@require_GET
def worker(request: HttpRequest) -> HttpResponseBase:
    """The page's small service worker; it may look after /counter and nothing else."""
    path = finders.find("neoncard/counter-worker.js")
    body = Path(path).read_text() if path else ""
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/counter"
    response["Cache-Control"] = "no-cache"
    return response


@tablets.or_names(_names)
@access.only()
@require_GET
@never_cache
def counter(request: HttpRequest) -> HttpResponseBase:
    """One suggestion for this counter, drawn for each visit."""
    member = access.me(request)
    return render(
        request,
        "do/counter.html",
        {
            "nav": "counter",
            "beside": loop.at_counter(member),
            "last": doing.last_at_counter(member),
            "tablet": tablets.tablet_of(request),
            "turn": tablets.turn(request),
            "parts": PARTS,
        },
    )


def _tapped(request: HttpRequest, said: str = "", *, wrong: bool = False) -> HttpResponseBase:
    return tapped(request, to="counter", again=lambda: counter(request), said=said, wrong=wrong)


@tablets.or_names(_names)
@access.only()
@require_POST
def done(request: HttpRequest, id: int) -> HttpResponseBase:
    """Done, in one tap: a visit and a kindness, both without the customer."""
    suggestion = access.suggestion(access.me(request), id, "counter")
    try:
        loop.counter_done(suggestion=suggestion, key=request.POST.get("act", ""))
    except ValueError as why:
        return _tapped(request, str(why).partition(": ")[2], wrong=True)
    return _tapped(request)


@tablets.or_names(_names)
@access.only()
@require_POST
def swap(request: HttpRequest, id: int) -> HttpResponseBase:
    """Another one (E1)."""
    do.swap(suggestion=access.suggestion(access.me(request), id, "counter"))
    return _tapped(request)


@tablets.or_names(_names)
@access.only()
@require_POST
def not_now(request: HttpRequest, id: int) -> HttpResponseBase:
    """Not now; the next visit draws afresh."""
    do.not_now(suggestion=access.suggestion(access.me(request), id, "counter"))
    return _tapped(request)


@tablets.or_names(_names)
@access.only()
@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponseBase:
    """Take the last one back."""
    try:
        do.undo(suggestion=access.suggestion(access.me(request), id, "counter"))
    except ValueError as why:
        return _tapped(request, str(why).partition(": ")[2], wrong=True)
    return _tapped(request)


@tablets.or_names(_names)
@access.only()
def received(request: HttpRequest) -> HttpResponseBase:
    """Someone was kind to me: a guest with a name, or somebody unknown (E3: noticing counts too)."""
    form = ReceivedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        loop.was_kind_to(access.me(request), **form.cleaned_data)
        return tapped(
            request, to="counter", again=lambda: redirect("counter"), said=_("Kept. It is yours.")
        )
    context = {"nav": "counter", "form": form, "tablet": tablets.tablet_of(request)}
    return render(request, "do/counter_received.html", context)


@tablets.or_names(_names)
@access.only()
@require_POST
def cover(request: HttpRequest) -> HttpResponseBase:
    """Ask for cover from the counter (P11)."""
    care.ask_cover(member=access.me(request))
    return _tapped(request, _("The leads see it now. You may step away."))
