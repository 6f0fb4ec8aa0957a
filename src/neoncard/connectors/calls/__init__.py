"""Calls: records of a telephone system, by webhook or as CSV in a folder. No audio, no words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors import drop
from neoncard.connectors.calls.mapping import PATHS, events
from neoncard.connectors.frame import Kind
from neoncard.connectors.webhook.settings import Form

KIND = Kind(
    name="calls",
    title=_("Calls"),
    about=_("Records of a telephone system: who, which queue, when, how long. No audio, no words."),
    mapping=events,
    paths=PATHS,
    form=Form,
    own_verifier=True,
    makes_secret=True,
    pull=drop.pull,
    test=drop.test,
    proof="real",
)
