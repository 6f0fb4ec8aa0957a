"""Everything new in a mailbox, folder by folder: the cursor of each is (UIDVALIDITY, UID).

A thread is found by References and In-Reply-To, up to the first mail the mailbox still has; then by a tag in the subject
("[#1024]"); never by the bare subject. Looked up in the mailbox itself, so that the answer does not depend on what came
here in which order.
"""

from __future__ import annotations

import imaplib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, Final

from imap_tools import MailMessage
from imap_tools.errors import ImapToolsError

from neoncard.connectors import rules
from neoncard.connectors.frame import Asking, Page, TroubleError
from neoncard.connectors.imap import letter
from neoncard.connectors.imap.box import Box, opened
from neoncard.connectors.imap.settings import is_junk, listed
from neoncard.kit.jobs.rules import reason
from neoncard.kit.outbound import OutboundError

AT_ONCE: Final = 50
MAIL_MAX: Final = 30_000_000
"""Bytes of a mail beyond which only its head is read."""
REMEMBERED: Final = 5_000
UP: Final = 30
RENEW: Final = 25 * 60.0
"""Seconds after which IDLE is renewed: a server may hang up after 29 minutes (RFC 2177)."""
LOOK: Final = 1.0
_REMEMBER: Final = (
    *("id", "parents", "threaded", "from", "reply_to", "subject", "date", "skip", "spam"),
)
TAG: Final = re.compile(r"\[[^\[\]]{0,40}#\s?\d{1,12}\]")


def test(asking: Asking) -> str:
    """Sign in, open every folder, and say how many mails are in each and how news come."""
    with opened(asking.settings) as box:
        found = []
        for folder in folders(asking):
            box.open(folder)
            found.append(f"{folder}: {len(box.uids('ALL', charset=None))}")
        how = "at once" if box.tells() else "every five minutes, for it has no IDLE"
        return f"{', '.join(found)}; news come {how}"


def pull(cursor: dict[str, Any], asking: Asking) -> Iterator[Page]:
    """Page by page, each folder from its cursor on. A mail that was moved in from elsewhere has a new UID and is read."""
    with ExitStack() as stack:
        boxes: dict[str, Box] = {}
        plan: list[tuple[str, int, list[str]]] = []
        for folder in folders(asking):
            box = stack.enter_context(opened(asking.settings))
            boxes[folder] = box
            validity = box.open(folder)
            plan.append((folder, validity, _new(box, cursor.get(folder), validity, asking)))
        library = Library(boxes)
        total, done, after = sum(len(uids) for *_, uids in plan), 0, dict(cursor)
        for folder, validity, uids in plan:
            for at in range(0, len(uids), AT_ONCE):
                some = uids[at : at + AT_ONCE]
                junk = is_junk(folder)
                bodies = []
                for mail in _mails(boxes[folder], some):
                    bodies.append(_body(library, mail, folder, junk))
                    asking.still()
                done += len(some)
                after = {**after, folder: [validity, int(some[-1])]}
                yield Page(bodies, after, done, total, more=True)
            after = {**after, folder: after.get(folder) or [validity, 0]}
        yield Page([], after, done, total)


def _body(library: Library, mail: MailMessage, folder: str, junk: bool) -> bytes:
    """A mail as the raw body of a delivery; one that can't be read says why, and is no reason to stop at it."""
    try:
        return library.body(mail, junk)
    except (TroubleError, OutboundError, ImapToolsError, imaplib.IMAP4.error, OSError):
        raise  # the mailbox's trouble, and no mail's
    except Exception as error:  # noqa: BLE001 a mail nobody foresaw is parked, and the rest goes on
        told = {"unread": reason(error), "folder": folder, "uid": mail.uid}
        return json.dumps(told, sort_keys=True).encode()


def watch(asking: Asking, stop: threading.Event) -> Iterator[None]:
    """Yield when the first folder has news, by IDLE; once at the start, for what came before we listened."""
    with opened(asking.settings) as box:
        box.open(folders(asking)[0])
        if not box.tells():
            raise TroubleError("the server has no IDLE")
        yield
        while not stop.is_set():
            waited, told = 0.0, False
            with box.idle:
                while waited < RENEW and not told and not stop.is_set():
                    told = box.hears(LOOK)
                    waited += LOOK
            if told:
                yield


def folders(asking: Asking) -> list[str]:
    """The folders that count."""
    return listed(str(asking.settings.get("folders") or "INBOX"))


def _new(box: Box, known: Any, validity: int, asking: Asking) -> list[str]:
    """The UIDs after the cursor; those of the last days when there is none, or the folder was numbered anew."""
    if isinstance(known, list) and len(known) == 2 and known[0] == validity and known[1]:
        uids = box.uids(f"UID {known[1] + 1}:*", charset=None)
        return sorted((uid for uid in uids if int(uid) > known[1]), key=int)
    since = asking.now - timedelta(days=int(asking.settings.get("days", 30)))
    return sorted(box.uids(f"SINCE {imap_day(since)}", charset=None), key=int)


def imap_day(at: datetime) -> str:
    """A day as IMAP writes it, whatever the machine's language: 3-Feb-2026."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{at.day}-{months[at.month - 1]}-{at.year}"


def _mails(box: Box, uids: list[str]) -> Iterator[MailMessage]:
    """The mails of these UIDs, one at a time; of a huge one only its head."""
    sizes = {
        head.uid: head.size_rfc822
        for head in box.fetch(uid_list=uids, headers_only=True, mark_seen=False, bulk=AT_ONCE)
    }
    for uid in uids:
        if uid not in sizes:
            continue  # moved away this moment
        huge = sizes[uid] > MAIL_MAX
        yield from box.fetch(uid_list=[uid], headers_only=huge, mark_seen=False)


class Library:
    """What is known of the mails of a mailbox: by id, their parents, author and text; looked up where needed.

    `boxes`: an open folder each, by name.
    """

    def __init__(self, boxes: dict[str, Box]) -> None:
        self._boxes = boxes
        self._known: OrderedDict[str, dict[str, Any] | None] = OrderedDict()
        self._tags: dict[str, str] = {}

    def body(self, mail: MailMessage, junk: bool = False) -> bytes:
        """A mail as the raw body of a delivery; `junk`: it lies in a folder for junk."""
        found = letter.read(mail.obj)
        found["spam"] |= junk
        self._remember(found)
        made: dict[str, Any] = {"mail": found}
        if not found["skip"]:
            made["thread"] = self._root(found)
            if found["parents"] and (parent := self._find(found["parents"][-1])):
                made["before"] = _text(parent)
                made["before_from"] = parent["from"]["address"]
        return json.dumps(made, sort_keys=True).encode()

    def _root(self, mail: dict[str, Any]) -> str:
        """The id of the first mail of its thread, as far up as the mailbox knows."""
        if not mail["parents"]:
            return self._tagged(mail) or str(mail["id"])
        seen, at = {mail["id"]}, mail
        for _ in range(UP):
            above = at["parents"][0]
            if above in seen:
                break
            seen.add(above)
            parent = self._find(above)
            if parent is None:
                # Its first mail is not here. Where only the last one is named, a tag may still tell.
                return (not at["threaded"] and self._tagged(at)) or str(above)
            at = parent
            if not at["parents"]:
                break
        return (not at["parents"] and self._tagged(at)) or str(at["id"])

    def _tagged(self, mail: dict[str, Any]) -> str:
        """The thread of the oldest mail with the same tag in its subject; "" without one."""
        tag = TAG.search(mail["subject"])
        if tag is None:
            return ""
        if tag[0] not in self._tags:
            same = [one for one in self._search(f'SUBJECT "{tag[0]}"') if tag[0] in one["subject"]]
            oldest = min(same, key=lambda one: (one["date"], one["id"]), default=mail)
            self._tags[tag[0]] = self._root(oldest) if oldest["parents"] else str(oldest["id"])
        return self._tags[tag[0]]

    def _find(self, message_id: str) -> dict[str, Any] | None:
        """The mail of this id, if a folder has it."""
        if message_id not in self._known:
            plain = message_id.isascii() and not set('"\\') & set(message_id)
            search = f'HEADER Message-ID "<{message_id}>"'
            found = self._search(search) if plain else []
            self._keep(message_id, next((m for m in found if m["id"] == message_id), None))
        return self._known.get(message_id)

    @classmethod
    def lone(cls, box: Box, names: list[str], message_id: str) -> dict[str, Any] | None:
        """The mail of this id, looked for in these folders of one mailbox, one after the other."""
        for name in names:
            box.open(name)
            if found := cls({name: box})._find(message_id):
                return found
        return None

    def _search(self, criteria: str) -> list[dict[str, Any]]:
        if not criteria.isascii():
            return []
        found = []
        for box in self._boxes.values():
            try:
                uids = box.uids(criteria, charset=None)[:20]
            except (ImapToolsError, imaplib.IMAP4.error):
                continue  # a server that can't search this way: the headers must do
            found += [letter.read(mail.obj) for mail in _mails(box, uids)]
        return found

    def _remember(self, found: dict[str, Any]) -> None:
        self._keep(str(found["id"]), found)

    def _keep(self, message_id: str, found: dict[str, Any] | None) -> None:
        self._known[message_id] = found and {
            **{name: found[name] for name in _REMEMBER},
            "text": _text(found),
        }
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _text(mail: dict[str, Any]) -> str:
    """A mail's own text and what it quotes, plain, as another may quote it."""
    text = str(mail.get("text", ""))
    if not text.strip() and mail.get("html"):
        text = rules.plain(str(mail["html"]))
    return text[:50_000]
