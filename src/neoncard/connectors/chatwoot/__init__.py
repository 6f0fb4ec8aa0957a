"""Chatwoot (4.11 or newer): signed account webhooks, and its API for what they missed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors import signatures
from neoncard.connectors.chatwoot.mapping import events
from neoncard.connectors.chatwoot.pull import pull, test
from neoncard.connectors.chatwoot.settings import Form
from neoncard.connectors.chatwoot.tell import tell
from neoncard.connectors.frame import Kind

KIND = Kind(
    name="chatwoot",
    title="Chatwoot",
    about=_("Conversations, messages and survey answers, by webhook and API."),
    mapping=events,
    form=Form,
    verifier=signatures.CHATWOOT,
    pull=pull,
    test=test,
    tell=tell,
)
