"""Reading one decoded JSON object from outside, strictly: every refusal names the field and the mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

ID_MAX: Final = 200
TEXT_MAX: Final = 1_000_000
FUTURE: Final = timedelta(days=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:(\d\d)(?:\.\d{1,12})?(?P<zone>[Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)
_BAD = re.compile(r"[\x00\ud800-\udfff]")


def gettext_noop(text: str) -> str:
    """Mark a reason for translators; the page that shows it translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence about what came in: a text with named gaps, and what fills them."""

    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def say(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, in the language of `translate`."""
        return translate(self.text) % self.values


class Rejected(Exception):  # noqa: N818 it names what happened to a row
    """Something can't be taken as it is; `reason` names the field and the mend."""

    def __init__(self, text: str, **values: str | int) -> None:
        self.reason = Reason(text, values)
        super().__init__(self.reason.say())


@dataclass(slots=True)
class Tally:
    """What reading changed on its way: texts with characters no database keeps, and texts cut to their length."""

    cleaned: int = 0
    cut: int = 0


def cleaned(value: str, tally: Tally) -> str:
    """The text without NUL and half surrogates (each becomes the replacement character)."""
    if not _BAD.search(value):
        return value
    tally.cleaned += 1
    return _BAD.sub("\ufffd", value)


class Fields:
    """The fields of one object. `where` says whose they are in a refusal; `clean`: no text in it needs cleaning."""

    __slots__ = ("clean", "found", "tally", "where")

    def __init__(self, found: dict[str, Any], tally: Tally, clean: bool, where: str = "") -> None:
        self.found = found
        self.tally = tally
        self.clean = clean
        self.where = where

    def inner(self, name: str) -> Fields:
        """The object under `name`; an empty one when it is missing or null."""
        value = self.found.get(name)
        return Fields(
            as_object({} if value is None else value, self.where + name),
            self.tally,
            self.clean,
            f"{self.where}{name}.",
        )

    def ident(self, name: str) -> str:
        """An id: a text of at most 200 characters or a whole number; "" when missing or null."""
        value = self.found.get(name)
        if value is None:
            return ""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise Rejected(
                gettext_noop("%(field)s: takes a text or a whole number"), field=self.where + name
            )
        if len(value) > ID_MAX:
            raise Rejected(
                gettext_noop("%(field)s: is longer than %(most)s characters"),
                field=self.where + name,
                most=ID_MAX,
            )
        return self._cleaned(value).strip()

    def text(self, name: str) -> str:
        """A text of at most a million characters; "" when missing or null."""
        value = self.found.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Rejected(gettext_noop("%(field)s: takes a text"), field=self.where + name)
        if len(value) > TEXT_MAX:
            raise Rejected(
                gettext_noop("%(field)s: %(long)s characters; at most %(most)s are taken"),
                field=self.where + name,
                long=len(value),
                most=TEXT_MAX,
            )
        return self._cleaned(value)

    def short(self, name: str, most: int) -> str:
        """A text cut to `most` characters, which is counted; "" when missing or null."""
        value = self.text(name).strip()
        if len(value) > most:
            self.tally.cut += 1
        return value[:most]

    def number(self, name: str) -> float:
        """A number up to a thousand million either way."""
        value = self.found.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e9:
            return float(value)
        raise Rejected(gettext_noop("%(field)s: takes a number"), field=self.where + name)

    def moment(self, name: str, now: datetime) -> datetime:
        """A time as UTC: RFC 3339 with a zone, or seconds since 1970; at most a day after `now`."""
        value, name = self.found.get(name), self.where + name
        if isinstance(value, str):
            found = _written(value.strip(), name)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found = _counted(value, name)
        else:
            raise Rejected(
                gettext_noop(
                    "%(field)s: is missing; give a time with a zone, as 2026-05-01T09:30:00Z"
                ),
                field=name,
            )
        if found < _EPOCH:
            raise Rejected(gettext_noop("%(field)s: lies before 1970"), field=name)
        if found > now + FUTURE:
            raise Rejected(
                gettext_noop("%(field)s: %(at)s lies in the future; mend the time"),
                field=name,
                at=found.strftime("%Y-%m-%d %H:%M UTC"),
            )
        return found

    def _cleaned(self, value: str) -> str:
        return value if self.clean else cleaned(value, self.tally)


def as_object(value: object, name: str) -> dict[str, Any]:
    """`value` if it is an object. Raises Rejected otherwise."""
    if not isinstance(value, dict):
        raise Rejected(gettext_noop("%(field)s: takes an object in braces"), field=name)
    return value


def _counted(value: float, name: str) -> datetime:
    if not abs(value) <= 1e14:  # NaN too
        raise Rejected(gettext_noop("%(field)s: is no time"), field=name)
    if value > 1e11:
        raise Rejected(
            gettext_noop("%(field)s: looks like milliseconds; give seconds since 1970 (UTC)"),
            field=name,
        )
    return _EPOCH + timedelta(seconds=max(value, -1.0))


def _written(value: str, name: str) -> datetime:
    match = _TIME.fullmatch(value)
    if match is None:
        raise Rejected(
            gettext_noop(
                "%(field)s: is neither a time with a zone, as 2026-05-01T09:30:00Z, nor seconds since 1970"
            ),
            field=name,
        )
    if match["zone"] is None:
        raise Rejected(
            gettext_noop("%(field)s: has no time zone; add Z for UTC or an offset such as +02:00"),
            field=name,
        )
    if match[1] == "60":  # a leap second
        value = value[:17] + "59" + value[19:]
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Rejected(
            gettext_noop("%(field)s: is no day or time of any calendar"), field=name
        ) from None
