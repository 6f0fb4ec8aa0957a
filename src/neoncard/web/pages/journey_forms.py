"""What is asked of a journey, a white card and a neon card."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from neoncard.design.tables import Aim, Kind

CHANNELS = [
    ("", gettext_lazy("not said")),
    ("web", gettext_lazy("on the web")),
    ("robot", gettext_lazy("a robot")),
    ("phone", gettext_lazy("by phone")),
    ("email", gettext_lazy("by mail")),
    ("chat", gettext_lazy("in a chat")),
    ("counter", gettext_lazy("at a counter")),
    ("person", gettext_lazy("in person")),
]
LEVELS = [
    (1, gettext_lazy("1, basic")),
    (2, "2"),
    (3, "3"),
    (4, "4"),
    (5, gettext_lazy("5, unbelievable")),
]


class JourneyForm(forms.Form):
    """A journey's title and a sentence or two."""

    title = forms.CharField(
        label=gettext_lazy("Which encounter?"),
        max_length=120,
        help_text=gettext_lazy("As the customer would say it: I missed the last ferry."),
    )
    intro = forms.CharField(
        label=gettext_lazy("A sentence or two"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StepForm(forms.Form):
    """A white card: what happens, as it is today."""

    title = forms.CharField(
        label=gettext_lazy("What happens?"),
        max_length=120,
        help_text=gettext_lazy("A few words: waits on hold."),
    )
    note = forms.CharField(
        label=gettext_lazy("A detail one could film"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    feel_note = forms.CharField(
        label=gettext_lazy("How it may feel to them"), max_length=200, required=False
    )
    channel = forms.ChoiceField(label=gettext_lazy("Where"), choices=CHANNELS, required=False)


class IdeaForm(forms.Form):
    """A neon card: an unsuspecting act of kindness."""

    text = forms.CharField(
        label=gettext_lazy("What could we do that nobody expects?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it made of?"), choices=Kind.choices, widget=forms.RadioSelect
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("From basic to unbelievable"),
        choices=LEVELS,
        coerce=int,
        initial=3,
    )
    aim = forms.ChoiceField(label=gettext_lazy("What might it raise?"), choices=Aim.choices)
    cost = forms.CharField(label=gettext_lazy("What it costs"), max_length=80, required=False)
    principle = forms.CharField(
        label=gettext_lazy("The principle behind it"),
        required=False,
        help_text=gettext_lazy("Not what to say: why it helps."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Seen(forms.Form):
    """For what is written anew: how far the board had come when the page was made."""

    base = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class JourneyAnew(Seen, JourneyForm):
    """A journey's title and intro, written anew."""


class StepAnew(Seen, StepForm):
    """A white card, written anew."""


class IdeaAnew(Seen, IdeaForm):
    """A neon card, written anew."""
