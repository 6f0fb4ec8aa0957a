"""Words on a ticket of Zammad: an article, internal or by mail to the customer."""

from __future__ import annotations

from typing import Any

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, Telling, TroubleError
from neoncard.connectors.zammad.pull import request


def tell(asking: Asking, telling: Telling) -> None:
    """Add an article: a note, or a mail to whoever opened the ticket."""
    said: dict[str, Any] = {
        "ticket_id": int(telling.talk),
        "body": telling.text,
        "content_type": "text/plain",
        "type": "note",
        "internal": not telling.public,
    }
    if telling.public:
        said |= {"type": "email", "to": _address(asking, telling.talk), "subject": telling.subject}
    frame.asked(request(asking, "POST", "ticket_articles", json=said), "ticket_articles")


def _address(asking: Asking, talk: str) -> str:
    path = f"tickets/{talk}?expand=true"
    ticket = frame.asked(request(asking, "GET", path), "tickets")
    address = str(ticket.get("customer") or "")
    if "@" not in address:
        raise TroubleError("the ticket's customer has no e-mail address")
    return address
