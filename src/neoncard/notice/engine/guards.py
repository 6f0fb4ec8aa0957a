"""Guards: what is asked of a hit before it becomes a mark. They run on hits only.

A guard takes the view of a message and the hit's span in folded text, and answers whether
the hit may stand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import cached_property

from . import cues
from .fold import fold, sentence_ends

_QUOTES = ('"', " '", ">", "wrote:", "schrieb", "escribi", "---")
_NEAR = 48
_FAR = 300


class View:
    """One message as the guards see it; everything costly is worked out once, when asked."""

    def __init__(self, text: str, prev: str = "") -> None:
        self.text = text
        self.folded = fold(text)
        self.low = self.folded.low
        self.prev = prev

    @cached_property
    def ends(self) -> list[int]:
        """Where each sentence ends."""
        return sentence_ends(self.low)

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """Spans of another's words: "quotes" inside a longer text, quoted mail."""
        if not any(sign in self.low for sign in _QUOTES):
            return []
        whole = self.low.strip()
        begin, end = 0, len(self.low)
        if len(whole) > 1 and whole[0] == whole[-1] == '"':
            begin, end = self.low.index('"') + 1, self.low.rindex('"')
        return [found.span() for found in cues.QUOTED.finditer(self.low, begin, end)]

    @cached_property
    def grievance(self) -> bool:
        """Whether the message, taken whole, says that something went badly wrong."""
        return cues.GRIEVANCE.search(self.low) is not None

    def sentence(self, start: int) -> tuple[int, int]:
        """Start and end of the sentence around a position."""
        index = bisect_right(self.ends, start)
        begin = self.ends[index - 1] if index else 0
        end = self.ends[index] if index < len(self.ends) else len(self.low)
        return begin, end

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The sentence of a hit, or what of it is near, so that long ones cost no more."""
        begin, last = self.sentence(start)
        return max(begin, start - _FAR), min(max(last, end), end + _FAR)

    def before(self, start: int) -> str:
        """The words of the same sentence before a position, no more than needed."""
        begin, _ = self.sentence(start)
        return self.low[max(begin, start - 160) : start]

    def after(self, end: int, start: int) -> str:
        """The words of the same sentence after a hit."""
        _, last = self.sentence(start)
        return self.low[end : min(max(last, end), end + 160)]


Guard = Callable[[View, int, int], bool]


def quotation(view: View, start: int, end: int) -> bool:
    """Not inside another's words."""
    index = bisect_right(view.quoted, (start, len(view.low) + 1)) - 1
    return index < 0 or not view.quoted[index][0] <= start < view.quoted[index][1]


def negation(view: View, start: int, end: int) -> bool:
    """Not denied a few words before: "I am not happy with"."""
    clause = cues.AGREES.sub("", _last_clause(view.before(start)))
    return cues.NEGATION.search(clause) is None


def negation_but_enough(view: View, start: int, end: int) -> bool:
    """As `negation`, but "can't thank you enough" is more thanks, not less."""
    return "enough" in view.low[start:end] or negation(view, start, end)


def reported(view: View, start: int, end: int) -> bool:
    """Not told of someone: "he said thank you and hung up", "there is no rush, says the sign"."""
    before = view.before(start)[-_NEAR:]
    return cues.REPORTED.search(before) is None and (
        cues.REPORTED_AFTER.search(view.after(end, start)) is None
    )


def mentioned(view: View, start: int, end: int) -> bool:
    """Said, not spoken about: "the word sorry", "not even a thank you"."""
    return cues.SAY.search(view.before(start)[-_NEAR:]) is None


def hypothetical(view: View, start: int, end: int) -> bool:
    """Not what might have been: "if you were helpful", "would have been great"."""
    return cues.HYPOTHETICAL.search(_last_clause(view.before(start))) is None


def sarcasm(view: View, start: int, end: int) -> bool:
    """Not turned round by the words beside it: "oh great, thanks a lot for nothing"."""
    before = view.before(start)
    return not (
        cues.SARCASM_BEFORE.search(before)
        or (cues.IRONIC.search(before) and cues.SOUR.search(view.after(end, start)))
        or cues.SARCASM_AFTER.search(view.after(end, start))
        or cues.SARCASM_MESSAGE.search(view.low, max(0, start - 200), min(len(view.low), end + 200))
    )


def insult_aim(view: View, start: int, end: int) -> bool:
    """Aimed at the agent: not denied, not told, not spoken against ("don't call her stupid")."""
    first, last = view.around(start, end)
    return (
        cues.NOT_AIMED.search(view.before(start)[-_NEAR:]) is None
        and cues.CALLING.search(view.low[max(first, start - _NEAR) : end]) is None
        and not (
            cues.ABUSE_NAMED.search(view.low) and cues.AGAINST_ABUSE.search(view.low, first, last)
        )
    )


def profanity_aim(view: View, start: int, end: int) -> bool:
    """Not at the agent: that is an insult."""
    around = view.low[max(0, start - 30) : end + 30]
    return cues.AT_YOU.search(around) is None or (
        cues.LEGEND.search(view.low, max(0, start - _FAR), end + _FAR) is not None
    )


def no_name(view: View, start: int, end: int) -> bool:
    """Not a proper name ("Hell's Kitchen", "in Fucking, Austria"), nor meant as it says ("a bloody nose")."""
    if cues.LITERAL.search(view.low, max(0, start - 30), end + 30):
        return False
    first, last = view.folded.span(start, end)
    word, begin = view.text[first:last], view.sentence(start)[0]
    inside = start > begin and view.low[begin:start].strip(" \"'(") != ""
    return not (inside and word[:1].isupper() and not word[:2].isupper())


def positive_only(view: View, start: int, end: int) -> bool:
    """Not a bad word used as praise: "that was insanely, terribly good"."""
    return cues.LEGEND.search(view.low[start : end + 30]) is None


def complaint_own(view: View, start: int, end: int) -> bool:
    """The customer's own grievance, not what a sorted matter used to be."""
    return cues.SETTLED.search(view.low[end : end + 120]) is None and not cues.OF_SELF.search(
        view.low[max(0, start - 60) : end]
    )


def threat_aim(view: View, start: int, end: int) -> bool:
    """Not told of another, not denied, not a joke said to be one."""
    before = view.before(start)
    return not (
        cues.REPORTED.search(before[-_NEAR:])
        or cues.DENIED.search(before + view.low[start:end])
        or cues.HARMLESS.search(view.low, max(0, start - 60), end + 60)
        or cues.FRIENDLY.match(view.low, end)
        or view.low[end:].lstrip(" \"')").startswith("?")
    )


def lasting(view: View, start: int, end: int) -> bool:
    """The customer's own coming back for good: no errand, nobody else's."""
    before = view.before(start)
    return not (
        cues.LOYALTY_TERMS.search(view.low)
        or cues.IN_PASSING.search(view.low[start : end + 40])
        or cues.ANOTHERS.search(before[-_NEAR:])
        or before.rstrip().endswith(("competitor is", "competitors are"))
    )


def for_good(view: View, start: int, end: int) -> bool:
    """Leaving the company, not a table, a password or a city, and not asking how one would."""
    return cues.NOT_LEAVING.search(view.low, *view.around(start, end)) is None


def others(view: View, start: int, end: int) -> bool:
    """The speaker's own, not told of somebody else: "my neighbour is cancelling hers"."""
    return cues.ANOTHERS.search(view.before(start)[-_NEAR:]) is None


def complaint_positive(view: View, start: int, end: int) -> bool:
    """A word like "right", "fair" or "acceptable" complains only when it is denied."""
    return cues.MILD.search(view.low[start:end]) is None or (
        cues.MILD_DENIED.search(view.low[start:end]) is not None
    )


def of_us(view: View, start: int, end: int) -> bool:
    """A verdict on the company or the matter, not on somebody's taste: "an awful lot", "a poor student"."""
    return cues.VERDICT.match(view.low, start, end) is not None or (
        cues.OURS.search(view.low, *view.around(start, end)) is not None
    )


def sincere(view: View, start: int, end: int) -> bool:
    """Not grudging, mocking, an advert's words or a foil for what follows."""
    first, last = max(0, start - 120), min(len(view.low), end + 120)
    return cues.GRUDGING.search(view.low, first, last) is None and not (
        cues.SOURED.search(view.low, start, last) and not cues.MENDED.search(view.low, first, last)
    )


def affirmed(view: View, start: int, end: int) -> bool:
    """Not turned round before it is said: "anything but helpful", "none of you were kind"."""
    return cues.TURNED.search(view.before(start) + view.low[start:end]) is None


def answers_apology(view: View, start: int, end: int) -> bool:
    """Said in answer to an apology or to being asked to wait."""
    return excused(view.prev)


def excused(prev: str) -> bool:
    """Whether a message apologises or asks to wait."""
    return cues.EXCUSED.search(prev.lower()) is not None


def content(view: View, start: int, end: int) -> bool:
    """Not in a message that says something went badly wrong."""
    return not view.grievance


def statement(view: View, start: int, end: int) -> bool:
    """Not part of a question."""
    _, last = view.sentence(start)
    return not view.low[end:last].rstrip(" \"')\n").endswith("?")


def _last_clause(before: str) -> str:
    cut = max(before.rfind(mark) for mark in (", ", "; ", ": ", " but ", " - ", " and ", "("))
    return before[cut + 1 :] if cut >= 0 else before


GUARDS: Mapping[str, Guard] = {
    "quotation": quotation,
    "negation": negation,
    "negation_but_enough": negation_but_enough,
    "reported": reported,
    "mentioned": mentioned,
    "hypothetical": hypothetical,
    "sarcasm": sarcasm,
    "profanity_aim": profanity_aim,
    "no_name": no_name,
    "positive_only": positive_only,
    "complaint_own": complaint_own,
    "threat_aim": threat_aim,
    "insult_aim": insult_aim,
    "lasting": lasting,
    "complaint_positive": complaint_positive,
    "of_us": of_us,
    "sincere": sincere,
    "affirmed": affirmed,
    "others": others,
    "for_good": for_good,
    "answers_apology": answers_apology,
    "content": content,
    "statement": statement,
}
