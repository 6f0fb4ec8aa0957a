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

FAR: Final = 1 << 20


class Trigger(NamedTuple):
    """What to look for (a pattern's source) and where."""

    where: int
    source: str
    reach: int = FAR
    back: int = FAR


def _before(pattern: re.Pattern[str], reach: int = 160) -> Trigger:
    return Trigger(BEFORE, pattern.pattern, reach)


_QUOTES = Trigger(NEAR, r'[">]|wrote:|original message')
_REPORTED = _before(said._REPORTED, said._NEAR)

TRIGGERS: Mapping[str, tuple[Trigger, ...]] = {
    "quotation": (_QUOTES,),
    "negation": (_before(said._NEGATION),),
    "negation_but_enough": (_before(said._NEGATION),),
    "reported": (_REPORTED,),
    "mentioned": (_before(said._SAY, said._NEAR),),
    "hypothetical": (_before(said._HYPOTHETICAL),),
    "sarcasm": (
        _before(said._SARCASM_BEFORE),
        _before(said._IRONIC),
        Trigger(AFTER, said._SARCASM_AFTER.pattern, 160),
        Trigger(NEAR, said._SARCASM_MESSAGE.pattern, 200, 200),
    ),
    "insult_aim": (_before(said._NOT_AIMED, said._NEAR),),
    "profanity_aim": (Trigger(SENTENCE, said._AT_YOU.pattern, 30, 30),),
    "positive_only": (Trigger(SENTENCE, said._LEGEND.pattern, 30, 0),),
    "complaint_own": (
        Trigger(AFTER, said._SETTLED.pattern, 120),
        Trigger(SENTENCE, said._OF_SELF.pattern, 0, 60),
    ),
    "threat_aim": (_REPORTED, Trigger(SENTENCE, said._DENIED.pattern, 0, 160)),
    "content": (Trigger(NEAR, said._GRIEVANCE.pattern),),
    "statement": (Trigger(NEAR, r"\?"),),
}


def triggers_of(rule_guards: tuple[said.Guard, ...]) -> tuple[Trigger, ...]:
    """The triggers of some guards, the cheapest to look for first."""
    names = {guard: name for name, guard in said.GUARDS.items()}
    always = (Trigger(ALWAYS, ""),)
    found = [one for guard in rule_guards for one in TRIGGERS.get(names.get(guard, ""), always)]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.where != ALWAYS))
