"""Teach the shipped heads: `python -m tools.train_notice SHARED [--out FOLDER]`.

SHARED is the folder with goemotions.jsonl, multidogo_customer_acts.jsonl and convabuse.jsonl (docs/notice-model.md says
what they are and what their licences allow). The same files give the same head, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from neoncard.notice.engine import ruleset
from neoncard.notice.engine.heads import judge, learn, measure, shipped, teach
from neoncard.notice.engine.heads.rows import Row

OWN = Path(__file__).with_name("notice_own.toml")
SETS = ("goemotions.jsonl", "multidogo_customer_acts.jsonl", "convabuse.jsonl")
LABELS = ("insult", "thanks")
BITS = 19

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


def goemotions(found: dict[str, Any]) -> Row:
    """Gratitude is thanks. A sentence in which people saw nothing but kind feelings insults nobody."""
    said = frozenset(found["labels"])
    about = {"thanks", "insult"} if said <= _KIND else {"thanks"}
    return _row(found["text"], {"thanks"} & {"thanks" if "gratitude" in said else ""}, about)


def multidogo_customer_acts(found: dict[str, Any]) -> Row:
    """`thankyou` is thanks; where words and intent disagree ("ok thank you", a confirmation) it says nothing."""
    thanks = found.get("label") == "thankyou"
    agree = thanks == any(word in found["text"].lower() for word in _THANK)
    about = {"insult", "thanks"} if agree and found.get("label") else {"insult"}
    return _row(found["text"], {"thanks"} if thanks and agree else set(), about, found["group"])


def convabuse(found: dict[str, Any]) -> Row:
    """What most annotators called abusive insults the agent."""
    return _row(found["text"], {"insult"} if found["label"] else set(), {"insult"}, found["group"])


def _row(text: str, labels: set[str], about: set[str], group: str = "") -> Row:
    return Row(text, frozenset(labels), group=group, about=frozenset(about))


def own() -> Iterator[Row]:
    """Texts of our own writing: the file beside this one."""
    for label, kinds in tomllib.loads(OWN.read_text("utf-8")).items():
        for kind, texts in kinds.items():
            for text in texts:
                yield _row(text, {label} if kind == "must" else set(), {label})


def rows(folder: Path) -> list[Row]:
    """Every row the shipped heads learn from."""
    found = []
    for name in SETS:
        turned = globals()[name.removesuffix(".jsonl")]
        with (folder / name).open(encoding="utf-8") as lines:
            found += [turned(json.loads(line)) for line in lines]
    return found + list(own()) * 2


def sources(folder: Path) -> dict[str, str]:
    """What the rows were read from: a hash for each file."""
    files = {name: folder / name for name in SETS} | {OWN.name: OWN}
    return {name: sha256(path.read_bytes()).hexdigest()[:16] for name, path in files.items()}


def main() -> None:
    """Teach, write, and print how right the heads are across folds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, default=shipped.FOLDER)
    args = parser.parse_args()
    found = rows(args.shared)
    data = {
        "rows": len(found),
        "fingerprint": teach.fingerprint(found),
        "sources": sources(args.shared),
    }
    made, asked, tried = learn.learn(found, only=LABELS, bits=BITS, data=data)
    for detail in made.about["labels"]:
        detail["role"] = ruleset.labels()[detail["name"]].role
    made.write(args.out)
    print("\n".join(measure.table(judge.across_folds(asked, tried))))
    print(f"{args.out}: head {shipped.scorer(args.out).fingerprint}")


if __name__ == "__main__":
    main()
