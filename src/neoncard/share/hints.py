"""The words of the hints on thanks (`rules.hint`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from neoncard.share.rules import Hint, hint

HINTS = {
    Hint.COMPARES: gettext_lazy(
        "Thanks land best without a comparison: say what they did, and what it changed."
    ),
    Hint.FAINT: gettext_lazy(
        "Read it once as they will. Without the half-sentence that takes some of it back, it is warmer."
    ),
    Hint.BARE: gettext_lazy("One detail more makes it theirs: what exactly, and for whom?"),
}


def hint_on(words: str) -> str:
    """What might make these thanks land better, in the reader's language, or "" (E7, E10). No query."""
    found = hint(words)
    return str(HINTS[found]) if found else ""
