"""A mail as events: `{"mail": letter.read(…), "thread": the first mail's id, "before": the answered mail's text, …}`.

Everything that needs the mailbox (which thread, what was answered) was found by the pull, so this is pure: a mail says
the same whenever and however often it comes.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any, Final

from neoncard.connectors import payload, quotes, rules
from neoncard.connectors.frame import Context
from neoncard.connectors.imap.settings import listed
from neoncard.connectors.rules import Actor, Event, Talk, Words
from neoncard.kit import signing
from neoncard.kit.fields import Rejected, gettext_noop

ID_LONGEST: Final = 120
_BACKWARD: Final = str.maketrans("0123456789", "9876543210")
CLIP: Final = "\N{PAPERCLIP}"
_REPLY: Final = re.compile(
    r"^\s*(?:(?:re|aw|antw|antwort|sv|vs|rv|rif|res|odp|ynt|fw|fwd|wg|tr|enc|回复|答复|转发)"
    r"\s*(?:\[\d+\])?\s*[:：]\s*)+",
    re.IGNORECASE,
)


def events(found: Any, context: Context) -> list[Event]:
    """A mail's events; none for what is nobody's words (bounces, automatic answers, lists, our own)."""
    body = payload.need(found, "body")
    if why := payload.text(body, "unread"):
        raise Rejected(gettext_noop("mail: it could not be read: %(why)s"), why=why)
    mail = payload.need(body.get("mail"), "mail")
    if payload.text(mail, "skip"):
        return []
    wrote = payload.need(mail.get("from"), "mail.from")
    if not payload.text(wrote, "address"):
        raise Rejected(gettext_noop("from: names no address"))
    talk_id = short(payload.text(body, "thread") or payload.text(mail, "id"))
    message_id = short(payload.text(mail, "id"))
    at = _at(mail, context)
    ours = listed(str(context.settings.get("ours", "")).lower())
    sent = is_ours(payload.text(wrote, "address"), ours)
    inside = sent and _all_ours(mail, ours)
    words, how = _words(body, mail, ours)
    who = _actor(wrote, ours, sent)
    base: dict[str, Any] = {
        "source": context.source,
        "revision": rules.revision_of(at),
        "occurred_at": at,
        "received_at": context.received_at,
        "object_id": message_id,
    }
    kind = rules.NOTE if inside else rules.AGENT if sent else rules.CUSTOMER
    spam = mail.get("spam") is True
    state = Talk(
        talk_id,
        channel="email",
        tags=("spam",) if spam else None,
        lang=payload.text(mail, "language") or None,
        is_open=True,
    )
    # Moved among junk it says something else, later.
    status = {**base, "revision": f"{base['revision']}{'s' if spam else ''}"}
    made = [
        rules.event(**status, kind=rules.STATUS, conversation=state),
        rules.event(
            **base,
            kind=kind,
            conversation=Talk(talk_id),
            message=Words(
                message_id,
                words,
                in_reply_to=str((mail.get("parents") or [""])[-1]),
                quote_method=how,
                visibility="internal" if inside else "public",
            ),
            actor=who,
        ),
    ]
    if subject := _REPLY.sub("", payload.text(mail, "subject")):
        named = Talk(talk_id, subject=subject)
        made.append(
            rules.event(
                **{**base, "revision": f"{_sooner(at)}{message_id}"},
                kind=rules.STATUS,
                conversation=named,
            )
        )
    if talk_id == message_id:
        opener = None if sent else who
        made.append(
            rules.event(**base, kind=rules.OPENED, conversation=Talk(talk_id), actor=opener)
        )
    return made


def _sooner(at: datetime) -> str:
    """A revision that is the greater the sooner: a thread is called what its first mail is called."""
    return "~" + rules.revision_of(at).translate(_BACKWARD)


def short(message_id: str) -> str:
    """A Message-ID as we keep it: as it stands, or its digest when it is very long."""
    if len(message_id) <= ID_LONGEST:
        return message_id
    return hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:40]


def is_ours(address: str, ours: list[str]) -> bool:
    """Whether an address is one of `ours`; an entry that begins with @ is a whole domain."""
    return any(address == one or (one[0] == "@" and address.endswith(one)) for one in ours)


def _at(mail: dict[str, Any], context: Context) -> datetime:
    """When it was written; when it came here if its clock ran ahead, or it names no time."""
    try:
        at = payload.maybe_moment(mail, "date", now=context.received_at)
    except Rejected:
        at = None
    return min(at, context.received_at) if at else context.received_at


def _all_ours(mail: dict[str, Any], ours: list[str]) -> bool:
    to = [one for one in mail.get("to", []) if isinstance(one, str)]
    return bool(to) and all(is_ours(one, ours) for one in to)


def _actor(wrote: dict[str, Any], ours: list[str], sent: bool) -> Actor:
    """Who wrote. From an address that many share it is the name with it that tells the agents apart."""
    address, name = payload.text(wrote, "address"), payload.text(wrote, "name")
    if not sent:
        return Actor("customer", address, name, signing.person(address))
    shared = address in ours and bool(name)
    ext_id = f"{name} <{address}>" if shared else address
    return Actor("agent", ext_id[:140], name, "" if shared else signing.person(address))


def _words(body: dict[str, Any], mail: dict[str, Any], ours: list[str]) -> tuple[str, str]:
    text = payload.text(mail, "text")
    if not text.strip() and payload.text(mail, "html"):
        text = rules.plain(payload.text(mail, "html"))
    known = {*ours, payload.text(body, "before_from")} - {""}
    words, how = quotes.own_words(text, before=payload.text(body, "before"), addresses=known)
    clips = [
        f"{CLIP} {payload.text(one, 'name') or payload.text(one, 'type')}"
        for one in payload.rows(mail, "attached")
    ]
    return "\n\n".join(part for part in (words, "\n".join(clips)) if part), how
