"""Chatwoot (4.11 or newer): signed account webhooks, and its API for what they missed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors import signatures
from neoncard.connectors.chatwoot.mapping import events
from neoncard.connectors.chatwoot.pull import pull, test
from neoncard.connectors.chatwoot.settings import Form
from neoncard.connectors.chatwoot.tell import tell
from neoncard.connectors.frame import Kind, Sidebar

KIND = Kind(
    name="chatwoot",
    title="Chatwoot",
    about=_("Conversations, messages and survey answers, by webhook and API."),
    mapping=events,
    form=Form,
    verifier=signatures.CHATWOOT,
    pull=pull,
    test=test,
    ticket=r"/conversations/(\d+)",
    sidebar=Sidebar(
        speaks="app_context",
        steps=(
            _("In Chatwoot: Settings, Integrations, Dashboard apps, Configure, Add a new app."),
            _("Name it Neoncard, and paste the address below as its endpoint."),
            _(
                "Open a conversation: Neoncard is a tab beside Messages. Each person signs in there once."
            ),
        ),
    ),
    tell=tell,
)
