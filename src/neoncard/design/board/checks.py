"""Reading what a client sent, strictly: every refusal says why in a sentence for the person. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from neoncard.kit.fields import Reason, gettext_noop

ID = re.compile(r"[A-Za-z0-9_-]{8,36}")
KINDS = ("word", "effort", "treat")
AIMS = ("trust", "advocacy", "loyalty")
LEVELS = range(1, 6)
CHANNELS = ("", "web", "robot", "phone", "email", "chat", "counter", "person")
NUMBER_MAX = 1_000_000

STEP_TEXTS = {"title": 120, "note": 2000, "feel_note": 200}
IDEA_TEXTS = {"text": 300, "cost": 80, "principle": 2000}
BOARD_TEXTS = {"title": 120, "intro": 2000}
NEEDED = frozenset({"title", "text"})
"""Texts that may not be empty."""

ALSO_MAX = 2000
WORDS_MAX = 1000
"""A comment or a line of chat."""

_BAD = re.compile(r"[\x00\ud800-\udfff]")


class Refused(ValueError):  # noqa: N818 it names what happened to an operation
    """An operation can't be done. `why` is one of the protocol's words; `reason` a sentence; `field` whose fault."""

    def __init__(self, why: str, text: str, *, field: str = "", **values: str | int) -> None:
        self.why = why
        self.field = field
        self.reason = Reason(text, values)
        super().__init__(self.say())

    def say(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, with its field before it when there is one."""
        said = self.reason.say(translate)
        return f"{self.field}: {said}" if self.field else said


def identity(value: object, field: str) -> str:
    """An id: 8 to 36 letters, digits, `-` or `_`."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise Refused(
            "invalid",
            gettext_noop("takes an id of 8 to 36 letters, digits, - or _"),
            field=field,
        )
    return value


def maybe(value: object, field: str) -> str | None:
    """An id, or None."""
    return None if value is None else identity(value, field)


def text(value: object, field: str, most: int) -> str:
    """A text of at most `most` characters, without blanks around it; some may not be empty."""
    if not isinstance(value, str):
        raise Refused("invalid", gettext_noop("takes a text"), field=field)
    value = _BAD.sub("\ufffd", value).strip()
    if not value and field in NEEDED:
        raise Refused("invalid", gettext_noop("a few words are needed"), field=field)
    if len(value) > most:
        raise Refused(
            "invalid",
            gettext_noop("at most %(most)s characters; shorten it a little"),
            field=field,
            most=most,
        )
    return value


def one_of(value: object, field: str, allowed: tuple[str, ...]) -> str:
    """One of a few words."""
    if value not in allowed or not isinstance(value, str):
        raise Refused(
            "invalid", gettext_noop("takes one of %(allowed)s"), field=field, allowed=", ".join(allowed)
        )  # fmt: skip
    return value


def number(value: object, field: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Refused(
            "invalid",
            gettext_noop("takes a whole number from %(least)s to %(most)s"),
            field=field,
            least=least,
            most=most,
        )
    return value


def level(value: object) -> int:
    """A level, 1 to 5."""
    if isinstance(value, bool) or value not in LEVELS:
        raise Refused("invalid", gettext_noop("from 1 (basic) to 5 (unbelievable)"), field="level")
    return int(value)  # type: ignore[call-overload,no-any-return]


def step_field(field: str, value: object) -> str:
    """One field of a white card."""
    if field in STEP_TEXTS:
        return text(value, field, STEP_TEXTS[field])
    if field == "channel":
        return one_of(value, field, CHANNELS)
    return _also(field, value)


def idea_field(field: str, value: object) -> str | int:
    """One field of a neon card."""
    if field in IDEA_TEXTS:
        return text(value, field, IDEA_TEXTS[field])
    if field == "kind":
        return one_of(value, field, KINDS)
    if field == "aim":
        return one_of(value, field, AIMS)
    if field == "level":
        return level(value)
    if field == "status":
        return one_of(value, field, ("open", "parked"))
    return _also(field, value)


def _also(field: str, value: object) -> str:
    if field != "also":
        raise Refused("invalid", gettext_noop("there is no such field"), field="field")
    if value != "":
        raise Refused("invalid", gettext_noop("can only be emptied"), field=field)
    return ""


def an_object(value: object, field: str) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise Refused("invalid", gettext_noop("takes an object in braces"), field=field)
    return value


def act(given: dict[str, Any], *, may_spend: bool) -> dict[str, Any]:
    """The fields of an act as the playbook takes them; money is a lead's to say."""
    out: dict[str, Any] = {
        "title": text(given.get("title", ""), "title", 80),
        "kind": one_of(given.get("kind"), "kind", KINDS),
        "aim": one_of(given.get("aim", "trust"), "aim", AIMS),
        "minutes": number(given.get("minutes", 0), "minutes", 0, 240),
        "money": number(given.get("money") or 0, "money", 0, NUMBER_MAX),
    }
    if out["money"] and not may_spend:
        raise Refused(
            "role", gettext_noop("what it may cost in money is a lead’s to say"), field="money"
        )
    for field in ("principle", "instance", "may_decide"):
        out[field] = text(given.get(field, ""), field, 2000)
    if not out["principle"]:
        raise Refused("invalid", gettext_noop("a few words are needed"), field="principle")
    for field in ("anyway", "light", "asks_smile"):
        out[field] = given.get(field) is True
    fits = given.get("fits", [])
    if not isinstance(fits, list) or len(fits) > 30:
        raise Refused("invalid", gettext_noop("takes a list of situations"), field="fits")
    out["fits"] = [text(fit, "fits", 40) for fit in fits]
    if out["money"] and out["kind"] != "treat":
        raise Refused(
            "invalid",
            gettext_noop("only a treat costs money; words and effort cost minutes"),
            field="money",
        )
    return out
