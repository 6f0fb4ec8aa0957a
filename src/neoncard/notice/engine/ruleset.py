"""The rules as data: reading, checking and compiling the TOML files beside this module.

A file is one label: its role, definition, whether it proposes a kindness, its rules, and
examples that must and must not be marked (each is a test). A rule has

- `id`, unique and stable;
- `any`, patterns over folded text (lower case, single spaces), matched on whole words; a line's
  end and the spaces that begin the next are not part of one; `{name}` is replaced by the fragment of that name in `_words.toml`, and a tail such as
  `[^.!?]{0,40}` never begins inside a word;
- or `named = true`: instead of patterns, the name on the row is looked for (`names.py`);
- `score`, 0 to 1;
- `guards`, names of functions in `guards.py` (the file's own `guards` by default);
- `not_before`, `not_after`, `not_in`: patterns that forbid a hit when they are found just
  before it, just after it, or in its sentence;
- `not_near`: a pattern that forbids a hit when it is found up to 200 characters before or after it;
- `needs`: a pattern that must be found near the hit.

Groups are never repeated without bound, so that no text can make a pattern slow.

The rules of another language than English lie in a folder of its name (`rules/de`), a file a label that is read in it,
with fragments and guards of its own: in `_guards.toml` a guard is any of the four patterns that begin with `not_`, which are
added to those of the rules that name it. Patterns are written as the language is spelt; texts without umlauts or accents
are matched too ("für", "fuer", "fur"). What a label means is said once, in its English file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from .guards import GUARDS, Guard
from .language import LANGUAGES
from .literals import alternatives, required

ROLES: Final = ("agent", "customer")
"""Who speaks."""
_BREAK = re.compile(r"\n\s*")
_FRAGMENT = re.compile(r"\{([a-z_]+)\}")
_TAIL = re.compile(r"(?<! )(\[\^[^\]]*\]\{0,)")
ENGLISH: Final = LANGUAGES[0]
_CLASS_OR_LETTER = re.compile(r"\[[^\]]*\]|[äöüßáéíóúñ]")
_SPELT: Final = {
    "de": {"ä": "(?:ä|ae|a)", "ö": "(?:ö|oe|o)", "ü": "(?:ü|ue|u)", "ß": "(?:ß|ss)"},
    "es": {letter: f"[{letter}{plain}]" for letter, plain in zip("áéíóúñ", "aeioun", strict=True)},
}
"""How letters are written, beside as they should be."""
_OF_ANY_LANGUAGE: Final = ("quotation", "statement")
"""The guards in `guards.py` that know no English words."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a label means. `role` is who speaks: "agent" or "customer"."""

    name: str
    role: str
    definition: str
    proposes_kindness: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern of a rule."""

    id: str
    label: str
    role: str
    language: str
    score: float
    source: str
    guards: tuple[Guard, ...]
    not_before: re.Pattern[str] | None
    not_after: re.Pattern[str] | None
    not_in: re.Pattern[str] | None
    not_near: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    named: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, compiled when a text first asks for it."""
        return _pattern(self.source)

    @property
    def literals(self) -> frozenset[str]:
        """A text is tried if it holds one of these and one of `also`. Raises ValueError if it has none."""
        return _required(self.source)[0]

    @property
    def also(self) -> frozenset[str]:
        """As `literals`; may be empty."""
        return _required(self.source)[1]


_required = cache(required)


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source)


@cache
def _documents(language: str) -> dict[str, dict[str, Any]]:
    folder = files(__package__).joinpath("rules")
    folder = folder if language == ENGLISH else folder.joinpath(language)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {name: tomllib.loads(folder.joinpath(name).read_text("utf-8")) for name in names}


@cache
def _fragments(language: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for name, text in _documents(language)["_words.toml"]["fragments"].items():
        words[name] = "(?:" + _expand(text, words, language) + ")"
    return words


def _expand(text: str, words: Mapping[str, str], language: str) -> str:
    text = _BREAK.sub("", text)
    if spelt := _SPELT.get(language):
        text = _CLASS_OR_LETTER.sub(lambda found: spelt.get(found.group(), found.group()), text)
    text = _FRAGMENT.sub(lambda found: words[found.group(1)], text)
    return _TAIL.sub(r"(?!\\w)\1", text)


def documents(language: str = ENGLISH) -> Iterator[dict[str, Any]]:
    """Each label's file as read, examples and all."""
    return (doc for name, doc in _documents(language).items() if not name.startswith("_"))


def words_of(language: str, part: str) -> dict[str, str]:
    """A table of patterns beside the fragments in a language's `_words.toml`, ready to be compiled."""
    table = _documents(language)["_words.toml"][part]
    return {name: _expand(text, _fragments(language), language) for name, text in table.items()}


@cache
def labels_in(language: str) -> frozenset[str]:
    """The labels that are read in a language; of the others nothing is known there."""
    return frozenset(doc["label"] for doc in documents(language))


@cache
def labels() -> dict[str, Label]:
    """Every label by name, in the order of NOTICE.md's files."""
    return {
        doc["label"]: Label(doc["label"], doc["role"], doc["definition"], doc["proposes_kindness"])
        for doc in documents()
    }


class _Labels(Mapping[str, Label]):
    """The labels, read from their files when first asked for."""

    def __getitem__(self, name: str) -> Label:
        return labels()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(labels())

    def __len__(self) -> int:
        return len(labels())


LABELS: Mapping[str, Label] = _Labels()


def rules(language: str = ENGLISH) -> tuple[Rule, ...]:
    """Every rule of a language, one for each alternative of its patterns.

    Raises ValueError or KeyError on a mistake in the data.
    """
    return _rules(language)


@cache
def _rules(language: str) -> tuple[Rule, ...]:
    words = _fragments(language)
    return tuple(
        rule
        for doc in documents(language)
        for entry in doc.get("rule", ())
        for rule in _rules_of(doc, entry, words, language)
    )


def of_role(role: str, language: str) -> tuple[tuple[Rule, ...], Rule | None]:
    """The rules for a role's words that have patterns, and the one made from the name on the ticket, if there is one."""
    mine = [rule for rule in rules(language) if rule.role == role]
    named = next((rule for rule in mine if rule.named), None)
    return tuple(rule for rule in mine if not rule.named), named


def _forbidden(
    doc: Mapping[str, Any], entry: Mapping[str, Any], words: Mapping[str, str], language: str
) -> tuple[tuple[Guard, ...], dict[str, re.Pattern[str] | None]]:
    """The guards of a rule that are functions; and the patterns that forbid it, its own and its guards'."""
    names = entry.get("guards", doc["guards"])
    told = {} if language == ENGLISH else _documents(language)["_guards.toml"]
    asked = [name for name in names if name not in told]
    if language != ENGLISH and (wrong := sorted(set(asked) - set(_OF_ANY_LANGUAGE))):
        raise ValueError(f"{entry['id']}: no such guard in rules/{language}/_guards.toml: {wrong}")
    shapes = {"not_before": "(?:{})$", "not_after": "(?:{})", "not_in": "{}", "not_near": "{}"}
    patterns: dict[str, re.Pattern[str] | None] = {}
    for kind, shape in shapes.items():
        some = [
            each[kind] for each in (entry, *(told[n] for n in names if n in told)) if kind in each
        ]
        one = "|".join(_expand(text, words, language) for text in some)
        patterns[kind] = re.compile(shape.format(one)) if some else None
    return tuple(GUARDS[name] for name in asked), patterns


def _rules_of(
    doc: Mapping[str, Any], entry: Mapping[str, Any], words: Mapping[str, str], language: str
) -> Iterator[Rule]:
    guards, patterns = _forbidden(doc, entry, words, language)
    needs = entry.get("needs")
    common = Rule(
        id=entry["id"],
        label=doc["label"],
        role=labels()[doc["label"]].role,
        language=language,
        score=entry.get("score", 0.9),
        source="",
        guards=guards,
        needs=re.compile(_expand(needs, words, language)) if needs else None,
        not_before=patterns["not_before"],
        not_after=patterns["not_after"],
        not_in=patterns["not_in"],
        not_near=patterns["not_near"],
    )
    if entry.get("named"):
        yield replace(common, named=True)
        return
    for pattern in entry["any"]:
        for part in alternatives(_expand(pattern, words, language)):
            whole = rf"(?<!\w)(?:{part})(?!\w)"
            yield replace(common, source=whole)
