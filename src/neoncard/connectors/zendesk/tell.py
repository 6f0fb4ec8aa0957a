"""Words on a ticket of Zendesk: a comment, internal or public."""

from __future__ import annotations

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, Telling
from neoncard.connectors.zendesk.pull import request


def tell(asking: Asking, telling: Telling) -> None:
    """Add a comment; the ticket's state stays."""
    path = f"tickets/{telling.talk}.json"
    said = {"ticket": {"comment": {"body": telling.text, "public": telling.public}}}
    frame.asked(request(asking, "PUT", path, json=said), path)
