"""When a guard need not be asked: what must be found near a hit before it can object.

A guard is a Python function and is what counts. Most hits have nothing beside them that a guard
could object to, and that is settled in bulk by `machine.py`: where none of a guard's triggers is
found, the guard would let the hit stand (a test asks both). A guard that has no entry in
`TRIGGERS` is always asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from . import cues
from . import guards as said

BEFORE: Final = 0
"""In the `reach` characters before the hit: `view.before`, or a tail of it."""
AFTER: Final = 1
"""In the `reach` characters after the hit: `view.after`, or a head of it."""
AT_ONCE: Final = 2
"""As AFTER, but beginning where the hit ends."""
SENTENCE: Final = 3
"""From `back` characters before the hit to `reach` after it, or in a part of that: `view.around`."""
NEAR: Final = 4
"""From `back` characters before the hit to `reach` after it, exactly."""
NEEDED: Final = 5
"""As NEAR, but the hit falls where it is not found."""
ALWAYS: Final = 6
"""Nothing in the text tells; the guard is asked."""

ASK: Final = 7
"""Python is asked, which needs nothing but the text."""

FAR: Final = 1 << 20


class Trigger(NamedTuple):
    """What to look for (a pattern's source) and where."""

    where: int
    source: str
    reach: int = FAR
    back: int = FAR


def _before(pattern: re.Pattern[str], reach: int = 160) -> Trigger:
    return Trigger(BEFORE, pattern.pattern, reach)


def _inside(pattern: re.Pattern[str], back: int = 0, reach: int = 0) -> Trigger:
    """In the hit itself, or what is so near to it, as a slice."""
    return Trigger(SENTENCE, pattern.pattern, reach, back)


def _near(pattern: re.Pattern[str], back: int = FAR, reach: int = FAR) -> Trigger:
    return Trigger(NEAR, pattern.pattern, reach, back)


_REPORTED = _before(cues.REPORTED, said._NEAR)
_ANOTHERS = _before(cues.ANOTHERS, said._NEAR)

TRIGGERS: Mapping[str, tuple[Trigger, ...]] = {
    "quotation": (Trigger(NEAR, r'[">]|wrote:|original message'),),
    "negation": (_before(cues.NEGATION),),
    "negation_but_enough": (_before(cues.NEGATION),),
    "reported": (_REPORTED,),
    "mentioned": (_before(cues.SAY, said._NEAR),),
    "hypothetical": (_before(cues.HYPOTHETICAL),),
    "sarcasm": (
        _before(cues.SARCASM_BEFORE),
        _before(cues.IRONIC),
        Trigger(AFTER, cues.SARCASM_AFTER.pattern, 160),
        _near(cues.SARCASM_MESSAGE, 200, 200),
    ),
    "insult_aim": (
        _before(cues.NOT_AIMED, said._NEAR),
        _inside(cues.CALLING, said._NEAR),
        _near(cues.ABUSE_NAMED),
    ),
    "profanity_aim": (_inside(cues.AT_YOU, 30, 30),),
    "no_name": (Trigger(ASK, ""),),
    "positive_only": (_inside(cues.LEGEND, 0, 30),),
    "complaint_own": (Trigger(AFTER, cues.SETTLED.pattern, 120), _inside(cues.OF_SELF, 60)),
    "threat_aim": (
        _REPORTED,
        _inside(cues.DENIED, 160),
        _near(cues.HARMLESS, 60, 60),
        Trigger(AT_ONCE, cues.FRIENDLY.pattern),
        Trigger(AT_ONCE, r"""[ "')]*\?"""),
    ),
    "lasting": (
        _near(cues.LOYALTY_TERMS),
        _inside(cues.IN_PASSING, 0, 40),
        _ANOTHERS,
        Trigger(BEFORE, r"competitors? (?:is|are)\s*$", 160),
    ),
    "for_good": (_inside(cues.NOT_LEAVING, said._FAR, said._FAR),),
    "others": (_ANOTHERS,),
    "complaint_positive": (_inside(cues.MILD),),
    "sincere": (_near(cues.GRUDGING, 120, 120), _near(cues.SOURED, 0, 120)),
    "affirmed": (_inside(cues.TURNED, 160),),
    "content": (_near(cues.GRIEVANCE),),
    "statement": (Trigger(NEAR, r"\?"),),
}


def triggers_of(rule_guards: tuple[said.Guard, ...]) -> tuple[Trigger, ...]:
    """The triggers of some guards, the cheapest to look for first."""
    names = {guard: name for name, guard in said.GUARDS.items()}
    always = (Trigger(ALWAYS, ""),)
    found = [one for guard in rule_guards for one in TRIGGERS.get(names.get(guard, ""), always)]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.where != ALWAYS))
