"""Reads about chats."""

from __future__ import annotations

import json

from django.db.models import Exists

from neoncard.chat.tables import Chat
from neoncard.kit import signing
from neoncard.people.tables import Handle, Member


def chat(kind: str) -> Chat | None:
    """The chat of this kind, when it is set up. One query."""
    return Chat.objects.filter(kind=kind).first()


def secrets_of(row: Chat) -> dict[str, str]:
    """A chat's secrets in clear: `signing`, and `token` where its API is used. Raises ValueError on another key."""
    found: dict[str, str] = json.loads(signing.unseal(row.sealed)) if row.sealed else {}
    return found


def members(kind: str, ids: tuple[str, ...]) -> dict[str, Member]:
    """Members by their id in a chat, as far as they joined it to their Neoncard. One query."""
    rows = Handle.objects.filter(source=kind, ext_id__in=ids, member__is_active=True)
    return {
        row.ext_id: row.member
        for row in rows.select_related("member__organisation", "member__team")
    }


def handle_of(member: Member, kind: str) -> str:
    """The member's own id in a chat, or "". One query."""
    rows = Handle.objects.filter(member=member, source=kind).values_list("ext_id", flat=True)
    return rows.first() or ""


def reaches(member: Member, kind: str) -> bool:
    """Whether this chat is set up and the member joined it. One query."""
    there = Exists(Chat.objects.filter(kind=kind))
    return Handle.objects.filter(there, member=member, source=kind).exists()
