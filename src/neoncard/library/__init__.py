"""The words Neoncard starts with: daily ideas, starter journeys, starter acts.

All of it is data in TOML beside this file, in English. Another language is a folder
(`library/de/daily.toml`, `library/de/acts.toml`, `library/de/journeys/bank_teller.toml`)
with the same keys and only the texts; whatever it leaves out stays English. No Django here.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

__all__ = [
    "KIT_LANGUAGES",
    "Act",
    "DailyIdea",
    "Journey",
    "Kit",
    "NeonIdea",
    "Step",
    "acts",
    "daily",
    "journeys",
    "kit",
    "layers",
]

Kind = Literal["word", "effort", "treat"]
Aim = Literal["trust", "advocacy", "loyalty"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyIdea:
    """One idea for one day: offered among three, never assigned (E1), rotated (E2).

    `toward`: "customer" (or a stranger, when `place` leaves out work), "colleague" (also
    someone who does this job elsewhere) or "self", which counts as much (E3).
    `asks_smile` ideas are left out on a hard day (E19); `light` ones suit it;
    `group` ones can be done together.
    """

    key: str
    toward: Literal["customer", "colleague", "self"]
    kind: Kind
    minutes: int
    title: str
    detail: str
    place: tuple[Literal["work", "home", "street"], ...]
    asks_smile: bool = False
    light: bool = False
    group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A white card: one step of the customer's way, and how it may feel to them."""

    key: str
    title: str
    note: str
    channel: Literal["web", "robot", "phone", "email", "chat", "counter", "person"]
    feel_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeonIdea:
    """A neon card after the step `after_step`; `level` runs 1 (basic) to 5 (unbelievable)."""

    key: str
    after_step: str
    text: str
    kind: Kind
    level: int
    cost: str
    aim: Aim
    principle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A starter journey: its steps in order, and the ideas laid between them.

    An `outline` journey is meant to be finished by the team that opens it.
    """

    key: str
    title: str
    front_line: Literal["call", "counter", "cabin", "desk"]
    intro: str
    outline: bool
    steps: tuple[Step, ...]
    ideas: tuple[NeonIdea, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act of the starter playbook: a principle and an instance, never a script.

    `money` is in minor units, `may_decide` says what one may do without asking, `fits` in
    which situations it helps. A treat never fits an open problem, a repeat contact, a first
    meeting or what is out of our hands (E12, E15), and its instance asks first (E16).
    `anyway`: we do this anyway; results never retire it. `journey` and `step` are set
    together or not at all.
    """

    key: str
    title: str
    principle: str
    instance: str
    kind: Kind
    minutes: int
    money: int
    may_decide: str
    aim: Aim
    front_lines: tuple[Literal["call", "counter", "cabin", "desk", "any"], ...]
    fits: tuple[str, ...]
    anyway: bool = False
    asks_smile: bool = False
    light: bool = False
    journey: str | None = None
    step: str | None = None


JOURNEYS = (
    "call_centre",
    "grocery_cashier",
    "bank_teller",
    "airline_crew",
    "petrol_station",
    "hotel_bell_desk",
)


@lru_cache(maxsize=16)
def daily(lang: str = "en") -> tuple[DailyIdea, ...]:
    """Every daily idea, in file order; texts in `lang` where they exist, else in English."""
    rows = _rows("daily.toml", "idea", lang, texts=("title", "detail"))
    return tuple(DailyIdea(**_tuples(row, "place")) for row in rows)


@lru_cache(maxsize=16)
def journeys(lang: str = "en") -> tuple[Journey, ...]:
    """The six starter journeys, in the order of JOURNEYS; texts in `lang`, else English."""
    return tuple(_journey(key, lang) for key in JOURNEYS)


@lru_cache(maxsize=16)
def acts(lang: str = "en") -> tuple[Act, ...]:
    """Every act of the starter playbook, in file order; texts in `lang`, else English."""
    texts = ("title", "principle", "instance", "may_decide")
    rows = _rows("acts.toml", "act", lang, texts=texts)
    return tuple(Act(**_tuples(row, "front_lines", "fits")) for row in rows)


def _journey(key: str, lang: str) -> Journey:
    name = f"journeys/{key}.toml"
    head = dict(_read(name)["journey"])
    for folder in _folders(lang):
        theirs = _read(f"{folder}/{name}").get("journey", {})
        head |= {text: theirs[text] for text in ("title", "intro") if text in theirs}
    steps = _rows(name, "step", lang, texts=("title", "note", "feel_note"))
    ideas = _rows(name, "idea", lang, texts=("text", "cost", "principle"))
    return Journey(
        **head,
        steps=tuple(Step(**row) for row in steps),
        ideas=tuple(NeonIdea(**row) for row in ideas),
    )


def _rows(name: str, table: str, lang: str, *, texts: Iterable[str]) -> list[Row]:
    """The English rows of `table`, with `texts` laid over from the language's file, by key."""
    rows = [dict(row) for row in _read(name)[table]]
    for folder in _folders(lang):
        theirs = {row["key"]: row for row in _read(f"{folder}/{name}").get(table, [])}
        for row in rows:
            other = theirs.get(row["key"], {})
            row |= {text: other[text] for text in texts if text in other}
    return rows


def layers(name: str, lang: str) -> list[Mapping[str, Any]]:
    """A file of the library as it stands in English, then in each folder of the language that has it."""
    return [_read(name), *(_read(f"{folder}/{name}") for folder in _folders(lang))]


def _folders(lang: str) -> list[str]:
    """The folders to lay over, the general one first: "pt-BR" gives "pt", "pt-br"."""
    parts = lang.lower().replace("_", "-").split("-")
    if not all(part.isalnum() and part.isascii() for part in parts):
        return []
    found = ["-".join(parts[: n + 1]) for n in range(len(parts))]
    return [folder for folder in found if files(__name__).joinpath(folder).is_dir()]


def _read(name: str) -> Mapping[str, Any]:
    path = files(__name__).joinpath(*name.split("/"))
    if not path.is_file():
        return {}
    return tomllib.loads(path.read_text("utf-8"))


def _tuples(row: Row, *names: str) -> Row:
    return row | {name: tuple(row[name]) for name in names}


KIT_LANGUAGES = ("en", "de", "es")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What the counter kit prints in one language; `deck` are pairs of a title and a line."""

    name: str
    tag: str
    table: str
    table_text: str
    strip: str
    poster: str
    poster_foot: str
    five: tuple[str, ...]
    huddle: str
    huddle_steps: tuple[str, ...]
    deck: tuple[tuple[str, str], ...]


@lru_cache(maxsize=8)
def kit(lang: str) -> Kit:
    """The counter kit in one of KIT_LANGUAGES, else in English."""
    row = dict(_read(f"kit/{lang if lang in KIT_LANGUAGES else 'en'}.toml"))
    return Kit(
        **row
        | {
            "five": tuple(row["five"]),
            "huddle_steps": tuple(row["huddle_steps"]),
            "deck": tuple((title, line) for title, line in row["deck"]),
        }
    )
