"""What a webhook of one's own is asked for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from neoncard.connectors.frame import Settings

SENDERS = [
    ("standard", _("Standard Webhooks (webhook-signature)")),
    ("intercom", _("Intercom (X-Hub-Signature)")),
    ("hubspot", _("HubSpot (X-HubSpot-Signature-v3)")),
    ("freescout", _("FreeScout (X-FreeScout-Signature)")),
    ("chatwoot", _("like Chatwoot (X-Chatwoot-Signature)")),
    ("zammad", _("like Zammad (X-Hub-Signature)")),
    ("zendesk", _("like Zendesk (X-Zendesk-Webhook-Signature)")),
]


class Form(Settings):
    """How the sender signs."""

    sender = forms.ChoiceField(label=_("How it is signed"), choices=SENDERS, initial="standard")
