"""The only writer of connectors, deliveries and known events."""

from __future__ import annotations

import hashlib
import json
import re
import secrets as random
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from neoncard.connectors import drop, queries
from neoncard.connectors.rules import Event
from neoncard.connectors.tables import Connector, Delivery, KnownEvent
from neoncard.kit import clock, signing, slices
from neoncard.kit.audit.actions import wrote
from neoncard.kit.jobs import rules as jobs
from neoncard.people.tables import Member

MOST = 200
"""Deliveries a worker claims at once."""
LEASE = timedelta(minutes=2)
TRIES = 5
DOUBTED = 3
SWITCHES = ("write_back", "survey")
"""Settings every kind that can be told something has; off unless turned on, and only for what happens from then on."""
CHANNEL = "neoncard_inbox"
"""What a commit to the inbox notifies on PostgreSQL."""
_SECRETS_KEPT = 2
_ANEW: Mapping[str, Any] = {"state": Delivery.State.WAITING, "tries": 0, "reason": ""}
"""What makes a delivery one that waits with all its tries."""


class Paused(Exception):  # noqa: N818 a fact about a connector
    """Nothing of a pull is kept any more: its connector was paused, or is gone."""


class Moved(Exception):  # noqa: N818 a fact about a connector
    """Nothing of a pull is kept: its connector was told to start over, or is asked elsewhere."""


_SEALED = ("sealed", "token_hash")
_TROUBLES = ("trouble", "trouble_at", "door_trouble", "door_trouble_at")


@transaction.atomic
def add(
    *,
    by: object,
    kind: str,
    name: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    signing_secret: str = "",
) -> Connector:
    """Set up a connector. Its source is made of its name and stays; its path's token is random."""
    token = signing.new_token(192)
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32] or kind
    source, n = base, 1
    while Connector.objects.filter(source=source).exists() or source in (
        "import",
        "api",
        "counter",
    ):
        n += 1
        source = f"{base}-{n}"
    kept = {**secrets, "token": token, "signing": [signing_secret] if signing_secret else []}
    row = Connector.objects.create(
        kind=kind,
        name=name.strip()[:80],
        source=source,
        token_hash=signing.token_hash(token),
        sealed=signing.seal(json.dumps(kept)),
        settings={**_switched({}, settings), **settings},
        made_at=clock.now(),
    )
    wrote(actor=by, did="connector.added", on=row)
    return row


def _kept(connector: Connector) -> dict[str, Any]:
    """Its secrets, to be sealed again. Sealed with another key they are lost, and its address with them: a new one is made."""
    try:
        return queries.secrets_of(connector)
    except ValueError:
        token = signing.new_token(192)
        connector.token_hash = signing.token_hash(token)
        return {"signing": [], "token": token}


def _switched(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The settings before, with the time at which each switch was turned on just now (`<name>_since`)."""
    on = [name for name in SWITCHES if after.get(name) and not before.get(name)]
    return {**before, **{f"{name}_since": clock.now().isoformat() for name in on}}


@transaction.atomic
def change(
    *,
    by: Member,
    connector: Connector,
    name: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    signing_secret: str = "",
) -> None:
    """Change its settings. An empty secret leaves the one that is kept; a new signing secret is added before it."""
    kept = _kept(connector)
    kept |= {field: value for field, value in secrets.items() if value}
    if signing_secret and signing_secret not in kept["signing"]:
        kept["signing"] = [signing_secret, *kept["signing"]][:_SECRETS_KEPT]
    connector.name = name.strip()[:80]
    connector.settings = {**_switched(connector.settings, settings), **settings}
    connector.sealed = signing.seal(json.dumps(kept))
    connector.trouble = connector.door_trouble = ""
    connector.trouble_at = connector.door_trouble_at = None
    connector.save(update_fields=["name", "settings", *_SEALED, *_TROUBLES])
    wrote(actor=by, did="connector.changed", on=connector)


@transaction.atomic
def rotate(*, by: Member, connector: Connector, secret: str) -> None:
    """Make `secret` the one to sign with; the one before it stays good until the next change."""
    kept = _kept(connector)
    kept["signing"] = [secret, *(one for one in kept["signing"] if one != secret)][:_SECRETS_KEPT]
    connector.sealed = signing.seal(json.dumps(kept))
    connector.save(update_fields=_SEALED)
    wrote(actor=by, did="connector.secret_changed", on=connector)


@transaction.atomic
def end_old_secret(*, by: Member, connector: Connector) -> None:
    """Take back every signing secret but the newest."""
    kept = _kept(connector)
    kept["signing"] = kept["signing"][:1]
    connector.sealed = signing.seal(json.dumps(kept))
    connector.save(update_fields=_SEALED)
    wrote(actor=by, did="connector.old_secret_ended", on=connector)


@transaction.atomic
def pause(*, by: Member, connector: Connector, paused: bool) -> None:
    """Stop taking anything in, or go on. What was missed meanwhile, the next pull brings."""
    connector.paused = paused
    connector.save(update_fields=["paused"])
    wrote(actor=by, did="connector.paused" if paused else "connector.resumed", on=connector)


def start_over(*, by: object, connector: Connector) -> None:
    """Hear everything again, as after giving people their ids: what is raw here, also what was parked, and what the
    next pull brings anew.

    Nothing doubles: an equal stamp says the same once more.
    """
    with transaction.atomic():
        connector.cursor = {}
        connector.save(update_fields=["cursor"])
        wrote(actor=by, did="connector.started_over", on=connector)
    slices.delete(KnownEvent.objects.filter(connector=connector))
    over = Delivery.objects.filter(connector=connector).exclude(state=Delivery.State.WAITING)
    slices.change(over, **_ANEW, due_at=clock.now())


def silence(*, connector: Connector) -> None:
    """Take nothing in of a connector any more, for good: nothing waiting is claimed, and its address is nobody's."""
    Connector.objects.filter(pk=connector.pk).update(  # lookup: through access.connector
        paused=True, token_hash=signing.token_hash(signing.new_token())
    )


def empty(*, connector: Connector) -> int:
    """Delete its raw deliveries, also those that wait, and its events, in slices. The deliveries deleted."""
    slices.delete(KnownEvent.objects.filter(connector=connector))
    return slices.delete(Delivery.objects.filter(connector=connector)).rows


def remove(*, by: object, connector: Connector) -> int:
    """Remove a connector with its raw deliveries, in slices; what it brought in before stays. The deliveries removed."""
    with transaction.atomic():
        silence(connector=connector)
        wrote(actor=by, did="connector.removed", on=connector)
    gone = empty(connector=connector)
    with transaction.atomic():
        connector.delete()
    return gone


def troubled(*, connector: Connector, why: str) -> None:
    """Say what went wrong with a connector, for its page; "" when all is well again."""
    at = clock.now() if why else None
    Connector.objects.filter(pk=connector.pk).update(  # lookup: the caller's own row
        trouble=why[:300], trouble_at=at
    )


def door_troubled(*, connector_id: int, why: str) -> None:
    """Say why a connector's webhooks are refused; "" when one was kept again."""
    at = clock.now() if why else None
    Connector.objects.filter(pk=connector_id).update(  # lookup: the door's own row
        door_trouble=why[:300], door_trouble_at=at
    )


def raw(connector_id: int, key: str, via: str, body: bytes) -> Delivery:
    """A delivery as it came, not yet written."""
    now = clock.now()
    return Delivery(
        connector_id=connector_id, key=key[:200], via=via, body=body, received_at=now, due_at=now
    )


def keep(rows: Sequence[Delivery]) -> None:
    """Write deliveries in one transaction of their own, those known already left out; when it returns they are on disk.

    Workers that wait on PostgreSQL are woken by the same commit.
    """
    with transaction.atomic(durable=True):
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        notify()


def notify() -> None:
    """Wake workers when the present transaction commits; on SQLite they look by themselves."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


def pulled(*, connector: Connector, bodies: Iterable[bytes], cursor: Mapping[str, Any]) -> int:
    """Keep what a pull brought, and its cursor with it, in one transaction. How many bodies there were.

    What is known already is not kept again, unless something else was said of its conversation since: a ticket that was
    closed and opened again says the same as before, and means it. `connector` is as this pull last knew it. Raises
    Paused and Moved when it is another by now; then nothing is kept.
    """
    rows = [
        raw(
            connector.pk,
            f"pull:{hashlib.sha256(body).hexdigest()}",
            Delivery.Via.PULL,
            body,
        )
        for body in bodies
    ]
    again = list(queries.overtaken(connector, [row.key for row in rows]))
    with transaction.atomic(durable=True):
        locked = Connector.objects.select_for_update()
        mine = locked.filter(pk=connector.pk)  # lookup: the caller's own
        now = mine.only("paused", "cursor").first()
        if now is None or now.paused:
            raise Paused
        if now.cursor != connector.cursor:
            raise Moved
        Delivery.objects.filter(pk__in=again).update(  # lookup: of the caller's own
            **_ANEW, received_at=clock.now(), due_at=clock.now()
        )
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        connector.cursor = json.loads(json.dumps(dict(cursor)))  # as it will be read
        connector.pulled_at = clock.now()
        Connector.objects.filter(pk=connector.pk).update(  # lookup: the caller's own row
            cursor=connector.cursor, pulled_at=connector.pulled_at
        )
        notify()
    return len(rows)


def claim(*, most: int = MOST, mine: str = "") -> list[Delivery]:
    """Take up to `most` deliveries that have waited longest; `mine` names the session that takes them (kit.locks.me).

    On PostgreSQL several workers take different ones (skip locked), and what a session took that is no more is free at
    once. On SQLite the caller is the only worker (a file lock), so whatever waits is free. A try is counted here, so
    that a delivery that kills its worker is seen: one taken three times before is taken alone.
    """
    now = clock.now()
    many = connection.vendor == "postgresql"
    ready = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=now)
    if paused := list(queries.paused()):
        ready = ready.exclude(connector__in=paused)
    if many:
        ready = ready.filter(Q(leased_until=None) | Q(leased_until__lte=now))
    ready = ready.order_by("due_at", "pk")
    first = ready.values_list("tries", flat=True).first()
    if first is None:
        return []
    with transaction.atomic():
        if many:
            ready = ready.select_for_update(skip_locked=True, of=("self",))
        ids = list(ready.values_list("pk", flat=True)[: 1 if first >= DOUBTED else most])
        Delivery.objects.filter(pk__in=ids).update(  # lookup: ids of the claim above
            lease=mine, leased_until=now + LEASE, tries=F("tries") + 1
        )
    rows = Delivery.objects.filter(pk__in=ids)  # lookup: the worker's own claim
    return list(rows.select_related("connector").order_by("pk"))


def free_the_dead(living: Collection[str]) -> int:
    """Let go of what sessions took that are no more (PostgreSQL). How many deliveries that were."""
    held = Delivery.objects.filter(state=Delivery.State.WAITING, leased_until__gt=clock.now())
    leases = set(held.order_by().values_list("lease", flat=True).distinct())
    dead = leases - set(living)
    return held.filter(lease__in=dead).update(leased_until=None, lease="") if dead else 0


def unknown(events: Sequence[Event]) -> list[Event]:
    """The events whose keys are not known yet, each once. One query for each 500."""
    first = {one.key: one for one in events}
    keys = list(first)
    for at in range(0, len(keys), 500):
        known = KnownEvent.objects.filter(key__in=keys[at : at + 500])
        for key in known.values_list("key", flat=True):
            del first[key]
    return list(first.values())


def applied(done: Sequence[tuple[Delivery, Sequence[Event]]]) -> None:
    """Mark deliveries as done and their events as known, in one transaction."""
    now = clock.now()
    known: dict[str, KnownEvent] = {}
    for delivery, events in done:
        for one in events:
            known.setdefault(
                one.key,
                KnownEvent(
                    connector_id=delivery.connector_id,
                    key=one.key,
                    conversation=one.conversation.ext_id,
                    delivery_id=delivery.pk,
                    received_at=now,
                ),
            )
    with transaction.atomic(durable=True):
        KnownEvent.objects.bulk_create(known.values(), ignore_conflicts=True)
        mine = Delivery.objects.filter(
            pk__in=[row.pk for row, _events in done]
        )  # lookup: the claim
        mine.update(state=Delivery.State.DONE, done_at=now, leased_until=None, lease="", reason="")


def refuse(*, delivery: Delivery, why: str, park: bool) -> None:
    """Let a delivery be tried again after a wait, or park it with its reason; after five tries it is parked anyway."""
    changes: dict[str, Any] = {"reason": why[:300], "leased_until": None, "lease": ""}
    if park or delivery.tries >= TRIES:
        changes["state"] = Delivery.State.PARKED
    else:
        changes["due_at"] = clock.now() + jobs.wait(delivery.tries, random.randbelow(1000) / 1000)
    Delivery.objects.filter(pk=delivery.pk).update(**changes)  # lookup: the worker's own claim


@transaction.atomic
def retry(*, by: object, delivery: Delivery) -> None:
    """Let a parked delivery be tried again, at once and with all its tries."""
    parked = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.PARKED)  # lookup: access
    if parked.update(**_ANEW, due_at=clock.now()):
        wrote(actor=by, did="delivery.retried", on=delivery)
        notify()


def retry_all(*, by: object, connector: Connector) -> int:
    """The same for all that is parked of a connector, in slices. How many."""
    parked = Delivery.objects.filter(connector=connector, state=Delivery.State.PARKED)
    rows = slices.change(parked, **_ANEW, due_at=clock.now()).rows
    with transaction.atomic():
        wrote(actor=by, did="deliveries.retried", on=connector, count=rows)
        notify()
    return rows


def forget_raw() -> str:
    """Forget raw deliveries, event keys and files read seven days after we received them (P7). Counts for /status.

    A parked one goes too: seven days were there to mend it. One that waits was acknowledged and never understood, as
    after a week without a worker: it stays till it is, unless its connector is paused. A pull that brings an old event
    again changes nothing, for its stamps are not greater. In slices.
    """
    before = clock.now() - timedelta(days=settings.NEONCARD_KEEP_RAW_DAYS)
    events = slices.delete(KnownEvent.objects.filter(received_at__lt=before))
    owed = Q(state=Delivery.State.WAITING, connector__paused=False)
    rows = slices.delete(Delivery.objects.filter(received_at__lt=before).exclude(owed))
    files = drop.sweep(before)
    longest = max(events.longest_ms, rows.longest_ms)
    return f"{rows.rows} deliveries, {events.rows} events, {files} files; longest {longest:g} ms"


def forget_conversations(*, source: str, ext_ids: Sequence[str]) -> int:
    """Delete the raw deliveries that told of these conversations (P5). A tombstone refuses what is told of them again."""
    told = Delivery.objects.filter(
        connector__source=source, events__conversation__in=list(ext_ids)
    ).distinct()
    return slices.delete(told).rows
