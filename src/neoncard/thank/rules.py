"""What becomes of a customer's words, without a database."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

from neoncard.notice.engine import Reader, labels_in

LINK_LASTS = timedelta(days=14)
WORDS_MAX = 2000
NAME_MAX = 60
SCORES = (1, 2, 3, 4, 5)

HOSTILE = "hostile"
UNREADABLE = "unreadable"
LINKS = "links"
UNHAPPY = "unhappy"
WHY = (HOSTILE, UNREADABLE, LINKS, UNHAPPY)

_AT_SOMEONE = frozenset({"insult", "threat"})
_SOUR = frozenset({"complaint", "leaving", "profanity"})
_WARM = frozenset({"thanks", "praise", "thanks_by_name", "kind_to_agent", "recommends", "loyal"})
_RUDE_SIGNS = frozenset("🖕🤮💩")
_LINK = re.compile(
    r"https?:|www\.|\S+@\S+\.\w|\b[\w-]+\.(?:com|net|org|info|biz|io|ly|link|site|shop|xyz|ru|de|uk|eu)\b",
    re.IGNORECASE,
)
_STANDS_FOR_A_LETTER = re.compile(r"(?<=\w)[!1|@$03](?=\w)")
_LETTER = str.maketrans("!1|@$03", "iiiasoe")
_STEER = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F, 0xFEFF]
)
"""Marks that turn the direction of text; pages set it by `dir="auto"` instead."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a customer sent: a score from 1 to 5 or none, words, a name, feedback, and what they allow.

    `friend`: whether a friend sent them; None when not asked or not answered. `lang` is the language their conversation or browser speaks, as a tag ("de", "en-GB") or "".
    """

    score: int | None = None
    words: str = ""
    name: str = ""
    feedback: str = ""
    team_may_read: bool = False
    may_publish_words: bool = False
    may_publish_name: bool = False
    lang: str = ""
    friend: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether words go straight to the person thanked; if not, why they wait for a lead (one of WHY)."""

    passes: bool
    why: str = ""


def tidy(text: str) -> str:
    """The text without control characters and direction marks, with plain line ends, trimmed. Never raises."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_STEER)
    kept = (c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def has_link(text: str) -> bool:
    """Whether the text holds something that reads as a web or mail address."""
    return bool(_LINK.search(text))


def score_of(text: str | None) -> int | None:
    """The score a link or form carries, 1 to 5; None for anything else."""
    return int(text) if text in {"1", "2", "3", "4", "5"} else None


def weigh(given: Given, *, agent_name: str = "") -> Verdict:
    """Whether the words may reach the agent at once. Never raises, whatever the text.

    Insults, threats, links, and text the engine can't read wait for a lead (CONNECTORS, "The customer's side"); so
    does text in a language in which it does not read insults and threats.
    So do words that only complain, or that come with a score of 1 or 2 and no thanks in them: they are no
    kindness, and a lead can make feedback of them. Acts and words are read, never a mood (P1).
    """
    texts = [text for text in (given.words, given.name) if text]
    if not texts:
        return Verdict(True)
    if any(has_link(text) for text in texts):
        return Verdict(False, LINKS)
    if any(sign in text for text in texts for sign in _RUDE_SIGNS):
        return Verdict(False, HOSTILE)
    coarse = {word for text in texts for word in _coarse(text)}
    if "hurts" in coarse:
        return Verdict(False, HOSTILE)
    labels: set[str] = set()
    for marks in _reader().read(
        {"text": text, "role": "customer", "agent_name": agent_name} for text in texts
    ):
        if not (marks.read and labels_in(marks.language or "en") >= _AT_SOMEONE):
            return Verdict(False, UNREADABLE)
        # A guess of a head is good enough to protect her; to keep thanks from her it takes words a rule knows.
        labels |= {mark.label for mark in marks if not (mark.by_head and mark.label in _SOUR)}
    if (labels | _said_to_their_face(texts, agent_name)) & _AT_SOMEONE:
        return Verdict(False, HOSTILE)
    if "harsh" in coarse and not labels & _WARM:
        return Verdict(False, HOSTILE)
    return _verdict(given, labels)


def _said_to_their_face(texts: list[str], agent_name: str) -> set[str]:
    """The labels of the texts turned from "she is" to "you are".

    We ask "What did Ines do?", so people write about her, while the reader knows insults by their "you".
    """
    names = [re.escape(part) for part in [agent_name, *agent_name.split()] if len(part) > 1]
    who = "|".join([*names, "she", "he", "they", "this (?:woman|man|person|girl|guy|lady)"])
    verb = "(?P<are> (?:is|was|are|were|has been)|['’]s)?"
    about = re.compile(rf"(?<!\w)(?:{who}){verb}(?!\w)", re.IGNORECASE)
    turned = (about.sub(lambda at: "you are" if at["are"] else "you", text) for text in texts)
    rows = ({"text": text, "role": "customer"} for text in turned)
    return {mark.label for marks in _reader().read(rows) for mark in marks}


def _verdict(given: Given, labels: set[str]) -> Verdict:
    warm = bool(labels & _WARM)
    # Someone who speaks another language may write three words the engine takes for English.
    if given.words and not warm and given.lang and not _english(given.lang):
        return Verdict(False, UNREADABLE)
    low = given.score is not None and given.score <= 2
    if given.words and not warm and (low or labels & _SOUR):
        return Verdict(False, UNHAPPY)
    return Verdict(True)


def _english(tag: str) -> bool:
    return tag.lower().replace("_", "-").split("-")[0] in ("en", "eng", "english")


def _coarse(text: str) -> set[str]:
    """Which lists of coarse.toml a text touches, also when it writes b!tch or BLÖDE."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    shown = _STANDS_FOR_A_LETTER.sub(lambda sign: sign[0].translate(_LETTER), plain)
    return {name for name, words in _coarse_words().items() if words.search(shown)}


@cache
def _coarse_words() -> dict[str, re.Pattern[str]]:
    file = files("neoncard.thank").joinpath("coarse.toml")
    lists = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: re.compile(_any_of(words)) for name, words in lists.items()}


def _any_of(words: list[str]) -> str:
    stems = (re.escape(word.removesuffix("*")) + r"\w*" * word.endswith("*") for word in words)
    return rf"(?<!\w)(?:{'|'.join(stems)})(?!\w)"


@cache
def _reader() -> Reader:
    return Reader()


def mask(text: str, *, person: Iterable[str] = (), others: Iterable[str] = ()) -> str:
    """The text with names blanked, so that it points at nobody (P10).

    `person`: full or short names of whoever it is about, blanked however they are written. `others`: everybody
    else's, blanked only as written (with a capital), so that "will" stays a word when a colleague is called Will.
    """
    text = _blank(text, person, re.IGNORECASE)
    return _blank(text, others, 0)


def _blank(text: str, names: Iterable[str], flags: int) -> str:
    parts = {part for name in names for part in [name, *name.split()] if len(part) > 1}
    if not parts:
        return text
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    pattern = "|".join(re.escape(part) for part in longest_first)
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", "…", text, flags=flags)
