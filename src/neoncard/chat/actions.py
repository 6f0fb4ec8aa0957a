"""The only writer of chats and deeds, and of who is who in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from neoncard.chat import queries
from neoncard.chat.tables import Chat, ChatDeed
from neoncard.kit import clock, signing, slices
from neoncard.kit.audit.actions import wrote
from neoncard.people.tables import Handle, Member

KEPT = timedelta(days=30)


@transaction.atomic
def set_up(*, by: Member, kind: str, secrets: Mapping[str, str], api: str = "") -> Chat:
    """Set a chat up, or change it; an empty secret keeps the one there. Raises ValueError naming the field."""
    if kind not in Chat.Kind.values:
        raise ValueError(f"kind: one of {', '.join(Chat.Kind.values)}")
    row = queries.chat(kind) or Chat(kind=kind, made_at=clock.now())
    kept = queries.secrets_of(row) | {name: text for name, text in secrets.items() if text}
    if not kept.get("signing"):
        raise ValueError("signing: enter the secret the chat shows you")
    row.sealed, row.api = signing.seal(json.dumps(kept)), api
    row.save()
    wrote(actor=by, did="chat.set_up", on=row)
    return row


@transaction.atomic
def remove(*, by: Member, chat: Chat) -> None:
    """Take a chat away, and who is who in it; thanks given in it stay."""
    wrote(actor=by, did="chat.removed", on=chat)
    Handle.objects.filter(source=chat.kind).delete()
    chat.delete()


@transaction.atomic
def join(*, member: Member, kind: str, ext_id: str) -> None:
    """Join a chat's id to a member. Raises ValueError when it is somebody else's."""
    row, _made = Handle.objects.get_or_create(
        source=kind, ext_id=ext_id, defaults={"member": member}
    )
    if row.member_id != member.pk:
        raise ValueError("id: this account is joined to somebody else already")
    wrote(actor=member, did="chat.joined", on=row)


@transaction.atomic
def part(*, member: Member, kind: str) -> None:
    """Take one's own id in a chat away."""
    Handle.objects.filter(member=member, source=kind).delete()


@transaction.atomic
def once(*, chat: Chat, key: str, follow: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Follow a deed once: what it led to is written with it, in one transaction; a repeat gets the same answer."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    row, made = ChatDeed.objects.select_for_update().get_or_create(
        chat=chat, key=digest, defaults={"at": clock.now()}
    )
    if made:
        row.said = follow()
        row.save(update_fields=["said"])
    answer: dict[str, Any] = row.said
    return answer


FIRST = "first:"
"""Begins the key of what is said once ever; the rest is a hash, so it holds nobody's id."""


def first(*, chat: Chat, key: str) -> bool:
    """Whether this is the first time ever, for what is said to somebody once and never again (E2)."""
    digest = FIRST + hashlib.sha256(key.encode()).hexdigest()[: 64 - len(FIRST)]
    _row, made = ChatDeed.objects.get_or_create(chat=chat, key=digest, defaults={"at": clock.now()})
    return made


def forget() -> str:
    """Forget deeds of over 30 days: what is as old is refused for being late. One line for /status."""
    old = ChatDeed.objects.filter(at__lt=clock.now() - KEPT)
    done = slices.delete(old.exclude(key__startswith=FIRST))
    return f"{done.rows} deeds; longest {done.longest_ms:g} ms"
