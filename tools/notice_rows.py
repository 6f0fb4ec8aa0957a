"""The rows the shipped heads learn from: texts of our own, and sets whose licence allows shipping what they taught.

What a set doesn't say of a label counts neither way. A turn of real customers and agents is no example of a label
whose rules find nothing in it: a few mistakes in thousands of such rows do less harm than a head that never saw plain
business.
"""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from bench.notice_probes import probes
from neoncard.notice.engine import LABELS, Reader
from neoncard.notice.engine.heads.grams import class_numbers
from neoncard.notice.engine.heads.rows import Row
from neoncard.notice.engine.ruleset import documents

from . import own_texts

OWN: Final = Path(__file__).with_name("notice_own.toml")
CLASSES: Final = Path(__file__).with_name("notice_classes.txt")
SETS: Final = {
    "goemotions": "notice/goemotions.jsonl",
    "multidogo": "notice/multidogo_customer_acts.jsonl",
    "convabuse": "notice/convabuse.jsonl",
    "star": "conversations/star.jsonl.gz",
}
"""Where each set lies in the folder of shared data."""

NAMED: Final = ("name", "thanks_by_name")
"""Labels that hang on the name on the ticket: rules alone find them."""

PLAIN: Final = 5_000
"""At most so many turns of a role are taken as plain business."""

REDDIT: Final = 4

NEUTRAL: Final = 1_500
"""And so many sentences without a feeling."""

_KIND = frozenset(
    [
        "admiration",
        "amusement",
        "approval",
        "caring",
        "excitement",
        "gratitude",
        "joy",
        "love",
        "optimism",
        "pride",
        "relief",
    ]
)
_THANK = ("than", "thx", "tnx", "thnk", "cheers")


@cache
def labels_of(role: str) -> tuple[str, ...]:
    """The labels a role's head is taught."""
    return tuple(
        label for label, each in LABELS.items() if each.role == role and label not in NAMED
    )


def rows(role: str, folder: Path) -> list[Row]:
    """Every row a role's head learns from."""
    own = [_own(each) for each in own_texts.texts() if each.role == role]
    found = [*own, *plain(role, folder, held_back=False), *examples(role)]
    if role == "customer":
        found += [*goemotions(folder), *multidogo(folder), *convabuse(folder), *harmless()]
    return found


def _own(each: own_texts.Text) -> Row:
    return Row(each.text, each.labels, role=each.role, group=each.group)


def examples(role: str) -> Iterator[Row]:
    """The examples beside the rules and the probes shown to whoever works on them: each speaks of one label."""
    yield from beside(role)
    probed = ((each.label, each.row, each.must) for each in probes() if not each.held_back)
    yield from _of_one(probed, role)


def beside(role: str) -> Iterator[Row]:
    """The examples beside the rules alone."""
    said = (
        (doc["label"], text, kind == "must")
        for doc in documents()
        for kind, texts in doc["examples"].items()
        for text in texts
    )
    return _of_one(said, role)


def _of_one(said: Iterable[tuple[str, Any, bool]], role: str) -> Iterator[Row]:
    for label, text, must in said:
        if label in labels_of(role):
            words = text if isinstance(text, str) else text["text"]
            yield Row(words, frozenset([label] if must else []), role, about=frozenset([label]))


def goemotions(folder: Path) -> Iterator[Row]:
    """Gratitude is thanks; of the others, one in `REDDIT`. Where people saw nothing but kind feelings, nobody is insulted."""
    for found in _lines(folder, "goemotions"):
        said = frozenset(found["labels"])
        if "gratitude" not in said and crc32(found["id"].encode()) % REDDIT:
            continue
        about = {"thanks", "insult"} if said <= _KIND else {"thanks"}
        yield _row(found["text"], {"thanks"} & {"thanks" if "gratitude" in said else ""}, about)


def multidogo(folder: Path) -> Iterator[Row]:
    """`thankyou` is thanks; where words and intent disagree ("ok thank you", a confirmation) it says nothing."""
    for found in _lines(folder, "multidogo"):
        thanks = found.get("label") == "thankyou"
        agree = thanks == any(word in found["text"].lower() for word in _THANK)
        about = {"insult", "thanks"} if agree and found.get("label") else {"insult"}
        yield _row(found["text"], {"thanks"} if thanks and agree else set(), about, found["group"])


def convabuse(folder: Path) -> Iterator[Row]:
    """What most annotators called abusive insults the agent."""
    for found in _lines(folder, "convabuse"):
        said = {"insult"} if found["label"] else set()
        yield _row(found["text"], said, {"insult"}, found["group"])


def harmless() -> Iterator[Row]:
    """Texts of our own writing for these sets' blind spots, twice: `notice_own.toml`."""
    for label, kinds in tomllib.loads(OWN.read_text("utf-8")).items():
        for kind, texts in kinds.items():
            for text in texts * 2:
                yield _row(text, {label} if kind == "must" else set(), {label})


def plain(role: str, folder: Path, *, held_back: bool) -> list[Row]:
    """Real turns of a role, each text once; half of the conversations are held back to measure by.

    A turn says no of every label of its role whose rules find nothing in it. So do, to teach, the
    sentences in which people saw no feeling at all: plain English beside plain business.
    """
    turns = _turns(role, folder)
    texts = dict.fromkeys(text for group, text in turns if crc32(group.encode()) % 2 == held_back)
    chosen = sorted(texts, key=_mixed)[:PLAIN]
    if not held_back:
        reddit = _lines(folder, "goemotions")
        chosen += sorted(
            {each["text"] for each in reddit if each["labels"] == ["neutral"]}, key=_mixed
        )[:NEUTRAL]
    return [
        Row(text, frozenset(), role=role, about=frozenset(labels_of(role)) - marked(text, role))
        for text in chosen
    ]


@cache
def marked(text: str, role: str) -> frozenset[str]:
    """What rules alone mark a text with."""
    return frozenset(mark.label for mark in _READER.by_rules({"text": text, "role": role}))


_READER: Final = Reader()


def _mixed(text: str) -> int:
    return crc32(text.encode())


def _turns(role: str, folder: Path) -> Iterator[tuple[str, str]]:
    for talk in _lines(folder, "star"):
        for said in talk["messages"]:
            if said["author"] == role:
                yield talk["id"], said["text"]
    if role == "customer":
        for found in _lines(folder, "multidogo"):
            yield found["group"], found["text"]


def _row(text: str, labels: set[str], about: Iterable[str], group: str = "") -> Row:
    return Row(text, frozenset(labels), "customer", group=group, about=frozenset(about))


def _lines(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    path = folder / SETS[name]
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            yield json.loads(line)


def classes() -> dict[int, int]:
    """The classes of words that teach beside the words: `notice_classes.txt`, a class a line."""
    return class_numbers(line.split(" ") for line in CLASSES.read_text("utf-8").splitlines())


def own_files() -> list[Path]:
    """Every file of ours that teaches."""
    return [OWN, CLASSES, *sorted(own_texts.FOLDER.glob("*.txt"))]


def sources(folder: Path) -> dict[str, str]:
    """What the rows were read from: a hash for each file."""
    files = [*own_files(), *(folder / name for name in SETS.values())]
    return {path.name: sha256(path.read_bytes()).hexdigest()[:16] for path in files}
