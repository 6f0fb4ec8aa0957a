"""Reads of marks and of the store of macros."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection

from django.db.models import QuerySet

from neoncard.encounters.tables import Encounter
from neoncard.notice.engine import Boilerplate
from neoncard.notice.tables import FrozenBoilerplate, Mark


def frozen_boilerplate() -> Boilerplate:
    """The store of macros as frozen last night; an empty one before the first night. One query."""
    row = FrozenBoilerplate.objects.order_by("-frozen_at").first()
    if row is None:
        return Boilerplate()
    try:
        return Boilerplate.from_dict(json.loads(zlib.decompress(bytes(row.data))))
    except ValueError:  # frozen by another version; it is counted anew tonight
        return Boilerplate()


def marks_of(encounter: Encounter) -> QuerySet[Mark]:
    """The marks of an encounter that nobody has called wrong, in order; for its agent alone (P10). One query."""
    return Mark.objects.filter(encounter=encounter, wrong_at=None).order_by("message", "start")


def count_marks(source: str, ext_ids: Collection[str]) -> int:
    """How many marks stand in these conversations (their ids in `source`). Two queries, none for no ids.

    Not one with a join: PostgreSQL knows nothing yet of what was just written, and would walk through all marks.
    """
    if not ext_ids:
        return 0
    rows = Encounter.objects.filter(source=source, ext_id__in=ext_ids)
    ids = list(rows.values_list("pk", flat=True))
    return Mark.objects.filter(encounter__in=ids, wrong_at=None).count()
