"""Words on a ticket of django-helpdesk: a follow-up, private or public."""

from __future__ import annotations

from neoncard.connectors.django_helpdesk.pull import ask
from neoncard.connectors.frame import Asking, Telling


def tell(asking: Asking, telling: Telling) -> None:
    """Leave a follow-up. Without a title: its API would write one over the ticket's own."""
    said = {"ticket": int(telling.talk), "comment": telling.text, "public": telling.public}
    ask(asking, "followups/", post=said)
