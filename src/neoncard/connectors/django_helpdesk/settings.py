"""What django-helpdesk is asked with."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from neoncard.connectors.frame import Settings


class Form(Settings):
    """Where it is, how to sign in, and who of its users is an agent."""

    SECRETS = frozenset({"password"})
    url = forms.URLField(
        label=_("Address"),
        assume_scheme="https",
        help_text=_("Where its pages begin, for example https://example.org/helpdesk"),
    )
    user = forms.CharField(
        label=_("User name"), max_length=150, help_text=_("One of its staff; it needs to read.")
    )
    password = forms.CharField(label=_("Password"), max_length=300)
    agents = forms.RegexField(
        r"^[\d\s,;]*$",
        label=_("Numbers of your agents"),
        max_length=1000,
        required=False,
        help_text=_("Its users’ numbers. Empty: everybody who writes with an account is an agent."),
    )
    days = forms.IntegerField(label=_("How many days back"), min_value=0, max_value=365, initial=30)
