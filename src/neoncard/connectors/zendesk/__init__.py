"""Zendesk Support: signed event webhooks, and the incremental API for what they missed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors import signatures
from neoncard.connectors.frame import Kind, Sidebar
from neoncard.connectors.zendesk.app import check, manifest
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
    ticket=r"/tickets/(\d+)",
    sidebar=Sidebar(
        speaks="zaf",
        steps=(
            _("Put the text below into a file called manifest.json, and the file into a zip."),
            _(
                "In Zendesk: Admin centre, Apps and integrations, Zendesk Support apps, Upload private app."
            ),
            _("Open a ticket, and Apps on its right. Each person signs in there once."),
            _(
                "To be sure that only your Zendesk opens it: paste the app’s public key under Settings "
                "below, and set signedUrls to true in the manifest."
            ),
        ),
        paste=manifest,
        check=check,
    ),
    tell=tell,
)
