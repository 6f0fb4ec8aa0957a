"""The counter: large buttons for one thumb, and nothing about the customer is kept."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from neoncard import access, loop
from neoncard.do import actions as do
from neoncard.do import queries as doing
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


@access.only()
@require_GET
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
        },
    )


def _tapped(request: HttpRequest, said: str = "", *, wrong: bool = False) -> HttpResponseBase:
    return tapped(request, to="counter", again=lambda: counter(request), said=said, wrong=wrong)


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


@access.only()
@require_POST
def swap(request: HttpRequest, id: int) -> HttpResponseBase:
    """Another one (E1)."""
    do.swap(suggestion=access.suggestion(access.me(request), id, "counter"))
    return _tapped(request)


@access.only()
@require_POST
def not_now(request: HttpRequest, id: int) -> HttpResponseBase:
    """Not now; the next visit draws afresh."""
    do.not_now(suggestion=access.suggestion(access.me(request), id, "counter"))
    return _tapped(request)


@access.only()
@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponseBase:
    """Take the last one back."""
    try:
        do.undo(suggestion=access.suggestion(access.me(request), id, "counter"))
    except ValueError as why:
        return _tapped(request, str(why).partition(": ")[2], wrong=True)
    return _tapped(request)


@access.only()
def received(request: HttpRequest) -> HttpResponseBase:
    """Someone was kind to me: a guest with a name, or somebody unknown (E3: noticing counts too)."""
    form = ReceivedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        loop.was_kind_to(access.me(request), **form.cleaned_data)
        return tapped(
            request, to="counter", again=lambda: redirect("counter"), said=_("Kept. It is yours.")
        )
    return render(request, "do/counter_received.html", {"nav": "counter", "form": form})
