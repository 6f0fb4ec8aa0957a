"""Words on a ticket of Request Tracker: a comment, or correspondence that goes to who asked."""

from __future__ import annotations

from neoncard.connectors.frame import Asking, Telling
from neoncard.connectors.rt.pull import ask


def tell(asking: Asking, telling: Telling) -> None:
    """Comment, or correspond. Its own rules would open a resolved ticket again, so the state is said along."""
    how = "correspond" if telling.public else "comment"
    said = {"Content": telling.text, "ContentType": "text/plain"}
    if telling.public:
        said["Status"] = str(ask(asking, f"ticket/{telling.talk}").get("Status", "resolved"))
    ask(asking, f"ticket/{telling.talk}/{how}", post=said)
