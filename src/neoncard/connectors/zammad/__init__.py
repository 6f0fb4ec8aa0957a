"""Zammad: signed trigger webhooks, and its API for what they missed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors import signatures
from neoncard.connectors.frame import Kind
from neoncard.connectors.zammad.mapping import events
from neoncard.connectors.zammad.pull import pull, test
from neoncard.connectors.zammad.settings import Form
from neoncard.connectors.zammad.tell import tell

KIND = Kind(
    name="zammad",
    title="Zammad",
    about=_("Tickets and articles, by webhook and API."),
    mapping=events,
    form=Form,
    verifier=signatures.ZAMMAD,
    pull=pull,
    test=test,
    ticket=r"#ticket/zoom/(\d+)",
    tell=tell,
)
