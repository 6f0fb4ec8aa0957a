"""django-helpdesk: its push fails closed (a refusal of ours would fail their page), so its API is asked instead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors.django_helpdesk.mapping import events
from neoncard.connectors.django_helpdesk.pull import pull, test
from neoncard.connectors.django_helpdesk.settings import Form
from neoncard.connectors.django_helpdesk.tell import tell
from neoncard.connectors.frame import Kind

KIND = Kind(
    name="django_helpdesk",
    title="django-helpdesk",
    about=_("Tickets and follow-ups of django-helpdesk, by its API."),
    mapping=events,
    form=Form,
    pull=pull,
    test=test,
    tell=tell,
    hints=True,
    proof="real",
)
