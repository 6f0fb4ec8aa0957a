"""A file of conversations, one JSON object a line, plain or gzip: read in constant memory, and what to report of it."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from neoncard.encounters.actions import CHANGED, NEW, UNCHANGED, Taken
from neoncard.encounters.rules import Conversation, Notes, read_row, whole_file
from neoncard.kit import lines
from neoncard.kit.fields import Reason, Rejected, gettext_noop

LISTED: Final = 1000
NOTED: Final = 20
GIVE_UP: Final = 20_000
BATCH_CONVERSATIONS: Final = 200
BATCH_MESSAGES: Final = 1500
BATCH_TEXT: Final = 4_000_000
_PEOPLE: Final = frozenset({"customer", "agent"})

Progress = Callable[[int, int | None], object]
"""Told how much is done of how much (bytes; None when the size is unknown)."""

_BREAKS: Final = {
    "cut": gettext_noop(
        "the archive ends too early, in row %(row)s: everything before it is in. "
        "Get the whole file and import it again; what is in stays as it is"
    ),
    "damaged": gettext_noop(
        "the archive is damaged after row %(row)s: everything before it is in. "
        "Get the file again and import it; what is in stays as it is"
    ),
    "bomb": gettext_noop(
        "the archive grows far beyond its size after row %(row)s and was read no further. "
        "If it is right, unpack it and import the plain file"
    ),
}


_GIVEN_UP: Final = gettext_noop(
    "%(many)s rows in a row can't be taken, so nothing after row %(row)s was read: "
    "mend the rows and import the file again; what is in stays as it is"
)


class Refused(Exception):  # noqa: N818 it names what happened to a file
    """A file that can't be imported at all; `reason` says why and what to do. Nothing was written."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.say())


@dataclass(slots=True)
class Report:
    """What an import did. `changed` conversations were known and have something new in them."""

    conversations: int = 0
    messages: int = 0
    marks: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    kindnesses: int = 0
    no_customer: int = 0
    no_author: int = 0
    no_agent: int = 0
    rejects: list[tuple[int, Reason]] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    broken: Reason | None = None
    seconds: float = 0.0
    longest_ms: float = 0.0

    @property
    def good(self) -> bool:
        """Whether everything in the file is in."""
        return not self.rejected and self.broken is None

    def line(self) -> str:
        """The one line an import ends with. What is new in a conversation we knew counts as new."""
        return (
            f"{self.conversations} conversations, {self.messages} messages, {self.marks} marks: "
            f"{self.new + self.changed} new, {self.unchanged} unchanged, {self.rejected} rejected"
        )

    def said(self, translate: Callable[[str], str] = str) -> Iterator[str]:
        """Everything worth saying before that line: rejected rows, then notes, then a break."""
        for row, reason in self.rejects:
            where = translate(gettext_noop("row %(row)s")) % {"row": row}
            yield f"{where}: {reason.say(translate)}"
        if self.rejected > len(self.rejects):
            more = gettext_noop("and %(many)s more rows")
            yield translate(more) % {"many": self.rejected - len(self.rejects)}
        for remark in self.remarks():
            yield remark.say(translate)

    def remarks(self) -> Iterator[Reason]:
        """What there is to say about the file as a whole; a break last."""
        yield from self.notes
        yield from self._unknown()
        if self.broken:
            yield self.broken

    def _unknown(self) -> Iterator[Reason]:
        if self.no_customer:
            text = gettext_noop(
                "%(many)s conversations name no customer: they are kept as someone's, and nobody is thanked for them"
            )
            yield Reason(text, {"many": self.no_customer})
        if self.no_author:
            text = gettext_noop(
                "%(many)s messages name no author: they are kept as someone's, and nobody is thanked for them"
            )
            yield Reason(text, {"many": self.no_author})
        if nobodys := self.nobodys():
            yield nobodys

    def nobodys(self) -> Reason | None:
        """How many conversations are by nobody we know to work here, and the mend."""
        if not self.no_agent:
            return None
        text = gettext_noop(
            "%(many)s conversations are by nobody known to work here, so nobody sees them beside their tickets: "
            "give people the ids they have there (Settings, or neoncard user add --handle), then import again"
        )
        return Reason(text, {"many": self.no_agent})

    def count(self, one: Taken, *, again: bool) -> None:
        """Count a conversation that was taken; `again`: an earlier row of the same file had its id."""
        if again:
            self.messages += one.added
            return
        said = one.conversation.messages
        self.no_customer += not one.conversation.customer_id
        self.no_author += sum(not one.author_id and one.author in _PEOPLE for one in said)
        self.no_agent += one.encounter.agent_id is None
        self.conversations += 1
        self.messages += len(said)
        self.new += one.was == NEW
        self.changed += one.was == CHANGED
        self.unchanged += one.was == UNCHANGED

    def reject(self, row: int, reason: Reason) -> None:
        """Count a row that was not taken; the first thousand are listed."""
        self.rejected += 1
        if len(self.rejects) < LISTED:
            self.rejects.append((row, reason))

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        """A report back from its JSON."""
        found = dict(found)
        found["rejects"] = [(row, Reason(**reason)) for row, reason in found["rejects"]]
        found["notes"] = [Reason(**note) for note in found["notes"]]
        found["broken"] = Reason(**found["broken"]) if found["broken"] else None
        return cls(**found)


class File:
    """One file to import, or standard input (`-`). Raises Refused when it can't be opened."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        now: datetime,
        most: int = lines.MOST,
        progress: Progress | None = None,
    ) -> None:
        """`most`: bytes an archive may expand to."""
        self.path = os.fspath(path)
        self.now = now
        self.most = most
        self.progress = progress
        self.size = _size(self.path)
        self._passes = 0

    @property
    def twice(self) -> bool:
        """Whether it can be read more than once."""
        return self.size is not None

    def conversations(self) -> Iterator[Conversation]:
        """Every conversation that can be taken, with nothing said about the others: for a first pass.

        Raises Refused when the file isn't one conversation a line at all.
        """
        yield from (one for _row, one in self._rows(Report(), Notes()))

    def batches(self, report: Report) -> Iterator[dict[str, tuple[Conversation, bool]]]:
        """Every conversation by its id, in batches, with whether an earlier row had that id; the rest in `report`.

        Raises Refused when the file isn't one conversation a line at all.
        """
        notes, before = Notes(), _Before()
        batch: dict[str, tuple[Conversation, bool]] = {}
        messages = size = 0
        for row, one in self._rows(report, notes):
            full = len(batch) >= BATCH_CONVERSATIONS or messages >= BATCH_MESSAGES
            if batch and (full or size >= BATCH_TEXT or one.ext_id in batch):
                yield batch
                batch, messages, size = {}, 0, 0
            batch[one.ext_id] = (one, before.had(one.ext_id, row))
            messages += len(one.messages)
            size += sum(len(said.text) for said in one.messages)
        if batch:
            yield batch
        report.notes += [*before.notes(), *_notes(notes)]

    def _rows(self, report: Report, notes: Notes) -> Iterator[tuple[int, Conversation]]:
        begun, bad = False, 0
        with _opened(self.path) as stream:
            for found in lines.lines(stream, most=self.most, progress=self._tell):
                if isinstance(found, lines.Broken):
                    report.broken = _broken(found)
                    continue
                if isinstance(found, lines.TooLong):
                    report.reject(found.number, _too_long(found))
                    continue
                if not begun and found.data.strip():
                    begun = True
                    if reason := whole_file(found.data):
                        raise Refused(reason)
                try:
                    one = read_row(found.data, row=found.number, now=self.now, notes=notes)
                except Rejected as refusal:
                    cut = Reason(gettext_noop("breaks off: the file ends inside it"))
                    report.reject(found.number, refusal.reason if found.whole else cut)
                    bad += 1
                    if bad == GIVE_UP:
                        report.broken = Reason(_GIVEN_UP, {"row": found.number, "many": GIVE_UP})
                        break
                    continue
                bad = 0
                if one is not None:
                    yield found.number, one
        self._passes += 1

    def _tell(self, taken: int) -> None:
        if self.progress:
            total = self.size * 2 if self.size is not None else None
            self.progress(taken + self._passes * (self.size or 0), total)


class _Before:
    """Which ids stood in which row, on disk when there are many: memory stays constant."""

    def __init__(self) -> None:
        self.rows = sqlite3.connect("")
        self.rows.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self.listed: list[Reason] = []
        self.count = 0

    def had(self, ext_id: str, row: int) -> bool:
        """Whether `ext_id` stood in an earlier row; remembers it."""
        found = self.rows.execute("SELECT row FROM seen WHERE id = ?", (ext_id,)).fetchone()
        if found is None:
            self.rows.execute("INSERT INTO seen VALUES (?, ?)", (ext_id, row))
            return False
        self.count += 1
        if len(self.listed) < NOTED:
            text = gettext_noop(
                "row %(row)s: conversation %(id)s stood in row %(first)s too; this one is taken as its update"
            )
            self.listed.append(Reason(text, {"row": row, "id": ext_id, "first": found[0]}))
        return True

    def notes(self) -> Iterator[Reason]:
        """What to say about ids that came twice."""
        yield from self.listed
        if self.count > len(self.listed):
            text = gettext_noop("and %(many)s more conversations stood in the file twice")
            yield Reason(text, {"many": self.count - len(self.listed)})


def _notes(notes: Notes) -> Iterator[Reason]:
    for row, message in notes.repeated:
        text = gettext_noop("row %(row)s: message %(id)s stands in it twice; the later one is kept")
        yield Reason(text, {"row": row, "id": message})
    if notes.repeated_count > len(notes.repeated):
        text = gettext_noop("and %(many)s more messages stood in their conversation twice")
        yield Reason(text, {"many": notes.repeated_count - len(notes.repeated)})
    if notes.unknown_keys:
        text = gettext_noop("keys that mean nothing here were passed over: %(keys)s")
        yield Reason(text, {"keys": ", ".join(sorted(notes.unknown_keys))})
    for author, many in sorted(notes.strangers.items()):
        text = gettext_noop(
            "author “%(author)s” is not customer, agent, bot or note: "
            "%(many)s messages are kept as someone's and not read"
        )
        yield Reason(text, {"author": author, "many": many})
    if notes.cleaned:
        text = gettext_noop("%(many)s texts held characters no database keeps; each is now � there")
        yield Reason(text, {"many": notes.cleaned})
    if notes.cut:
        text = gettext_noop("%(many)s long subjects or names were cut to their length")
        yield Reason(text, {"many": notes.cut})


def _too_long(found: lines.TooLong) -> Reason:
    text = gettext_noop("is longer than %(most)s million bytes; split the conversation")
    return Reason(text, {"most": found.limit // 1_000_000})


def _broken(found: lines.Broken) -> Reason:
    if found.why == "kind":
        text = gettext_noop(
            "this is %(kind)s; unpack or export it as UTF-8 text, one conversation a line"
        )
        raise Refused(Reason(text, {"kind": found.kind}))
    return Reason(_BREAKS[found.why], {"row": found.number})


def _size(path: str) -> int | None:
    """The size of a file that can be read again and again, else None. Raises Refused when there is none."""
    if path == "-":
        return None
    try:
        about = Path(path).stat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if stat.S_ISDIR(about.st_mode):
        text = gettext_noop(
            "%(path)s is a folder; name one file, or use cat FOLDER/* | neoncard import -"
        )
        raise Refused(Reason(text, {"path": path}))
    return about.st_size if stat.S_ISREG(about.st_mode) else None


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 closed below
    except OSError as error:
        raise _unreadable(path, error) from None
    with stream:
        yield stream


def _unreadable(path: str, error: Exception) -> Refused:
    why = (error.strerror if isinstance(error, OSError) else None) or "no such file"
    text = gettext_noop("%(path)s can't be read (%(why)s); check the name and who may read it")
    return Refused(Reason(text, {"path": path, "why": why}))
