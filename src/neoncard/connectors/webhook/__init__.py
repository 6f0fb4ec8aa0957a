"""Anything that can send a signed webhook: Standard Webhooks, or another way of signing we know, with a mapping page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors import mapping
from neoncard.connectors.frame import Kind
from neoncard.connectors.webhook.settings import Form

KIND = Kind(
    name="webhook",
    title=_("A webhook of your own"),
    about=_(
        "Anything that can send signed JSON: Standard Webhooks, or a helpdesk whose way of signing is known. "
        "You say where in the payload things stand."
    ),
    mapping=mapping.events,
    form=Form,
    own_verifier=True,
    makes_secret=True,
    paths=mapping.PATHS,
    words=mapping.WORDS,
    proof="real",
)
