"""Reads of connectors and their inbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from neoncard.connectors.tables import Connector, Delivery, KnownEvent
from neoncard.kit import clock, signing


def secrets_of(connector: Connector) -> dict[str, Any]:
    """A connector's secrets: `token` (of its path), `signing` (a list, the newest first), and its API's by field.

    No query. Raises ValueError when they were sealed with another key.
    """
    if not connector.sealed:
        return {"signing": []}
    found: dict[str, Any] = json.loads(signing.unseal(connector.sealed))
    return {"signing": [], **found}


def opens(connector: Connector) -> bool:
    """Whether its secrets can be read with this server's key. No query."""
    try:
        secrets_of(connector)
    except ValueError:
        return False
    return True


def hook_url(connector: Connector) -> str:
    """The address to paste into the helpdesk. No query."""
    return f"{settings.NEONCARD_URL}/hooks/{secrets_of(connector).get('token', '')}"


def connectors() -> QuerySet[Connector]:
    """All of them, by name; lazy, one query."""
    return Connector.objects.order_by("name", "pk")


def paused() -> QuerySet[Connector, int]:
    """Ids of those that take nothing in now; lazy, one query."""
    return Connector.objects.filter(paused=True).values_list("pk", flat=True)


def overtaken(connector: Connector, keys: Sequence[str]) -> QuerySet[Delivery, int]:
    """Ids of deliveries of these keys that are done, and after which another told of the same conversation; lazy."""
    later = KnownEvent.objects.filter(
        connector=connector,
        conversation=OuterRef("conversation"),
        delivery__received_at__gt=OuterRef("delivery__received_at"),
    )
    told = KnownEvent.objects.filter(Exists(later), connector=connector, delivery=OuterRef("pk"))
    mine = Delivery.objects.filter(connector=connector, key__in=keys, state=Delivery.State.DONE)
    return mine.filter(Exists(told)).values_list("pk", flat=True)


def in_hand(connector: Connector) -> bool:
    """Whether a worker takes in something of it this moment. One query."""
    held = Delivery.objects.filter(connector=connector, state=Delivery.State.WAITING)
    return held.filter(leased_until__gt=clock.now()).exists()


@dataclass(frozen=True, slots=True)
class Live:
    """How a connector is: when it last brought something, how long the oldest waits, and how many are in each state."""

    last_at: datetime | None
    waiting: int
    parked: int
    lag: timedelta | None


def live(connector: Connector) -> Live:
    """One connector's live state. Two queries."""
    rows = Delivery.objects.filter(connector=connector)
    last = rows.aggregate(at=Max("received_at"))["at"]
    counts = rows.filter(state__in=("waiting", "parked")).aggregate(
        waiting=Count("pk", filter=Q(state="waiting")),
        parked=Count("pk", filter=Q(state="parked")),
        oldest=Min("received_at", filter=Q(state="waiting")),
    )
    oldest = counts["oldest"]
    return Live(last, counts["waiting"], counts["parked"], clock.now() - oldest if oldest else None)


def parked() -> QuerySet[Delivery]:
    """Parked deliveries with their connectors, the newest first; lazy, one query."""
    rows = Delivery.objects.filter(state=Delivery.State.PARKED).defer("body")
    return rows.select_related("connector").order_by("-received_at", "-pk")


@dataclass(frozen=True, slots=True)
class Parked:
    """How many deliveries of one connector were not understood."""

    connector: int
    name: str
    many: int


def parked_by_connector() -> list[Parked]:
    """Connectors with parked deliveries, by name. One query."""
    rows = Delivery.objects.filter(state=Delivery.State.PARKED).order_by("connector__name")
    counted = rows.values_list("connector", "connector__name").annotate(Count("pk"))
    return [Parked(*row) for row in counted]


def any_parked() -> bool:
    """Whether any delivery was not understood. One query."""
    return Delivery.objects.filter(state=Delivery.State.PARKED).exists()


def backlog() -> tuple[int, float]:
    """How many deliveries wait to be taken in, and for how many seconds the oldest has. One query."""
    ready = Delivery.objects.filter(state=Delivery.State.WAITING, connector__paused=False)
    found = ready.aggregate(many=Count("pk"), oldest=Min("received_at"))
    oldest = found["oldest"]
    return found["many"], (clock.now() - oldest).total_seconds() if oldest else 0.0
