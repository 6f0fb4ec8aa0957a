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
- `needs`: a pattern that must be found near the hit.

Groups are never repeated without bound, so that no text can make a pattern slow.
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
from .literals import alternatives, required

ROLES: Final = ("agent", "customer")
"""Who speaks."""
_BREAK = re.compile(r"\n\s*")
_FRAGMENT = re.compile(r"\{([a-z_]+)\}")
_TAIL = re.compile(r"(?<! )(\[\^[^\]]*\]\{0,)")


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
    score: float
    source: str
    guards: tuple[Guard, ...]
    not_before: re.Pattern[str] | None
    not_after: re.Pattern[str] | None
    not_in: re.Pattern[str] | None
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
def _documents() -> dict[str, dict[str, Any]]:
    folder = files(__package__).joinpath("rules")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {name: tomllib.loads(folder.joinpath(name).read_text("utf-8")) for name in names}


def _fragments() -> dict[str, str]:
    words: dict[str, str] = {}
    for name, text in _documents()["_words.toml"]["fragments"].items():
        words[name] = "(?:" + _expand(text, words) + ")"
    return words


def _expand(text: str, words: Mapping[str, str]) -> str:
    text = _BREAK.sub("", text)
    text = _FRAGMENT.sub(lambda found: words[found.group(1)], text)
    return _TAIL.sub(r"(?!\\w)\1", text)


def documents() -> Iterator[dict[str, Any]]:
    """Each label's file as read, examples and all."""
    return (doc for name, doc in _documents().items() if not name.startswith("_"))


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


def _compiled(entry: Mapping[str, Any], key: str, words: Mapping[str, str]) -> Any:
    return re.compile(_expand(entry[key], words)) if key in entry else None


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, one for each alternative of its patterns.

    Raises ValueError or KeyError on a mistake in the data.
    """
    words = _fragments()
    return tuple(
        rule
        for doc in documents()
        for entry in doc.get("rule", ())
        for rule in _rules_of(doc, entry, words)
    )


def _rules_of(
    doc: Mapping[str, Any], entry: Mapping[str, Any], words: Mapping[str, str]
) -> Iterator[Rule]:
    before, after = entry.get("not_before"), entry.get("not_after")
    common = Rule(
        id=entry["id"],
        label=doc["label"],
        role=doc["role"],
        score=entry.get("score", 0.9),
        source="",
        guards=tuple(GUARDS[name] for name in entry.get("guards", doc["guards"])),
        not_before=re.compile(f"(?:{_expand(before, words)})$") if before else None,
        not_after=re.compile(f"(?:{_expand(after, words)})") if after else None,
        not_in=_compiled(entry, "not_in", words),
        needs=_compiled(entry, "needs", words),
    )
    if entry.get("named"):
        yield replace(common, named=True)
        return
    for pattern in entry["any"]:
        for part in alternatives(_expand(pattern, words)):
            whole = rf"(?<!\w)(?:{part})(?!\w)"
            yield replace(common, source=whole)
