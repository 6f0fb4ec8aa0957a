"""E-mail by IMAP: a shared mailbox is read, never changed. News come by IDLE, and every five minutes by asking."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from neoncard.connectors.frame import Kind
from neoncard.connectors.imap.mapping import events
from neoncard.connectors.imap.pull import pull, test, watch
from neoncard.connectors.imap.settings import Form
from neoncard.connectors.imap.tell import tell

KIND = Kind(
    name="imap",
    title=_("E-mail"),
    about=_("A shared mailbox by IMAP. It is read, and nothing in it is ever changed or deleted."),
    mapping=events,
    form=Form,
    pull=pull,
    test=test,
    tell=tell,
    notes=False,
    mails=True,
    watch=watch,
    proof="real",
)
