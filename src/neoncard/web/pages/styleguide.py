"""Every component in every state, and nine pages put together from them."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from neoncard.access import ADMINS, only

FRAMES = ("today", "beside", "frame", "calls", "counter", "pin", "journey", "screen", "thanks")


class SampleForm(forms.Form):
    """One field of each kind; nothing is ever saved."""

    name = forms.CharField(label=_("What shall we call you?"), help_text=_("As you say it."))
    words = forms.CharField(label=_("What happened?"), widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(
        label=_("What is it made of?"),
        choices=[("word", _("words")), ("effort", _("effort")), ("treat", _("a treat"))],
        widget=forms.RadioSelect,
    )
    team = forms.ChoiceField(
        label=_("Which team?"),
        choices=[("", _("Choose one")), ("night", _("Night desk")), ("pier", _("Pier 3"))],
    )
    days = forms.MultipleChoiceField(
        label=_("Which days?"),
        choices=[("mo", _("Monday")), ("tu", _("Tuesday")), ("we", _("Wednesday"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    release = forms.BooleanField(
        label=_("The team may read my words too"),
        help_text=_("You can take this back at any time."),
        required=False,
    )


@only(ADMINS)
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components on one page."""
    return render(
        request,
        "styleguide.html",
        {
            "frames": FRAMES,
            "fresh": SampleForm(prefix="fresh"),
            "wrong": SampleForm({"wrong-words": "Half a sentence"}, prefix="wrong"),
        },
    )


@only(ADMINS)
def frame(request: HttpRequest, name: str) -> HttpResponse:
    """One whole page of made-up words. 404 unless `name` is in FRAMES."""
    if name not in FRAMES:
        raise Http404
    return render(
        request, f"styleguide/{name}.html", {"nav": {"journey": "journeys"}.get(name, name)}
    )
