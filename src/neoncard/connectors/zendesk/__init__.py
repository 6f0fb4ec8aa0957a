"""Zendesk Support: signed event webhooks, and the incremental API for what they missed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors import signatures
from neoncard.connectors.frame import Kind
from neoncard.connectors.zendesk.mapping import events
from neoncard.connectors.zendesk.pull import pull, test
from neoncard.connectors.zendesk.settings import Form
from neoncard.connectors.zendesk.tell import tell

KIND = Kind(
    name="zendesk",
    title="Zendesk",
    about=_("Tickets, comments and satisfaction ratings, by webhook and API."),
    mapping=events,
    form=Form,
    verifier=signatures.ZENDESK,
    pull=pull,
    test=test,
    tell=tell,
)
