"""How people are addressed and thanked by name, language by language: what `names.py` looks for around a name.

English is here; the words of another language are the table `names` in its `_words.toml`, with the same keys.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from .ruleset import ENGLISH, words_of

_OPENER = (
    r"(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|morning|afternoon|evening"
    r"|greetings|welcome(?: back)?|thanks|thank you|thx|sorry|congratulations|of course|sure|yes|no"
    r"|okay|ok|right|great|perfect|wonderful|lovely|absolutely|certainly|bye|goodbye|cheers"
    r"|take care|well done|happy birthday|alright|understood|you're welcome|no problem|indeed"
    r"|so|well|aight|howdy|g'day|heya|good luck|have a (?:good|great|nice|lovely) (?:day|one|evening|weekend))"
)
_THANKS = (
    r"(?:(?:a |an )?(?:(?:very |big |huge |massive |special |enormous |sincere |heartfelt ){1,2})?"
    r"(?:thanks|thank[ -](?:you|u|ya)|thanku|thankyou|thx|thnx|tnx|thanx|tysm|ty|ta|tq|cheers|danke|merci|gracias)|many thanks|nuff thanks"
    r"|much (?:appreciated|obliged)|appreciate (?:it|that|you|ya|(?:all )?your (?:help|time|patience|support|kindness)|this)"
    r"|preciate (?:it|that|you|ya)|(?:can't|cannot|can never|couldn't) thank you enough|my gratitude|(?:god )?bless you"
    r"|(?:so|very|most|truly|really|deeply|forever|eternally|ever so) (?:grateful|thankful)(?! if)"
    r"|(?:you(?:'re| are| r)|u r|ur) (?:a star|the best|a legend|amazing|awesome|wonderful|great|an angel|brilliant|a gem|a gent"
    r"|a lifesaver|so kind|very kind))"
)
_ENGLISH: Final = {
    "word_names": """
        will mark grace hope joy faith may june april august rose dawn sue bill art rich frank penny
        chase drew pat rob jack ray guy max cliff gene dean grant miles chance chip lance christian
        violet iris lily ivy olive amber ruby jade pearl crystal summer autumn sky sunny star angel
        bob don jean nick norm pierce reed rusty stone victor wade young king prince page price sage
        melody harmony charity mercy patience destiny trinity heaven paris london austin jordan
        dallas carol holly robin wren jay ginger candy honey mason hunter porter carter cooper
        taylor skip trip bishop major earnest ernest sterling golden ford brook forest glen heath
        cash buddy sonny wild wilder story love case ace jewel gale dale lane march an so do ha my
        le long day son
    """,
    "title": r"(?:mrs?|ms|miss|mister|mx|dr|prof|sir|madam|frau|herr|aunty|auntie|uncle|brother|sister|oga|chief|mama)\.? ",
    "honorific": r"(?: (?:sir|ma'?am|madam|ma|ji|bhai|didi|san))?",
    "opener": _OPENER,
    "greets": r"(?:hi|hello|hey|dear|morning|afternoon|evening|welcome|back|thanks|thank you)",
    "introduced": r"(?:\b(?:my name is|my name's|name's|this is|i am|i'm|it's|you are (?:chatting|speaking) with"
    r"|you're (?:chatting|speaking|talking) (?:with|to)|regards,?|wishes,?|sincerely,?|signed"
    r"|yours(?: truly)?,?|thanks,?\n|best,?|cheers,?\n|assist you today,?)[\s,-]*|[-~] ?)$",
    "about": r"\b(?:for|to|from|under|by|about|of|named|called|name|is|was|and|or|with|at|in|on|the|a|your"
    r"|dr\.?|mr\.?|mrs\.?|ms\.?|account|as|if|that|ask|asked|told|see|saw|colleague|agent|than"
    r"|when|where|we|i|they|it|you|can|what|how|this|these|those|not|there|so|then|which|who) $",
    "speaking": r"\b(?:speaking|chatting|talking|speak|chat|meet|meeting)(?: (?:with|to))? $"
    r"|\b(?:may|can|could|if) (?:i|we) call you $",
    "absent": r" (?:from|at|of|in|and|or|is|was|has|had|said|says|told|took|dealt|called|rang|wrote|left|sent|did|does)\b",
    "begins": r"(?:^|[.!?\n]|\b(?:ok|okay|hi|hey|hello|dear|perfect|great),?) ?$",
    "thanks": _THANKS,
    "refused": "(?<!no )",
    "much": r"(?: (?:so|very|ever so) much| a (?:lot|bunch|million|ton)| again| indeed| kindly| heaps| loads| then| ah| well well){0,2}",
    "reason": r"(?: for [^.!?\n,]{1,60}?)?",
    "to": r"(?: to(?: you| ya)?)?",
    "dear": r"(?:dear |again,? |my (?:dear|friend),? )?"
    r"(?<!\bthe )(?<!\ba )(?<!\ban )(?<!\bmy )(?<!\byour )(?<!\bin )(?<!\bfrom )(?<!\bof )(?<!\bat )(?<!\bing )",
    "goes_on": "for|so|you|have|bye|ur|u|x+|who",
    "goes_on_unless_word": "and|i|that|this|it|all|now|boarding|see|my|we|works?|got|on|is|was",
    "between": r"(?: (?:my [a-z]+|man|mate|sir|ma'am|honestly|seriously|really),?| you(?:'re| are) [a-z ]{1,24},| is it right,? well"
    r"| i(?: just| simply)?| i'm| i am| and [a-z ]{1,16},)?",
    "closing": r"[.!]{1,3} (?=thank|many thanks|thx|cheers|much )",
}


WORD_NAMES: Final = frozenset(_ENGLISH["word_names"].split())
"""Names that are English words, too."""


class Ways(NamedTuple):
    """A language's words around a name, as patterns; `words`: names that are words, too; `title` and `thanks`, sources."""

    language: str
    words: frozenset[str]
    title: str
    opener: re.Pattern[str]
    greets: re.Pattern[str]
    vocative: re.Pattern[str]
    introduced: re.Pattern[str]
    about: re.Pattern[str]
    speaking: re.Pattern[str]
    absent: re.Pattern[str]
    begins: re.Pattern[str]
    thanks: str

    def address(self, first: str, last: str) -> re.Pattern[str]:
        """Where a name stands; `last` is "" for a single one. Both are escaped."""
        return re.compile(rf"(?<![\w@.'/-]){self._whole(first, last)}(?![\w@/'-]|\.\w)")

    def thanked(self, first: str, last: str, is_word: bool) -> re.Pattern[str]:
        """Where thanks are said to a name."""
        return re.compile(
            self.thanks.replace("NAME", self._whole(first, last)).replace(
                "OPEN", "" if is_word else "|" + _words(self.language)["goes_on_unless_word"]
            )
        )

    def _whole(self, first: str, last: str) -> str:
        if last:
            return rf"(?:{self.title}(?:{first} )?{last}|(?:{self.title})?{first}(?: {last})?)"
        return rf"(?:{self.title})?{first}"


@cache
def _words(language: str) -> dict[str, str]:
    return dict(_ENGLISH) if language == ENGLISH else words_of(language, "names")


@cache
def ways(language: str) -> Ways:
    """Those of a language. Raises KeyError for words that are missing in its file."""
    said = _words(language)
    thanks = said["thanks"]
    end = rf"(?=\s*(?:[^\w\s'@&/(]|\n|$)| (?:{said['goes_on']}OPEN)\b)"
    return Ways(
        language,
        frozenset(said["word_names"].split()),
        said["title"],
        re.compile(rf"\b{said['opener']},? $"),
        re.compile(rf"{said['greets']}[ ,]*$"),
        re.compile(rf"(?:^|[,.!?;:\n-] ?|\b{said['opener']},? )$"),
        re.compile(said["introduced"]),
        re.compile(said["about"]),
        re.compile(said["speaking"]),
        re.compile(said["absent"]),
        re.compile(said["begins"]),
        rf"(?<!\w){said['refused']}{thanks}(?!\w){said['much']}{said['reason']},?{said['to']},? ?"
        rf"{said['dear']}NAME{said['honorific']}{end}"
        rf"|(?<!\w)NAME,?{said['between']} {thanks}(?!\w)|(?<=, )NAME{said['closing']}{thanks}(?!\w)",
    )
