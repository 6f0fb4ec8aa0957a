"""Request Tracker 5: it sends no webhooks, so its REST 2 interface is asked every five minutes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors.frame import Kind
from neoncard.connectors.rt.mapping import events
from neoncard.connectors.rt.pull import pull, test
from neoncard.connectors.rt.settings import Form
from neoncard.connectors.rt.tell import tell

KIND = Kind(
    name="rt",
    title="Request Tracker",
    about=_("Tickets, correspondence and comments of Request Tracker 5, by its REST interface."),
    mapping=events,
    form=Form,
    pull=pull,
    test=test,
    tell=tell,
    hints=True,
    proof="real",
)
