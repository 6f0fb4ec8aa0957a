"""Words to a customer by mail: an answer to their last one in the thread. A mailbox has no place for notes."""

from __future__ import annotations

import smtplib

from neoncard.connectors.frame import Asking, Telling, TroubleError
from neoncard.connectors.imap.box import opened
from neoncard.connectors.imap.pull import Library, folders
from neoncard.kit import mail


def tell(asking: Asking, telling: Telling) -> None:
    """Find their mail in the mailbox, and answer it by SMTP: we keep nobody's address."""
    if not mail.works():
        raise TroubleError("no mail can be sent: set NEONCARD_MAIL_URL")
    with opened(asking.settings) as box:
        found = Library.lone(box, folders(asking), telling.answers)
    if found is None or found["skip"]:
        raise TroubleError("their mail is not in the mailbox any more")
    try:
        mail.send(
            to=found["reply_to"] or found["from"]["address"],
            subject=telling.subject,
            text=telling.text,
            what="survey",
            answers=found["id"],
        )
    except (smtplib.SMTPException, OSError) as error:
        raise TroubleError(f"the mail could not be sent: {type(error).__name__}") from None
