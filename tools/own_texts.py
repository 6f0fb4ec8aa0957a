"""Texts of our own that teach and judge the reader: `tools/notice_texts/`, a file a label, written by hand.

A file has families, each one thought or situation, and a line a message: all labels of that speaker's side a careful
reader gives it, `-` for none, and what was said. The file's label decides who speaks.

    # family: loss and illness
    empathy,apology | I'm so sorry, losing a parent while sorting out bank forms is a lot to carry.
    - | Please send the death certificate to our bereavement team.
    name @Priya | Hi Priya, your parcel left this morning.

`@Priya` is the name on the ticket: the customer's where an agent speaks, the agent's where a customer does. `[prev: …]`
before what was said is the message before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from neoncard.notice.engine import LABELS

FOLDER: Final = Path(__file__).with_name("notice_texts")
_FAMILY: Final = "# family:"
_WORDS: Final = re.compile(r"\w+")
_PREV: Final = re.compile(r"\[prev: ([^\]]*)\] ?")


@dataclass(frozen=True, slots=True)
class Text:
    """One message: the file it stands in, its family there, its labels, the name on its ticket, and what came before."""

    label: str
    family: str
    labels: frozenset[str]
    text: str
    name: str = ""
    prev: str = ""

    @property
    def role(self) -> str:
        """Who speaks."""
        return LABELS[self.label].role

    @property
    def group(self) -> str:
        """Its family across files: what no split may part."""
        return f"{self.label}: {self.family}"

    @property
    def held_back(self) -> bool:
        """Whether its family is kept from whoever works on rules."""
        return crc32(self.group.lower().encode()) % 2 == 1

    @property
    def row(self) -> dict[str, Any]:
        """As the reader takes it."""
        named = "customer_name" if self.role == "agent" else "agent_name"
        about = {named: self.name, "prev": self.prev}
        return {"text": self.text, "role": self.role} | {
            key: said for key, said in about.items() if said
        }


def spelt(text: str) -> str:
    """The words of a text alone: two that differ by case, signs or spaces are one."""
    return " ".join(_WORDS.findall(text.lower()))


def texts(folder: Path = FOLDER) -> Iterator[Text]:
    """Every text of a folder. Raises ValueError that names file, line and mend; FileNotFoundError without a folder."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: there is no such folder of texts")
    for path in sorted(folder.glob("*.txt")):
        if path.stem not in LABELS:
            raise ValueError(f"{path.name}: no label has this name; there are {', '.join(LABELS)}")
        yield from _read(path)


def _read(path: Path) -> Iterator[Text]:
    family = ""
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        where = f"{path.name}, line {number}"
        if line.startswith(_FAMILY):
            family = line.removeprefix(_FAMILY).strip()
        elif line.strip() and not line.startswith("#"):
            if not family:
                raise ValueError(f"{where}: begin with a line `{_FAMILY} …`")
            yield _parsed(path.stem, family, line, where)


def _parsed(label: str, family: str, line: str, where: str) -> Text:
    said, bar, text = line.partition("|")
    given, _, name = said.partition("@")
    names = {part.strip() for part in given.split(",")} - {"", "-"}
    mine = {name for name, each in LABELS.items() if each.role == LABELS[label].role}
    if not bar or not text.strip() or not given.strip():
        raise ValueError(f"{where}: write labels (or -), a bar and the text")
    if wrong := sorted(names - mine):
        raise ValueError(f"{where}: not a label of the one who speaks: {', '.join(wrong)}")
    before = _PREV.match(text := text.strip())
    text, prev = (text[before.end() :], before[1]) if before else (text, "")
    return Text(label, family, frozenset(names), text, name.strip(), prev)
