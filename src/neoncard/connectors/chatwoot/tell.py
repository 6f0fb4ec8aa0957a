"""Words in a conversation of Chatwoot: a message, private or to the contact."""

from __future__ import annotations

from neoncard.connectors import frame
from neoncard.connectors.chatwoot.pull import request
from neoncard.connectors.frame import Asking, Telling


def tell(asking: Asking, telling: Telling) -> None:
    """Send a message as the owner of the token."""
    said = {
        "content": telling.text,
        "message_type": "outgoing",
        "private": not telling.public,
        "content_type": "text",
    }
    path = f"conversations/{telling.talk}/messages"
    frame.asked(request(asking, "POST", path, json=said), path)
