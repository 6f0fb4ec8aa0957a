"""Times as exports write them: often by the clock on the wall, which a connector's settings give a zone to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from neoncard.kit.fields import Fields, Rejected, Tally, gettext_noop

_CLOCK: Final = r"[ T,]+(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d)(?:[.,]\d{1,9})?)?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
_SHAPES: Final = (
    re.compile(rf"(?P<y>\d{{4}})([-/.])(?P<mo>\d{{1,2}})\2(?P<d>\d{{1,2}}){_CLOCK}", re.ASCII),
    re.compile(rf"(?P<a>\d{{1,2}})([-/.])(?P<b>\d{{1,2}})\2(?P<y>\d{{4}}){_CLOCK}", re.ASCII),
)
_MS: Final = 1e11


def moment(value: Any, settings: Mapping[str, Any], now: datetime, name: str) -> datetime:
    """A time as UTC: with a zone, in seconds or milliseconds since 1970, or by the wall clock of the settings' `zone`.

    `2026-05-01 09:30`, `1.5.2026 09:30:15`, `5/1/2026 9:30 AM` (`month_first`). Raises Rejected naming `name`.
    """
    if isinstance(value, str):
        text = value.strip()
        if text.isascii() and text.isdecimal():
            value = int(text)
        elif settings.get("zone") and (found := _local(text, settings)):
            value = found.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool) and _MS < value < 1e14:
        value = value / 1000
    try:
        return Fields({name: value}, Tally(), False).moment(name, now)
    except Rejected as rejected:
        if settings.get("zone") or not isinstance(value, str):
            raise
        raise Rejected(
            gettext_noop("%(why)s; or name a time zone in the connector’s settings"),
            why=rejected.reason.say(),
        ) from None


def _local(text: str, settings: Mapping[str, Any]) -> datetime | None:
    for shape in _SHAPES:
        if (match := shape.fullmatch(text)) is None:
            continue
        part = match.groupdict()
        if "mo" in part:
            month, day = int(part["mo"]), int(part["d"])
        else:
            first, second = int(part["a"]), int(part["b"])
            turned = bool(settings.get("month_first")) and match[2] == "/"
            day, month = (second, first) if turned else (first, second)
        hour = int(part["h"])
        if part["half"]:
            hour = hour % 12 + (12 if part["half"] in "Pp" else 0)
        zone = ZoneInfo(str(settings["zone"]))
        try:
            at = datetime(
                int(part["y"]), month, day, hour, int(part["m"]), int(part["s"] or 0), tzinfo=zone
            )
        except ValueError:
            return None
        return at.astimezone(UTC)
    return None
