"""Words on a ticket of Zendesk: a comment, internal or public."""

from __future__ import annotations

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, GoneError, Telling
from neoncard.connectors.zendesk.pull import request


def tell(asking: Asking, telling: Telling) -> None:
    """Add a comment; the ticket's state stays. One that is closed, days after it was solved, takes none any more."""
    path = f"tickets/{telling.talk}.json"
    said = {"ticket": {"comment": {"body": telling.text, "public": telling.public}}}
    answer = request(asking, "PUT", path, json=said)
    if answer.status == 422 and b"closed" in answer.body.lower():
        raise GoneError("the ticket is closed for good, and takes no more comments")
    frame.asked(answer, path)
