"""A folder for files: JSON lines (whole conversations or single messages) and CSV, with a mapping page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors import drop
from neoncard.connectors.folder.mapping import events
from neoncard.connectors.frame import Kind
from neoncard.connectors.mapping import PATHS, WORDS
from neoncard.connectors.webhook.settings import Times

KIND = Kind(
    name="folder",
    title=_("A folder of files"),
    about=_("JSON lines or CSV that your helpdesk exports into a folder on this server."),
    mapping=events,
    form=Times,
    paths=PATHS,
    words=WORDS,
    pull=drop.pull,
    test=drop.test,
    proof="real",
)
