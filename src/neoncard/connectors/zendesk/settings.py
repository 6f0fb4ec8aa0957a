"""What Zendesk is asked with."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from neoncard.connectors.frame import Settings
from neoncard.connectors.zendesk.app import is_key


class Form(Settings):
    """Where it is, and a token to read with."""

    SECRETS = frozenset({"api_token"})
    url = forms.URLField(
        label=_("Address"),
        assume_scheme="https",
        help_text=_("For example https://yours.zendesk.com"),
    )
    email = forms.EmailField(label=_("E-mail address of the token’s owner"))
    api_token = forms.CharField(
        label=_("API token"),
        max_length=200,
        help_text=_("Admin centre, Apps and integrations, APIs."),
    )
    app_key = forms.CharField(
        label=_("Public key of the app in the sidebar"),
        required=False,
        max_length=4000,
        strip=True,
        validators=[is_key],
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "Only when its manifest says signedUrls. It begins with -----BEGIN PUBLIC KEY-----"
        ),
    )
    days = forms.IntegerField(label=_("How many days back"), min_value=0, max_value=365, initial=30)
