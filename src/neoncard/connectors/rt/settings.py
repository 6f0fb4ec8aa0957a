"""What Request Tracker is asked with."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from neoncard.connectors.frame import Settings


class Form(Settings):
    """Where it is, and how to sign in: a token, or a user with a password."""

    SECRETS = frozenset({"api_token"})
    url = forms.URLField(
        label=_("Address"),
        assume_scheme="https",
        help_text=_("For example https://rt.example.org"),
    )
    user = forms.CharField(
        label=_("User name"),
        max_length=200,
        required=False,
        help_text=_("Empty when you enter a token of RT::Authen::Token below."),
    )
    api_token = forms.CharField(label=_("Password or token"), max_length=300)
    days = forms.IntegerField(label=_("How many days back"), min_value=0, max_value=365, initial=30)
