"""What Zammad is asked with."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from neoncard.connectors.frame import Settings


class Form(Settings):
    """Where it is, and a token to read with."""

    SECRETS = frozenset({"api_token"})
    url = forms.URLField(
        label=_("Address"),
        assume_scheme="https",
        help_text=_("For example https://help.example.org"),
    )
    api_token = forms.CharField(
        label=_("Access token"),
        max_length=200,
        help_text=_("Profile, Token Access, with the permission ticket.agent."),
    )
    days = forms.IntegerField(label=_("How many days back"), min_value=0, max_value=365, initial=30)
