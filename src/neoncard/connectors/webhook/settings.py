"""What a webhook of one's own is asked for."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from neoncard.connectors.frame import Settings
from neoncard.connectors.signatures import PATH

SENDERS = [
    ("standard", _("Standard Webhooks (webhook-signature)")),
    ("intercom", _("Intercom (X-Hub-Signature)")),
    ("hubspot", _("HubSpot (X-HubSpot-Signature-v3)")),
    ("freescout", _("FreeScout (X-FreeScout-Signature)")),
    ("chatwoot", _("like Chatwoot (X-Chatwoot-Signature)")),
    ("zammad", _("like Zammad (X-Hub-Signature)")),
    ("zendesk", _("like Zendesk (X-Zendesk-Webhook-Signature)")),
    (PATH, _("not at all: whoever knows the address is believed")),
]


def _is_zone(text: str) -> None:
    if text not in available_timezones():
        raise ValidationError(_("That is no time zone; for example Europe/Berlin"))


class Times(Settings):
    """How times are written that name no zone."""

    zone = forms.CharField(
        label=_("Time zone of times that name none"),
        max_length=60,
        required=False,
        validators=[_is_zone],
        help_text=_("Such as Europe/Berlin. Left empty, it is your company’s."),
    )
    month_first = forms.BooleanField(label=_("In 5/1/2026 the month comes first"), required=False)


class Form(Times):
    """How the sender signs, and writes times."""

    field_order = ("sender", "zone", "month_first")

    sender = forms.ChoiceField(
        label=_("How it is signed"),
        choices=SENDERS,
        initial="standard",
        help_text=_(
            "Choose “not at all” only for a sender that can’t sign, and treat the address as a password then."
        ),
    )
