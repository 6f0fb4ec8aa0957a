"""What rules and guards look for beside a hit, so that kernels can look for it in bulk.

A guard is a Python function and is what counts. Where none of its triggers objects, it lets the
hit stand; where one that `settles` does, it does not; else it is asked (a test asks them all).
A trigger objects where it is found, or not found if `needed`; unless another one spares the hit.
A guard that has no entry in `TRIGGERS` is always asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from . import cues
from . import guards as said

BEFORE: Final = 0
"""In the `reach` characters before the hit, of its sentence: `view.before` or its tail, as a slice."""
AFTER: Final = 1
"""In the `reach` characters after the hit, of its sentence: `view.after` or its head, as a slice."""
AT_ONCE: Final = 2
"""As AFTER, but beginning where the hit ends."""
AROUND: Final = 3
"""In its sentence, or what of it is near: `view.around`."""
NEAR: Final = 4
"""From `back` characters before the hit to `reach` after it."""
INSIDE: Final = 5
"""Beginning where the hit begins, inside of it."""
ALWAYS: Final = 6
"""It hangs on the message before; the guard is asked."""
ASK: Final = 7
"""The guard is asked, which needs nothing but the text."""
SLICE: Final = 8
"""As NEAR, but as a slice: what lies outside is not seen."""
THROUGH: Final = 9
"""As BEFORE, with the hit itself."""
FOLLOWS: Final = 10
"""In the `reach` characters after the hit, as a slice."""
ON: Final = 11
"""Beginning where the hit ends."""

CAPITAL: Final = 12
"""Inside its sentence the hit begins with a capital, and only one, in the message as it came."""

FAR: Final = 1 << 20
WITHOUT: Final = (ALWAYS, ASK, CAPITAL)
"""Those that look for no pattern."""


class Trigger(NamedTuple):
    """What to look for (a pattern's source), where, and what is said of the hit then.

    `settles`: the hit falls where it objects; else the guard is asked, or the message before if
    it is `needed`. `unless`: it does not object where this one is found, or not `found`.
    """

    where: int
    source: str
    reach: int = FAR
    back: int = FAR
    settles: bool = True
    needed: bool = False
    unless: Trigger | None = None
    found: bool = True


def _at(
    where: int, pattern: re.Pattern[str], reach: int = FAR, back: int = FAR, **more: Any
) -> Trigger:
    return Trigger(where, pattern.pattern, reach, back, **more)


_REPORTED = _at(BEFORE, cues.REPORTED, said._NEAR)
_ANOTHERS = _at(BEFORE, cues.ANOTHERS, said._NEAR)
_NEGATION = _at(BEFORE, cues.NEGATION, 160, settles=False)

TRIGGERS: Mapping[str, tuple[Trigger, ...]] = {
    "quotation": (Trigger(NEAR, r'[">]| \'|wrote:|schrieb|escribi|---', settles=False),),
    "negation": (_NEGATION,),
    "negation_but_enough": (_NEGATION,),
    "reported": (_REPORTED, _at(AFTER, cues.REPORTED_AFTER, 160)),
    "mentioned": (_at(BEFORE, cues.SAY, said._NEAR),),
    "hypothetical": (_at(BEFORE, cues.HYPOTHETICAL, 160, settles=False),),
    "sarcasm": (
        _at(BEFORE, cues.SARCASM_BEFORE, 160),
        _at(BEFORE, cues.IRONIC, 160, unless=_at(AFTER, cues.SOUR, 160), found=False),
        _at(AFTER, cues.SARCASM_AFTER, 160),
        _at(NEAR, cues.SARCASM_MESSAGE, 200, 200),
    ),
    "insult_aim": (
        _at(BEFORE, cues.NOT_AIMED, said._NEAR),
        _at(THROUGH, cues.CALLING, said._NEAR),
        _at(NEAR, cues.ABUSE_NAMED, unless=_at(AROUND, cues.AGAINST_ABUSE), found=False),
    ),
    "profanity_aim": (
        _at(SLICE, cues.AT_YOU, 30, 30, unless=_at(NEAR, cues.LEGEND, said._FAR, said._FAR)),
    ),
    "no_name": (_at(NEAR, cues.LITERAL, 30, 30), Trigger(CAPITAL, "")),
    "positive_only": (_at(SLICE, cues.LEGEND, 30, 0),),
    "complaint_own": (_at(FOLLOWS, cues.SETTLED, 120), _at(SLICE, cues.OF_SELF, 0, 60)),
    "threat_aim": (
        _REPORTED,
        _at(THROUGH, cues.DENIED, 160),
        _at(NEAR, cues.HARMLESS, 60, 60),
        _at(ON, cues.FRIENDLY),
        Trigger(ON, r"""[ "')]*\?"""),
    ),
    "lasting": (
        _at(NEAR, cues.LOYALTY_TERMS),
        _at(SLICE, cues.IN_PASSING, 40, 0),
        _ANOTHERS,
        Trigger(BEFORE, r"competitors? (?:is|are)\s*$", 160, settles=False),
    ),
    "for_good": (_at(AROUND, cues.NOT_LEAVING),),
    "others": (_ANOTHERS,),
    "complaint_positive": (_at(SLICE, cues.MILD, 0, 0, unless=_at(SLICE, cues.MILD_DENIED, 0, 0)),),
    "of_us": (_at(INSIDE, cues.VERDICT, needed=True, unless=_at(AROUND, cues.OURS)),),
    "sincere": (
        _at(NEAR, cues.GRUDGING, 120, 120),
        _at(NEAR, cues.SOURED, 120, 0, unless=_at(NEAR, cues.MENDED, 120, 120)),
    ),
    "affirmed": (_at(THROUGH, cues.TURNED, 160),),
    "content": (_at(NEAR, cues.GRIEVANCE),),
    "statement": (Trigger(AFTER, r"""\?[ "')\n]*$"""),),
}


def triggers_of(guards: tuple[said.Guard, ...]) -> tuple[Trigger, ...]:
    """The triggers of some guards; those that always ask come last."""
    names = {guard: name for name, guard in said.GUARDS.items()}
    always = (Trigger(ALWAYS, ""),)
    found = [one for guard in guards for one in TRIGGERS.get(names.get(guard, ""), always)]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.where in WITHOUT))
