"""Which act fits, which is drawn, and how the daily deck is dealt. No database, no clock."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

NOVELTY = timedelta(days=10)
COOL_DOWN = 10
REPEAT_WITHIN = timedelta(days=14)
OFFERED = 3

OPEN, TECHNICAL, REPEAT, OUT_OF_HANDS = (
    "open_problem",
    "technical",
    "repeat_contact",
    "out_of_hands",
)
WAITING, FIRST, HEAVY, LANGUAGE = "waiting", "first_meeting", "heavy", "language"
THANKS, FAREWELL = "thanks", "farewell"
SITUATIONS = (
    OPEN, TECHNICAL, REPEAT, OUT_OF_HANDS, WAITING, FIRST, HEAVY, LANGUAGE, THANKS, FAREWELL,
)  # fmt: skip
VISIT = frozenset({FIRST, WAITING, FAREWELL})

_HEARD_IN_WORDS: dict[str, re.Pattern[str]] = {
    situation: re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for situation, words in {
        TECHNICAL: (
            "technical|tech\\b|bug|error|crash|log.?in|password|app\\b|website|offline|broken"
            "|not working|won.?t (?:load|open|start|work)|doesn.?t (?:load|open|start|work)"
            "|payment failed|install|device|router|connection"
        ),
        REPEAT: "repeat|again\\b|still (?:not|no|waiting)|second (?:call|time|contact)|third "
        "|re-?opened|follow.?up|escalat",
        OUT_OF_HANDS: (
            "cancel+ed|cancel+ation of (?:the )?(?:sailing|flight|train|ferry)|storm|weather|fog"
            "|strike|closure|policy|sold out|full(?:y)? booked|not allowed|outage|missed the last"
        ),
        WAITING: "wait|on hold|queue|delay|late\\b|overdue|callback|ring.?back",
        HEAVY: "bereave|funeral|died|death|hospital|emergency|abus|threat|lost (?:child|dog|cat)",
        LANGUAGE: "language|translat|interpret|speaks? no ",
        THANKS: "thank|praise|compliment|kudos",
        FAREWELL: "cancel (?:my|our|the) (?:account|contract|subscription|season)|leaving"
        "|clos(?:e|ing) (?:my|the) account|churn|farewell",
    }.items()
}
HEARD_IN_MARKS = {
    "insult": HEAVY,
    "threat": HEAVY,
    "praise": THANKS,
    "thanks_by_name": THANKS,
    "leaving": FAREWELL,
}
_PROBLEM = frozenset({TECHNICAL, REPEAT, OUT_OF_HANDS, WAITING, HEAVY})


def situations(
    tags: Iterable[str],
    subject: str,
    is_open: bool,
    contacts: int,
    labels: Iterable[str],
    *,
    recent: int = 0,
    other_language: bool = False,
) -> frozenset[str]:
    """What an encounter is like, from its tags, subject and marked words; never a state of mind (P1).

    `contacts` counts earlier encounters with this customer, `recent` those of the last 14 days; `other_language`
    says that theirs is not the house's. An open encounter is an open problem unless it only brings thanks.
    """
    text = " · ".join([*tags, subject]).replace("_", " ").replace("-", " ")
    found = {name for name, words in _HEARD_IN_WORDS.items() if words.search(text)}
    found |= {HEARD_IN_MARKS[label] for label in labels if label in HEARD_IN_MARKS}
    if recent:
        found.add(REPEAT)
    if not contacts and REPEAT not in found:
        found.add(FIRST)
    if other_language:
        found.add(LANGUAGE)
    only_thanks = THANKS in found and not found & _PROBLEM
    if is_open and not only_thanks:
        found.add(OPEN)
    if not is_open:
        found.add(FAREWELL)
    return frozenset(found)


def front_line(kind: str, place: str) -> str:
    """Where an act would happen: `call` for phone, mail and chat, else the team's own place."""
    return "call" if kind in ("conversation", "call") else place or "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the rules need to know of an act: an act of the playbook, or one of the library."""

    key: str
    kind: str
    minutes: int = 0
    money: int = 0
    front_lines: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    asks_smile: bool = False
    light: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known when an act is suggested, gathered by `loop` and passed down.

    `customer_lately` are the acts put before this customer in the last 10 days, `member_lately` those put before
    this member, the newest first; `best_treat` is the dearest treat this customer has had, in minor units.
    """

    channel: str = ""
    front_line: str = "any"
    situations: frozenset[str] = frozenset()
    contacts: int = 0
    hard_day: bool = False
    customer_lately: frozenset[str] = frozenset()
    member_lately: tuple[str, ...] = ()
    best_treat: int = 0
    opted_out: bool = False


def treats_held(facts: Facts) -> bool:
    """Whether treats wait: a problem is open, a repeat contact, a heavy moment, out of our hands, a first meeting."""
    return bool(facts.situations & {OPEN, REPEAT, OUT_OF_HANDS, HEAVY, FIRST})


def permitted(facts: Facts, act: Card) -> bool:
    """Whether an act is right here at all: the treats' gates (E12, E15), no smile asked for (E19), place and fit.

    A treat is held back while a problem is open, on a repeat contact, in a heavy moment, where it is out of our
    hands, and at a first meeting; and it is never smaller than one this customer has had.
    """
    if act.kind == "treat" and (treats_held(facts) or act.money < facts.best_treat):
        return False
    if act.asks_smile and (facts.hard_day or HEAVY in facts.situations):
        return False
    lines = set(act.front_lines)
    if lines and not lines & {facts.front_line, "any"} and facts.front_line != "any":
        return False
    fits = set(act.fits)
    return not fits or "any" in fits or bool(fits & facts.situations)


def eligible(facts: Facts, acts: Iterable[Card], fallback: Iterable[Card] = ()) -> list[Card]:
    """The acts that may be suggested here, in the order given; empty only for someone who has opted out (P5).

    The playbook first. Where fewer than three of its acts are right and fresh (E2: not the same act to the same
    customer or agent within 10 days), `fallback` fills up with words and effort: an open problem, a repeat contact
    and what is out of our hands each get something useful (E12). For an agent who has had everything, the acts
    seen longest ago come round again.
    """
    if facts.opted_out:
        return []
    right = [act for act in acts if permitted(facts, act)]
    found = _fresh(facts, right)
    spare = [act for act in fallback if act.kind != "treat"]
    if len(found) < OFFERED:
        known = {act.key for act in right}
        more = [act for act in spare if act.key not in known and permitted(facts, act)]
        found += _fresh(facts, more)
    if not any(act.kind != "treat" for act in found):
        calm = [act for act in [*right, *spare] if act.kind != "treat" and not act.asks_smile]
        found += calm[:OFFERED]
    return found


def _fresh(facts: Facts, acts: list[Card]) -> list[Card]:
    theirs = [act for act in acts if act.key not in facts.customer_lately]
    fresh = [act for act in theirs if act.key not in facts.member_lately]
    if len(fresh) >= OFFERED:
        return fresh
    seen = [act for act in theirs if act.key in facts.member_lately]
    seen.sort(key=lambda act: -facts.member_lately.index(act.key))
    return fresh + seen[: OFFERED - len(fresh)]


def weights(facts: Facts, acts: Sequence[Card]) -> list[float]:
    """How much each eligible act weighs in the draw: 1 among those that come first here, else 0.

    Words and effort before treats; effort first on a repeat contact, what we can do where it is out of our hands
    (E12); light ones on a hard day (E19); then, where three are left to draw from, those made for the situation.
    """
    first = list(acts)
    for wanted, least in _wishes(facts):
        kept = [act for act in first if wanted(act)]
        if len(kept) >= least:
            first = kept
    keys = {act.key for act in first}
    return [1.0 if act.key in keys else 0.0 for act in acts]


def _wishes(facts: Facts) -> list[tuple[Callable[[Card], bool], int]]:
    here = facts.situations
    wishes: list[tuple[Callable[[Card], bool], int]] = []
    if REPEAT in here:
        wishes.append((lambda act: act.kind == "effort", 1))
    if OUT_OF_HANDS in here:
        wishes.append((lambda act: OUT_OF_HANDS in act.fits, 1))
    if facts.hard_day:
        wishes.append((lambda act: act.light, 1))
    wishes += [(_made_for(name), OFFERED) for name in CLOSEST_FIRST if name in here]
    return wishes


CLOSEST_FIRST = (HEAVY, REPEAT, LANGUAGE, TECHNICAL, THANKS, WAITING, FAREWELL)


def _made_for(situation: str) -> Callable[[Card], bool]:
    return lambda act: situation in act.fits


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw, reproducible from what is logged: chances beside the eligible keys, the number, the keys in order."""

    probabilities: tuple[float, ...]
    draw: float
    order: tuple[str, ...]


def draw(keys: Sequence[str], weights: Sequence[float], salt: str, unit: str) -> Draw:
    """Draw one of `keys` by a salted hash of `unit`, once and for all (LEARN: the draw is made once).

    `order` holds the drawn key first, then the others: those with a weight at random, then those without. Raises
    ValueError without keys, with as many weights as keys not given, or with no weight above zero.
    """
    total = math.fsum(weights)
    if not keys or len(keys) != len(weights) or not 0 < total < math.inf or min(weights) < 0:
        raise ValueError(
            "draw: as many weights as keys, none negative, at least one of each above zero"
        )
    chances = tuple(weight / total for weight in weights)
    number = _uniform(salt, unit)
    drawn = _at(chances, number)
    rest = [n for n in range(len(keys)) if n != drawn]
    rest.sort(key=lambda n: _race(_uniform(salt, unit, keys[n]), weights[n]))
    return Draw(chances, number, tuple(keys[n] for n in (drawn, *rest)))


def _uniform(*parts: str) -> float:
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _at(chances: Sequence[float], number: float) -> int:
    below = 0.0
    last = 0
    for n, chance in enumerate(chances):
        if chance:
            below += chance
            last = n
            if number < below:
                break
    return last


def _race(uniform: float, weight: float) -> tuple[bool, float]:
    # An exponential race: sorting by it is drawing by weight without putting back.
    return weight <= 0, -math.log(uniform or 2**-64) / (weight if weight > 0 else 1.0)


def offer(order: Iterable[str], treats: Iterable[str]) -> list[str]:
    """The first three of an order, with one treat among them at most: effort first, treats second (E12)."""
    sweet = set(treats)
    offered: list[str] = []
    for key in order:
        if key in sweet and sweet & set(offered):
            continue
        offered.append(key)
        if len(offered) == OFFERED:
            break
    return offered


def after(offered: Sequence[str], face: str) -> str:
    """The act a swap turns to: the next one offered, and from the last back to the first."""
    return offered[(offered.index(face) + 1) % len(offered)]


def before(offered: Sequence[str], face: str) -> str:
    """The act that undoing a swap turns back to; the first stays the first."""
    return offered[max(offered.index(face) - 1, 0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """What the deck needs to know of a daily idea."""

    key: str
    minutes: int = 1
    asks_smile: bool = False
    light: bool = False


Shown = Mapping[str, Sequence[date]]


def deal(
    ideas: Sequence[Daily], shown: Shown, day: date, *, hard_day: bool, salt: str, unit: str
) -> tuple[list[str], Draw] | None:
    """Deal one idea for `day` from a person's shuffled deck: the keys it was dealt from, and the draw.

    `shown` maps a key to the days it lay face up. Nothing shown in the 10 days before comes again (E2); the deck is
    gone through once before it starts over. A hard day gets light ones, and none asks for a smile (E19). None when
    nothing has rested long enough.
    """
    pool = [idea for idea in ideas if rested(shown.get(idea.key, ()), day)]
    if hard_day:
        pool = [idea for idea in pool if not idea.asks_smile]
        least = min((idea.minutes for idea in pool), default=0)
        light = [idea for idea in pool if idea.light]
        pool = light or [idea for idea in pool if idea.minutes == least]
    if not pool:
        return None
    times = [len(shown.get(idea.key, ())) for idea in pool]
    pass_ = min(times)
    keys = [idea.key for idea in pool]
    return keys, draw(keys, [1.0 if n == pass_ else 0.0 for n in times], salt, unit)


def rested(days: Sequence[date], day: date) -> bool:
    """Whether a card that lay face up on `days` may lie there on `day`: none of them within ten days of it (E2)."""
    # Both ways: who enters a shift after midnight works on yesterday's day, with today's hand already seen.
    return all(abs((day - shown).days) > COOL_DOWN for shown in days)


def may_swap(ideas: Sequence[Daily], shown: Shown, day: date) -> bool:
    """Whether one more idea may be turned up today and each of the next 10 days still finds a rested one."""
    calm = [idea for idea in ideas if not idea.asks_smile]
    for ahead in range(1, COOL_DOWN + 1):
        then = day + timedelta(days=ahead)
        fresh = sum(rested(shown.get(idea.key, ()), then) for idea in calm)
        if fresh - 1 < ahead:
            return False
    return True
