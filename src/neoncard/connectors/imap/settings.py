"""What a mailbox is asked with."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from neoncard.connectors.frame import Settings

TLS, STARTTLS, PLAIN = "tls", "starttls", "plain"
SECURITY = [
    (TLS, _("TLS (port 993)")),
    (STARTTLS, _("STARTTLS (port 143)")),
    (PLAIN, _("none: only inside your own network")),
]
_JUNK = frozenset(
    {"junk", "spam", "junk e-mail", "junk email", "junk mail", "bulk mail", "correo no deseado"}
)
_OURS = re.compile(r"[^@\s,;<>]*@[^@\s,;<>]+\.[^@\s,;<>.]+")


def listed(text: str) -> list[str]:
    """The entries of a list typed with commas, semicolons or line breaks, each once."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[,;\n]", text) if part.strip()))


def is_junk(folder: str) -> bool:
    """Whether a folder is one for junk, by its name."""
    return re.split(r"[./]", folder.casefold())[-1] in _JUNK


def _only_addresses(text: str) -> None:
    for one in listed(text):
        if not _OURS.fullmatch(one):
            raise ValidationError(
                _("“%(one)s” is neither an address nor a domain like @example.org"),
                params={"one": one},
            )


class Form(Settings):
    """Where the mailbox is, how to sign in, which folders count, and whose addresses are ours."""

    SECRETS = frozenset({"password"})
    host = forms.CharField(
        label=_("Server"), max_length=200, help_text=_("For example imap.example.org")
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(label=_("Encryption"), choices=SECURITY, initial=TLS)
    user = forms.CharField(label=_("User name"), max_length=200)
    password = forms.CharField(
        label=_("Password"),
        max_length=300,
        help_text=_("An app password where your provider makes one; it needs to read, no more."),
    )
    folders = forms.CharField(
        label=_("Folders"),
        max_length=400,
        initial="INBOX, Sent",
        help_text=_("Where customers’ mail arrives, and where your answers are kept."),
    )
    ours = forms.CharField(
        label=_("Your own addresses"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        validators=[_only_addresses],
        help_text=_("Whatever is written from them is an agent’s. A whole domain is @example.org."),
    )
    days = forms.IntegerField(label=_("How many days back"), min_value=0, max_value=365, initial=30)
    quiet_days = forms.IntegerField(
        label=_("Over after so many quiet days"),
        min_value=1,
        max_value=60,
        initial=3,
        help_text=_("A mailbox does not say when a conversation is over."),
    )
