"""Writing an act: one way in for the playbook's page, the page of lists and the live board."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neoncard.design.tables import Act, Aim, Kind

WRITTEN = ("title", "principle", "instance", "may_decide", "kind", "aim", "minutes", "money")
TICKED = ("anyway", "fits", "light", "asks_smile")


def needed(field: str, text: str, most: int) -> str:
    """A text that may not be empty nor longer than `most`. Raises ValueError naming the field."""
    text = text.strip()
    if not text:
        raise ValueError(f"{field}: a few words are needed")
    if len(text) > most:
        raise ValueError(f"{field}: at most {most} characters; shorten it a little")
    return text


def write(act: Act, fields: Mapping[str, Any]) -> None:
    """Put `fields` (WRITTEN, TICKED) into an act and save it. Raises ValueError naming the field."""
    for field in fields.keys() & {*WRITTEN, *TICKED}:
        setattr(act, field, fields[field])
    act.title = needed("title", act.title, 80)
    act.principle = needed("principle", act.principle, 2000)
    act.kind, act.aim = Kind(act.kind), Aim(act.aim)
    act.fits = list(act.fits) or ["any"]
    if act.money and act.kind != Kind.TREAT:
        raise ValueError("money: only a treat costs money; words and effort cost minutes")
    act.save()
