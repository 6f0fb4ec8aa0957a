"""Outgoing mail, by Django's own backend (`NEONCARD_MAIL_URL`). Everything says of itself that a machine sent it."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

OURS = "X-Neoncard"
"""A header that tells our own mail when it comes back to a mailbox we read."""
_PLAIN_NO = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
)
_SILENT = ("django.core.mail.backends.dummy.EmailBackend", "")


class UnsureError(Exception):
    """The server was handed a mail and did not say whether it took it: sent again, it might arrive twice."""


def works() -> bool:
    """Whether mail is set up at all."""
    return settings.EMAIL_BACKEND not in _SILENT


def send(*, to: str, subject: str, text: str, what: str, answers: str = "") -> None:
    """Send one mail. `what` says why, in a word; `answers` is the id of the mail it belongs under.

    `Auto-Submitted` keeps other machines from answering it (RFC 3834). Raises SMTPException or OSError where it surely
    was not sent (no connection, or a plain no), and UnsureError where that can't be told.
    """
    host = urlsplit(settings.NEONCARD_URL).hostname or "localhost"
    headers = {
        "Message-ID": make_msgid(domain=host),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        OURS: what,
    }
    if answers and not set("\r\n<> ") & set(answers):
        headers |= {"In-Reply-To": f"<{answers}>", "References": f"<{answers}>"}
    subject = " ".join(subject.split())[:200]
    server = get_connection()
    letter = EmailMessage(
        subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=headers, connection=server
    )
    server.open()
    try:
        letter.send()
    except _PLAIN_NO:
        raise
    except (smtplib.SMTPException, OSError) as error:
        raise UnsureError(type(error).__name__) from None
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.close()
