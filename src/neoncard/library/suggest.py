"""Ideas from the library for a gap on a journey, by what its step is about. Here, in a few milliseconds; nothing is sent out.

A text is read as its words, stemmed, and as its senses: groups of words and phrases that mean the same to a customer
(`senses.toml`), so that "hangs on the line" and "queue at the checkout" both find what helps against waiting. Ideas
are compared with the step by the cosine of both, each weighed by how rare it is in the library (TF-IDF), and picked one
by one so that what comes next differs from what is picked already (maximal marginal relevance, Carbonell 1998).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from neoncard import library
from neoncard.kit.fields import Reason, gettext_noop

SENSE: Final = 5.0
"""What a shared sense weighs against a shared word of the same rarity."""
DIFFERENT: Final = 0.35
"""How much of its likeness to one already picked an idea loses."""
SAME: Final = 0.7
"""From this likeness on, two texts say the same."""
LEAST: Final = 0.08
"""What is less like the step than this is not meant."""
LONGEST: Final = 4
LEVEL: Final = {"word": 2, "effort": 3, "treat": 4}

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ENDINGS = (
    "ations", "ation", "ingly", "edly", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "ly", "s",
)  # fmt: skip

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The step before a gap, as its white card says it; for the gap before the first, the journey's own words."""

    title: str
    note: str = ""
    feel_note: str = ""
    channel: str = ""
    front_line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """An idea that may help there, as a neon card holds it; `why` is a short sentence for people."""

    key: str
    text: str
    kind: str
    level: int
    aim: str
    cost: str
    principle: str
    why: Reason


@dataclass(frozen=True, slots=True)
class _Entry:
    idea: Suggested
    front_line: frozenset[str]
    weights: Features
    """What it and its step are about; length 1."""
    own: Features
    """Its own words alone; length 1."""
    general: bool


@dataclass(slots=True)
class _Senses:
    """The groups of words: which senses a phrase of stems has, and what else a sense joins."""

    stop: frozenset[str] = frozenset()
    phrases: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    fits: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    trouble: frozenset[str] = frozenset()


def stem(word: str) -> str:
    """A word without its endings: waits, waited and waiting are one. Short, English, and wrong at times alike for both."""
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending in ("ies", "ied") else "")
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return (
        word.removesuffix("l")
        if word.endswith("ll") and len(word) > 5
        else word.rstrip("e") or word
    )


def stems(text: str) -> list[str]:
    """The stems of a text in order, whatever its letters' case, accents' form or apostrophes."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return [stem(word) for word in _WORD.findall(plain)]


def suggest(
    gap: Gap, *, laid: Iterable[str] = (), lang: str = "en", most: int = 5
) -> list[Suggested]:
    """At most `most` ideas and acts of the library for a gap, the likeliest first.

    `laid` are the texts on the journey already; what says the same is left out. Never three of one kind in a row, at
    most one treat, and none where something is wrong (E12, E15). Where the step says nothing the library knows, what
    fits almost any step comes, and says so.
    """
    senses, rarity, entries = _index(lang)
    asked = _unit(_query(gap, senses), rarity)
    there = [_unit(_read(text, 1, senses), rarity) for text in laid]
    trouble = any(f"~{sense}" in asked for sense in senses.trouble)
    # An act and the idea it came from share their key.
    gone = {e.idea.key for e in entries if any(_like(e.own, other) >= SAME for other in there)}
    open_to = [
        entry
        for entry in entries
        if entry.idea.key not in gone and not (trouble and entry.idea.kind == "treat")
    ]
    scored = [
        (_like(asked, entry.weights) * (1.1 if gap.front_line in entry.front_line else 1), entry)
        for entry in open_to
    ]
    picked = _picked([one for one in scored if one[0] >= LEAST], most, [])
    meant = len(picked)
    picked = _picked([(0.5, entry) for entry in open_to if entry.general], most, picked)
    general = Reason(gettext_noop("Fits almost any step."))
    return [
        _said(entry, _why(asked, entry, senses) if at < meant else general)
        for at, entry in enumerate(picked)
    ]


def _said(entry: _Entry, why: Reason) -> Suggested:
    fields = {name: getattr(entry.idea, name) for name in Suggested.__slots__}
    return Suggested(**{**fields, "why": why})


def _picked(scored: list[tuple[float, _Entry]], most: int, before: list[_Entry]) -> list[_Entry]:
    """`before`, and after them the likeliest that differ, up to `most` in all."""
    left, picked = sorted(scored, key=lambda one: (-one[0], one[1].idea.key)), [*before]
    while len(picked) < most:
        fresh = [
            (score - DIFFERENT * max((_like(e.own, other.own) for other in picked), default=0), e)
            for score, e in left
            if _differs(e, picked)
        ]
        if not fresh:
            break
        picked.append(max(fresh, key=lambda one: one[0])[1])
    return picked


def _differs(entry: _Entry, picked: list[_Entry]) -> bool:
    kinds = [other.idea.kind for other in picked]
    if kinds[-2:] == [entry.idea.kind] * 2 or (entry.idea.kind == "treat" and "treat" in kinds):
        return False
    return not any(
        entry.idea.key == other.idea.key or _like(entry.own, other.own) >= SAME for other in picked
    )


def _why(asked: Features, entry: _Entry, senses: _Senses) -> Reason:
    """The senses, or else the words, that weigh most in the likeness; and where the idea comes from."""
    shared = sorted(
        (name for name in asked if name in entry.weights),
        key=lambda name: (-asked[name] * entry.weights[name], name),
    )
    about = [senses.about[name[1:]] for name in shared if name.startswith("~")][:2]
    gaps = dict(entry.idea.why.values)
    if not about:
        return entry.idea.why
    gaps["about"] = ", ".join(about)
    if "step" in gaps:
        return Reason(gettext_noop("About %(about)s. In a starter it lies after “%(step)s”."), gaps)
    return Reason(gettext_noop("About %(about)s. An act of the starter playbook."), gaps)


def _query(gap: Gap, senses: _Senses) -> Counter[str]:
    found = _read(gap.title, 1, senses) | _read(gap.note, 0.35, senses)
    found |= _read(gap.feel_note, 0.25, senses)
    if sense := senses.channels.get(gap.channel):
        found |= Counter({f"~{sense}": 0.6})
    return found


def _read(text: str, weight: float, senses: _Senses) -> Counter[str]:
    """The features of a text: its stems, and its senses with a tilde before them, each at `weight`."""
    words = stems(text)
    found = {word: weight for word in words if word not in senses.stop}
    meant: set[int] = set()
    for length in range(LONGEST, 0, -1):
        for at in range(len(words) - length + 1):
            here = range(at, at + length)
            # The longest phrase wins: "on the line" is no line of a form.
            if keys := senses.phrases.get(tuple(words[at : at + length])):
                if length > 1 or not meant.issuperset(here):
                    found |= {f"~{key}": weight for key in keys}
                meant.update(here if length > 1 else ())
    return Counter(found)


def _unit(found: Mapping[str, float], rarity: Mapping[str, float]) -> Features:
    weighed = {name: weight * rarity[name] for name, weight in found.items() if name in rarity}
    length = math.sqrt(sum(value * value for value in weighed.values())) or 1
    return {name: value / length for name, value in weighed.items()}


def _like(one: Features, other: Features) -> float:
    few, many = sorted((one, other), key=len)
    return sum(value * many[name] for name, value in few.items() if name in many)


@lru_cache(maxsize=16)
def _index(lang: str) -> tuple[_Senses, Mapping[str, float], tuple[_Entry, ...]]:
    senses = _senses(lang)
    raw = [*_ideas(lang, senses), *_acts(lang, senses)]
    spread = Counter(name for _idea, _fronts, whole, _own, _general in raw for name in whole)
    rarity = {
        name: math.log((1 + len(raw)) / (1 + count)) * (SENSE if name.startswith("~") else 1)
        for name, count in spread.items()
    }
    entries = (
        _Entry(idea, fronts, _unit(whole, rarity), _unit(own, rarity), general)
        for idea, fronts, whole, own, general in raw
    )
    return senses, rarity, tuple(entries)


Raw = tuple[Suggested, frozenset[str], Counter[str], Counter[str], bool]


def _ideas(lang: str, senses: _Senses) -> Iterator[Raw]:
    for journey in library.journeys(lang):
        steps = {step.key: step for step in journey.steps}
        for idea in journey.ideas:
            step = steps[idea.after_step]
            own = _read(idea.text, 0.7, senses)
            whole = own | _read(idea.principle, 0.5, senses) | _read(step.title, 1, senses)
            whole |= _read(step.note, 0.4, senses) | _read(step.feel_note, 0.3, senses)
            if sense := senses.channels.get(step.channel):
                whole |= Counter({f"~{sense}": 0.8})
            suggested = Suggested(
                key=idea.key,
                text=idea.text,
                kind=idea.kind,
                level=idea.level,
                aim=idea.aim,
                cost=idea.cost,
                principle=idea.principle,
                why=Reason(
                    gettext_noop("In a starter it lies after “%(step)s”."), {"step": step.title}
                ),
            )
            yield suggested, frozenset({journey.front_line}), whole, own, False


def _acts(lang: str, senses: _Senses) -> Iterator[Raw]:
    steps = {(j.key, step.key): step for j in library.journeys(lang) for step in j.steps}
    for act in library.acts(lang):
        own = _read(act.title, 1, senses)
        whole = own | _read(act.principle, 0.6, senses) | _read(act.instance, 0.4, senses)
        if act.journey and act.step:
            whole |= _read(steps[act.journey, act.step].title, 0.7, senses)
        fits = [sense for sense, situation in senses.fits.items() if situation in act.fits]
        whole |= Counter({f"~{sense}": 1 / math.sqrt(len(fits)) for sense in fits})
        suggested = Suggested(
            key=act.key,
            text=act.title,
            kind=act.kind,
            level=LEVEL[act.kind],
            aim=act.aim,
            cost="",
            principle=act.principle,
            why=Reason(gettext_noop("An act of the starter playbook.")),
        )
        yield suggested, frozenset(act.front_lines), whole, own, act.anyway or act.fits == ("any",)


def _senses(lang: str) -> _Senses:
    """The English senses, and the words a language adds to them in `<lang>/senses.toml`."""
    found, trouble = _Senses(), set()
    for data in library.layers("senses.toml", lang):
        found.stop |= {stem(word) for word in data.get("stop", ())}
        for row in data.get("sense", ()):
            key = row["key"]
            for words in row.get("words", ()):
                keys = found.phrases.setdefault(tuple(stems(words)), [])
                keys += [key] if key not in keys else []
            found.about[key] = row.get("about", found.about.get(key, key))
            for name, joined in (("fits", found.fits), ("channel", found.channels)):
                if name in row:
                    joined |= {key: row[name]} if name == "fits" else {row[name]: key}
            if row.get("trouble"):
                trouble.add(key)
    found.trouble = frozenset(trouble)
    return found


def about(gap: Gap, lang: str = "en") -> list[str]:
    """What a step is about, in words, the surest first; for tests and for a look at what was understood."""
    senses, rarity, _entries = _index(lang)
    asked: dict[str, Any] = dict(_unit(_query(gap, senses), rarity))
    ranked = sorted((name for name in asked if name.startswith("~")), key=lambda n: (-asked[n], n))
    return [name[1:] for name in ranked]
