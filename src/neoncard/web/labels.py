"""What the reader's labels are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LABELS = {
    "name": _("by name"),
    "warm_greeting": _("a warm greeting"),
    "thanks_customer": _("thanks to the customer"),
    "apology": _("an apology"),
    "empathy": _("their side put into words"),
    "reassurance": _("reassurance"),
    "ownership": _("taking it on"),
    "extra_help": _("extra help"),
    "goes_beyond": _("beyond what was owed"),
    "personal_touch": _("a personal touch"),
    "patience": _("patience"),
    "humour": _("humour"),
    "thanks": _("thanks"),
    "praise": _("praise"),
    "thanks_by_name": _("thanks by name"),
    "kind_to_agent": _("kindness to you"),
    "recommends": _("recommends us"),
    "loyal": _("means to stay"),
    "leaving": _("means to leave"),
    "feedback": _("feedback"),
    "complaint": _("a complaint"),
    "profanity": _("swearing, at nobody"),
    "insult": _("an insult"),
    "threat": _("a threat"),
}
HEAVY = frozenset({"insult", "threat", "profanity"})


def label(name: str) -> str:
    """A label's name in the language of the page; the plain word for one we don't know."""
    return str(LABELS.get(name, name.replace("_", " ")))
