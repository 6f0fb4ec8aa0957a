"""Writing the audit trail."""

from __future__ import annotations

from neoncard.kit import clock
from neoncard.kit.audit.tables import Audit


def wrote(*, actor: object, did: str, on: object = "", count: int = 1) -> None:
    """Record one act of writing, inside its transaction. `actor` is a member, or a process's name.

    Holds ids and counts, never words or names.
    """
    who = f"member:{actor.pk}" if hasattr(actor, "pk") else str(actor)
    what = f"{type(on).__name__.lower()}:{on.pk}" if hasattr(on, "pk") else str(on)
    Audit.objects.create(at=clock.now(), actor=who, did=did, on=what, count=count)
