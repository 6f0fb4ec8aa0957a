"""Words to a customer by mail: an answer to their last one in the thread. A mailbox has no place for notes."""

from __future__ import annotations

import smtplib

from neoncard.connectors.frame import Asking, GoneError, Telling, TroubleError, UnsureError
from neoncard.connectors.imap.box import opened
from neoncard.connectors.imap.pull import Library, folders
from neoncard.connectors.imap.settings import is_junk
from neoncard.kit import mail


def tell(asking: Asking, telling: Telling) -> None:
    """Find their mail in the mailbox, and answer it by SMTP: we keep nobody's address.

    A mail that was deleted, or moved among junk, is not answered.
    """
    if not mail.works():
        raise TroubleError("no mail can be sent: set NEONCARD_MAIL_URL")
    with opened(asking.settings) as box:
        names = [name for name in folders(asking) if not is_junk(name)]
        found = Library.lone(box, names, telling.answers)
    if found is None or found["skip"] or found["spam"]:
        raise GoneError("their mail is not in the mailbox any more")
    try:
        mail.send(
            to=found["reply_to"] or found["from"]["address"],
            subject=telling.subject,
            text=telling.text,
            what="survey",
            answers=found["id"],
        )
    except mail.UnsureError as error:
        raise UnsureError(f"the mail server hung up while it took the mail: {error}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise TroubleError(f"the mail could not be sent: {type(error).__name__}") from None
