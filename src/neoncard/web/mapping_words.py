"""What the fields of a mapping are called on its page, and what each is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SAID: Final[dict[str, tuple[StrPromise, StrPromise | str]]] = {
    "type": (_("What happened"), _("Only needed for: conversation.opened, assigned, deleted.")),
    "conversation": (_("Conversation: its id"), _("The ticket’s number. Always needed.")),
    "subject": (_("Conversation: subject"), ""),
    "channel": (_("Conversation: channel"), _("Such as chat or email.")),
    "tags": (_("Conversation: tags"), _("A list, or words apart by commas.")),
    "lang": (_("Conversation: language"), _("Such as de or en-GB.")),
    "url": (_("Conversation: address of its page"), ""),
    "status": (_("Conversation: status"), _("Which words mean closed stands below.")),
    "message": (_("Message: its id"), _("Needed for a message.")),
    "text": (_("Message: its words"), ""),
    "html": (_("Message: its words as HTML"), _("Where there are no plain ones.")),
    "visibility": (_("Message: who sees it"), _("Which words mean internal stands below.")),
    "author": (
        _("Message: who wrote it"),
        _("Needed for a message: customer, agent or bot, by the words below."),
    ),
    "author_id": (_("Author: id"), _("Of an agent: as in Settings, People.")),
    "author_name": (_("Author: name"), ""),
    "customer_id": (_("Customer: id"), _("Kept as a pseudonym.")),
    "customer_name": (_("Customer: name"), ""),
    "agent_id": (_("Whose it is: the agent’s id"), ""),
    "agent_name": (_("Whose it is: the agent’s name"), ""),
    "score": (_("Rating: the score"), ""),
    "best": (_("Rating: the best score there is"), _("Is it always the same? Write it as =5.")),
    "comment": (_("Rating: comment"), ""),
    "at": (_("When"), _("With a zone, or by the connector’s own zone. Always needed.")),
    "revision": (
        _("Revision"),
        _("A number that grows when it changes. Without one, the time counts."),
    ),
    "customer_words": (_("These mean the customer"), ""),
    "agent_words": (_("These mean an agent"), ""),
    "bot_words": (_("These mean a machine"), ""),
    "internal_words": (_("These mean internal"), ""),
    "closed_words": (_("These mean closed"), ""),
    "id": (_("The call’s id"), _("Each call has one of its own. Always needed.")),
    "start": (_("When it began"), _("With a zone, or by the connector’s own zone. Always needed.")),
    "duration": (_("How long it was"), _("Seconds, mm:ss or h:mm:ss. Always needed.")),
    "agent": (_("Who took it: their id"), _("As in Settings, People.")),
    "queue": (_("Queue"), _("Kept as a tag.")),
    "disposition": (_("How it ended"), _("Kept as a tag.")),
    "customer": (_("Who called"), _("Their number or id; kept as a pseudonym.")),
}
"""Field → its label and a sentence about it."""
