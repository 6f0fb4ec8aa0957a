"""Names on the ticket: `name` and `thanks_by_name`. A name is given, never guessed.

Many names are words (Will, Grace, Mark), so a name alone is not enough: the place it
stands in must be one where people address each other.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

_WORDS_TEXT = """
    will mark grace hope joy faith may june april august rose dawn sue bill art rich frank penny
    chase drew pat rob jack ray guy max cliff gene dean grant miles chance chip lance christian
    violet iris lily ivy olive amber ruby jade pearl crystal summer autumn sky sunny star angel
    bob don jean nick norm pierce reed rusty stone victor wade young king prince page price sage
    melody harmony charity mercy patience destiny trinity heaven paris london austin jordan
    dallas carol holly robin wren jay ginger candy honey mason hunter porter carter cooper
    taylor skip trip bishop major earnest ernest sterling golden ford brook forest glen heath
    cash buddy sonny wild wilder story love case ace jewel gale dale lane march an so do ha my
    le long day son
"""
WORD_NAMES = frozenset(_WORDS_TEXT.split())
_TITLE = r"(?:mrs?|ms|miss|mister|mx|dr|prof|sir|madam|frau|herr|aunty|auntie|uncle|brother|sister|oga|chief|mama)\.? "
_HONORIFIC = r"(?: (?:sir|ma'?am|madam|ma|ji|bhai|didi|san))?"
_OPENER = (
    r"(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|morning|afternoon|evening"
    r"|greetings|welcome(?: back)?|thanks|thank you|thx|sorry|congratulations|of course|sure|yes|no"
    r"|okay|ok|right|great|perfect|wonderful|lovely|absolutely|certainly|bye|goodbye|cheers"
    r"|take care|well done|happy birthday|alright|understood|you're welcome|no problem|indeed"
    r"|good luck|have a (?:good|great|nice|lovely) (?:day|one|evening|weekend))"
)
_INTRODUCED = re.compile(
    r"(?:\b(?:my name is|my name's|name's|this is|i am|i'm|it's|you are (?:chatting|speaking) with"
    r"|you're (?:chatting|speaking|talking) (?:with|to)|regards,?|wishes,?|sincerely,?|signed"
    r"|yours(?: truly)?,?|thanks,?\n|best,?|cheers,?\n|assist you today,?)[\s,-]*|[-~] ?)$"
)
_ABOUT = re.compile(
    r"\b(?:for|to|from|under|by|about|of|named|called|name|is|was|and|or|with|at|in|on|the|a|your"
    r"|dr\.?|mr\.?|mrs\.?|ms\.?|account|as|if|that|ask|asked|told|see|saw|colleague|agent|than"
    r"|when|where|we|i|they|it|you|can|what|how|this|these|those|not|there|so|then|which|who) $"
)
_SPEAKING = re.compile(
    r"\b(?:speaking|chatting|talking|speak|chat|meet|meeting)(?: (?:with|to))? $"
)
_THANKS = (
    r"(?:thanks|thank (?:you|u|ya)|thankyou|thx|tysm|ty|cheers|many thanks|much appreciated"
    r"|appreciate (?:it|that|you|your help|this)|bless you|you(?:'re| are) (?:a star|the best|a legend"
    r"|amazing|awesome|wonderful|great|an angel|brilliant|a gem|a lifesaver|so kind|very kind))"
)


class Name:
    """How one person's name may be found in folded text.

    Most names are looked for and never found, so the patterns are made when one is.
    """

    def __init__(self, full: str) -> None:
        parts = full.lower().replace("’", "'").split()
        while len(parts) > 1 and parts[0].strip(".") in _TITLES:
            parts = parts[1:]
        self.first = parts[0] if parts else ""
        self.last = parts[-1] if parts else ""
        self.is_word = self.first in WORD_NAMES
        first, last = re.escape(self.first), re.escape(parts[-1] if parts else "")
        whole = rf"{first}(?: {last})?" if len(parts) > 1 else first
        if len(parts) > 1:
            whole = rf"(?:{_TITLE}(?:{first} )?{last}|(?:{_TITLE})?{whole})"
        else:
            whole = rf"(?:{_TITLE})?{whole}"
        self._whole = whole

    @cached_property
    def address(self) -> re.Pattern[str]:
        """The name, wherever it stands."""
        return re.compile(rf"(?<![\w@.'/-]){self._whole}(?![\w@/'-]|\.\w)")

    @cached_property
    def thanks(self) -> re.Pattern[str]:
        """Thanks said to it."""
        whole = self._whole
        open_end = "" if self.is_word else "|and|i|that|this|it"
        end = rf"(?=\s*(?:[,.!?;:)\n-]|$)| (?:for|so|you|have|bye{open_end})\b)"
        return re.compile(
            rf"(?<!\w)(?<!no ){_THANKS}(?!\w)(?: (?:so|very|ever so) much| a (?:lot|bunch|million|ton)"
            rf"| again| indeed)?(?: for [^.!?\n,]{{1,60}}?)?,?(?: to (?:you)?)?,? ?(?:dear |again,? )?{whole}{_HONORIFIC}{end}"
            rf"|(?<!\w){whole},? {_THANKS}(?!\w)"
        )


_TITLES_TEXT = """
    mr mrs ms miss mx dr prof sir madam frau herr
"""
_TITLES = frozenset(_TITLES_TEXT.split())


@lru_cache(maxsize=4096)
def name_of(full: str) -> Name | None:
    """The ways to find a name, or None when there is nothing to look for."""
    full = full.strip()[:80]
    name = Name(full)
    return name if len(name.first) > 1 and name.first[0].isalpha() else None


_BEGINS = re.compile(r"(?:^|[.!?\n]|\b(?:ok|okay|hi|hey|hello|dear|perfect|great),?) ?$")
_VOCATIVE_BEFORE = re.compile(rf"(?:^|[,.!?;:\n-] ?|\b{_OPENER},? )$")
_VOCATIVE_AFTER = re.compile(r"\s*(?:[,.!?;:\n-]|$)")


def mentions(name: Name, low: str) -> bool:
    """Whether a folded text holds a name at all."""
    return name.first in low or name.last in low


def addressed(name: Name, low: str, same_as_agent: bool) -> tuple[int, int, float] | None:
    """Span and score of the first place a customer is addressed by name, else None."""
    for found in name.address.finditer(low):
        start, end = found.span()
        before = low[max(0, start - 60) : start]
        if same_as_agent and _INTRODUCED.search(before):
            continue
        opened = _VOCATIVE_BEFORE.search(before) is not None
        closed = _VOCATIVE_AFTER.match(low, end) is not None or end == len(low)
        after = low[end : end + 1]
        if after in ",.!?;:\n-" and opened:
            return start, end, 0.97
        if _SPEAKING.search(before) and closed:
            return start, end, 0.9
        if before.rstrip(" ,").endswith(("hi", "hello", "hey", "dear", "morning", "afternoon",
                                         "evening", "welcome", "back", "thanks", "thank you")) and (
            re.search(rf"\b{_OPENER},? $", before)
        ):  # fmt: skip
            if not name.is_word or closed:
                return start, end, 0.95
            continue
        if _ABOUT.search(before):
            continue
        if closed and not (name.is_word and not before.endswith(", ")):
            return start, end, 0.85
        if opened and not name.is_word and after == " ":
            return start, end, 0.7
    return None


def thanked(name: Name, low: str) -> tuple[int, int, float] | None:
    """Span and score of the first thanks said to an agent by name, else None."""
    for found in name.thanks.finditer(low):
        leads = name.is_word and found.group().startswith(name.first)
        if not leads or _BEGINS.search(low[: found.start()]):
            return (*found.span(), 0.95)
    return None
