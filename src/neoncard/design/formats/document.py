"""The plain document of a journey: what its fields may hold, how it is read kindly, what a file carries of it.

    {"v": 1,
     "board": {"title", "intro", "front_line"},
     "steps": [{"id", "title", "note", "channel", "feel_note"}],
     "ideas": [{"id", "step": step id | None, "text", "kind", "level", "cost", "aim", "principle", "status"}],
     "comments": [{"id", "card": step or idea id, "text", "at": ms since 1970 | None, "resolved"}]}

A card may have `also`, the other wording that waits to be settled. The board's own document holds more (docs/board-protocol.md); `portable` takes from it what can travel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from neoncard.kit.fields import Reason, gettext_noop

Doc = dict[str, Any]

VERSION: Final = 1
CHANNELS: Final = ("", "web", "robot", "phone", "email", "chat", "counter", "person")
KINDS: Final = ("word", "effort", "treat")
AIMS: Final = ("trust", "advocacy", "loyalty")
STATUSES: Final = ("open", "committed", "parked")
LEVELS: Final = (1, 2, 3, 4, 5)

MOST_BYTES: Final = 1_000_000
MOST_LINES: Final = 50_000
"""More than the largest journey has in any format; reading must not hold up whoever shares the process."""
MOST_STEPS: Final = 200
MOST_IDEAS: Final = 2_000
MOST_COMMENTS: Final = 2_000
MOST_REMARKS: Final = 500
LENGTHS: Final = {
    "title": 120,
    "intro": 2_000,
    "front_line": 40,
    "note": 2_000,
    "feel_note": 200,
    "text": 300,
    "cost": 80,
    "principle": 2_000,
    "also": 2_000,
    "comment": 2_000,
}

# C0 and C1 controls but for tab and newline, half surrogates, and U+FFFE and U+FFFF, which XML can't hold.
_BAD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ENDS = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")


class Unreadable(ValueError):  # noqa: N818 it says what a file is
    """Nothing of a file can be taken; `reason` says why and what to do."""

    def __init__(self, text: str, **values: str | int) -> None:
        self.reason = Reason(text, values)
        super().__init__(self.reason.say())


@dataclass(frozen=True, slots=True)
class Remark:
    """What was not taken as it stood: the row or card it is about (from 1; 0 for the whole), and why."""

    row: int
    reason: Reason


@dataclass(slots=True)
class Came:
    """What was read: the document, which is always whole, and what to say about the rest."""

    doc: Doc
    remarks: list[Remark] = field(default_factory=list)

    def say(self, row: int, text: str, **values: str | int) -> None:
        """Add a remark; after the five hundredth nobody reads on, so none is kept."""
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(Remark(row, Reason(text, values)))


def blank(title: str = "") -> Doc:
    """A document without a card."""
    board = {"title": title, "intro": "", "front_line": ""}
    return {"v": VERSION, "board": board, "steps": [], "ideas": [], "comments": []}


def decoded(data: bytes) -> str:
    """Text from a file's bytes: UTF-8, UTF-16 with its mark, or what an old spreadsheet writes (Windows-1252).

    Raises Unreadable for what is too large or no text.
    """
    _fits(len(data))
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable(
            gettext_noop("file: a workbook or zip archive; save it as CSV and hand that in")
        )
    for mark, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if data.startswith(mark):
            try:
                text = data.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    else:
        text = data.decode("cp1252", "replace")
    if "\x00" in text:
        raise Unreadable(
            gettext_noop("file: this is no text; hand in JSON, CSV, Markdown or lines")
        )
    if not text.strip():
        raise Unreadable(gettext_noop("file: it is empty; type or paste a few lines"))
    # What is one byte in an old file may be three in the form that shows it.
    _fits(len(text.encode("utf-8", "replace")))
    text = _ENDS.sub("\n", text)
    if text.count("\n") > MOST_LINES:
        raise Unreadable(
            gettext_noop("file: more than %(most)s lines; a journey is a few pages of text"),
            most=MOST_LINES,
        )
    return text


def _fits(size: int) -> None:
    if size > MOST_BYTES:
        raise Unreadable(
            gettext_noop("file: larger than %(most)s MB; a journey is a few pages of text"),
            most=MOST_BYTES // 1_000_000,
        )


def tidy(value: object, most: int = 10_000) -> str:
    """A text as a card holds it: its line ends as one kind, no control characters, nothing around it, cut to `most`."""
    text = value if isinstance(value, str) else ""
    return _BAD.sub("", _ENDS.sub("\n", text)).strip()[:most].rstrip()


class Cards:
    """Builds a document card by card, with a remark for whatever is not taken as it stands."""

    def __init__(self, title: str = "") -> None:
        self.came = Came(blank(title))
        self.full: set[str] = set()

    @property
    def gap(self) -> str | None:
        """The id of the last white card; None before the first."""
        steps = self.came.doc["steps"]
        return str(steps[-1]["id"]) if steps else None

    def board(self, row: int, **fields: object) -> None:
        """Say what the journey is: title, intro, front_line."""
        for name, value in fields.items():
            self.came.doc["board"][name] = self.text(row, name, value)

    def step(self, row: int, title: object, **fields: object) -> dict[str, Any] | None:
        """Lay a white card at the end; None when it has no title or the journey is full."""
        card = {
            "id": f"step-{len(self.came.doc['steps']) + 1:03}",
            "title": self.text(row, "title", title),
            "note": self.text(row, "note", fields.get("note")),
            "channel": self.choice(row, "channel", fields.get("channel"), CHANNELS, ""),
            "feel_note": self.text(row, "feel_note", fields.get("feel_note")),
        }
        self._also(row, card, fields.get("also"))
        if not card["title"]:
            self.came.say(row, gettext_noop("a white card without words; say what happens there"))
            return None
        return self._lay(row, "steps", card, MOST_STEPS)

    def idea(self, row: int, text: object, **fields: object) -> dict[str, Any] | None:
        """Lay a neon card at the end of the gap after `step` (default: the last white card); None when it can't be."""
        card = {
            "id": f"idea-{len(self.came.doc['ideas']) + 1:03}",
            "step": fields.get("step", self.gap),
            "text": self.text(row, "text", text),
            "kind": self.choice(row, "kind", fields.get("kind"), KINDS, "word"),
            "level": self.level(row, fields.get("level")),
            "cost": self.text(row, "cost", fields.get("cost")),
            "aim": self.choice(row, "aim", fields.get("aim"), AIMS, "trust"),
            "principle": self.text(row, "principle", fields.get("principle")),
            "status": self.choice(row, "status", fields.get("status"), STATUSES, "open"),
        }
        self._also(row, card, fields.get("also"))
        if not card["text"]:
            self.came.say(row, gettext_noop("a neon card without words; say what we could do"))
            return None
        return self._lay(row, "ideas", card, MOST_IDEAS)

    def comment(self, row: int, card: str, text: object, at: object, resolved: object) -> None:
        """Keep a comment on a card."""
        words = self.text(row, "comment", text)
        if not words:
            self.came.say(row, gettext_noop("a comment without words was left out"))
            return
        moment = (
            at if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < 2**53 else None
        )
        number = len(self.came.doc["comments"]) + 1
        kept = {"id": f"comment-{number:03}", "card": card, "text": words, "at": moment}
        self._lay(row, "comments", {**kept, "resolved": resolved is True}, MOST_COMMENTS)

    def _also(self, row: int, card: dict[str, Any], other: object) -> None:
        if also := self.text(row, "also", other):
            card["also"] = also

    def _lay(self, row: int, name: str, card: dict[str, Any], most: int) -> dict[str, Any] | None:
        if len(self.came.doc[name]) < most:
            self.came.doc[name].append(card)
            return card
        if name not in self.full:
            self.full.add(name)
            self.came.say(
                row,
                gettext_noop(
                    "there are more than %(most)s of these; from here on they were left out"
                ),
                most=most,
            )
        return None

    def text(self, row: int, name: str, value: object) -> str:
        """A text, cut with a remark when it is longer than its card holds."""
        if value is not None and not isinstance(value, str):
            self.came.say(
                row, gettext_noop("%(field)s: takes a text; it was left empty"), field=name
            )
        whole, most = tidy(value, MOST_BYTES), LENGTHS[name]
        if len(whole) > most:
            self.came.say(
                row,
                gettext_noop(
                    "%(field)s: %(long)s characters; a card holds %(most)s, so it was cut"
                ),
                field=name,
                long=len(whole),
                most=most,
            )
        return tidy(whole, most)

    def choice(
        self, row: int, name: str, value: object, known: Iterable[str], otherwise: str
    ) -> str:
        """One of `known`; with a remark `otherwise` when it is something else."""
        if value is None or value == "":
            return otherwise
        word = tidy(value, 40).casefold()
        if word in known:
            return word
        self.came.say(
            row,
            gettext_noop("%(field)s: “%(value)s” is none of %(known)s; “%(otherwise)s” was taken")
            if otherwise
            else gettext_noop("%(field)s: “%(value)s” is none of %(known)s; it was left empty"),
            field=name,
            value=tidy(value, 40),
            known=", ".join(each for each in known if each),
            otherwise=otherwise,
        )
        return otherwise

    def level(self, row: int, value: object) -> int:
        """A level from 1 to 5; 3 with a remark when it is something else, 3 without when nothing is said."""
        if value is None or value == "":
            return 3
        number = tidy(value, 20) if isinstance(value, str) else str(value)
        if number in {"1", "2", "3", "4", "5"} and not isinstance(value, bool):
            return int(number)
        self.came.say(
            row,
            gettext_noop("level: “%(value)s” is none of 1 to 5; 3 was taken"),
            value=number[:20],
        )
        return 3


def in_order(doc: Mapping[str, Any]) -> list[tuple[dict[str, Any] | None, list[dict[str, Any]]]]:
    """The gaps of a document: (None, ideas before the first step), then each step with the ideas after it.

    Face-down cards (another's idea while a board still hides it) are left out; an idea whose step is gone counts
    as lying before the first.
    """
    steps: list[dict[str, Any]] = list(doc.get("steps", ()))
    laid: dict[str | None, list[dict[str, Any]]] = {None: [], **{step["id"]: [] for step in steps}}
    for idea in doc.get("ideas", ()):
        if "text" in idea:
            laid[idea.get("step") if idea.get("step") in laid else None].append(idea)
    return [(None, laid[None]), *((step, laid[step["id"]]) for step in steps)]


def portable(doc: Mapping[str, Any]) -> Doc:
    """What a file carries of a board's document: the journey, its cards in order and the comments on them.

    Ids are the file's own, so the same journey gives the same bytes anywhere. No names go along, for no erasure
    reaches a file that was taken away; nor votes, chat or the link to an act, which belong to this house. Raises
    nothing on a whole document.
    """
    cards, ids = Cards(), {}
    board = doc.get("board", {})
    cards.board(0, **{name: board.get(name) for name in ("title", "intro", "front_line")})
    for step, ideas in in_order(doc):
        if step is not None and (laid := cards.step(0, step["title"], **_rest(step, "title"))):
            ids[step["id"]] = laid["id"]
        gap = cards.gap
        for idea in ideas:
            if laid := cards.idea(0, idea["text"], **{**_rest(idea, "text"), "step": gap}):
                ids[idea["id"]] = laid["id"]
    for comment in doc.get("comments", ()):
        if comment.get("card") in ids:
            told = (comment.get(name) for name in ("text", "at", "resolved"))
            cards.comment(0, ids[comment["card"]], *told)
    return cards.came.doc


def _rest(card: Mapping[str, Any], but: str) -> dict[str, Any]:
    return {name: value for name, value in card.items() if name not in ("id", but)}
