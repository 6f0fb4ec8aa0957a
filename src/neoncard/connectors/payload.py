"""Reading what another system says: lenient about what is missing, strict about what is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from neoncard.kit import signing
from neoncard.kit.fields import Fields, Rejected, Tally, as_object, gettext_noop


def dig(found: Any, *names: str) -> Any:
    """What stands under these names, one inside the other; None when nothing does."""
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def ident(found: Any, *names: str) -> str:
    """An id under these names; "" when there is none. Raises Rejected."""
    value = dig(found, *names)
    path = ".".join(names)
    return Fields({path: value}, Tally(), False).ident(path)


def text(found: Any, *names: str) -> str:
    """A text under these names; "" when there is none, or something else stands there."""
    value = dig(found, *names)
    return value if isinstance(value, str) else ""


def person(found: Any, *names: str) -> str:
    """The pseudonym of the e-mail address under these names (kit.signing.person); "" when none stands there."""
    return signing.person(text(found, *names))


def moment(found: Any, *names: str, now: datetime) -> datetime:
    """A time under these names: RFC 3339, `2020-03-03 13:05:57 UTC`, or seconds since 1970. Raises Rejected."""
    value = dig(found, *names)
    if isinstance(value, str) and value.endswith(" UTC"):
        value = value.removesuffix(" UTC") + "Z"
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    path = ".".join(names)
    return Fields({path: value}, Tally(), False).moment(path, now)


def maybe_moment(found: Any, *names: str, now: datetime) -> datetime | None:
    """The same, or None when nothing stands there."""
    return None if dig(found, *names) in (None, "") else moment(found, *names, now=now)


def rows(found: Any, *names: str) -> list[dict[str, Any]]:
    """A list of objects under these names; an empty one when there is none."""
    value = dig(found, *names)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def tags(value: Any) -> tuple[str, ...] | None:
    """A list of words; None when it is none."""
    return tuple(str(one) for one in value) if isinstance(value, list) else None


def need(found: Any, name: str) -> dict[str, Any]:
    """The object `found`. Raises Rejected."""
    if found is None:
        raise Rejected(gettext_noop("%(field)s: is missing"), field=name)
    return as_object(found, name)
