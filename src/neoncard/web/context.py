"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from neoncard.people import queries


def house(request: HttpRequest) -> dict[str, Any]:
    """`roles`: the signed-in member's role names (one query a request, cached on the member)."""
    member = getattr(request, "user", None)
    if member is None or not member.is_authenticated:
        return {"roles": frozenset()}
    # Asked for where it is used: a frame has no navigation.
    return {"roles": SimpleLazyObject(lambda: queries.roles(member))}
