"""Teach the shipped heads: `python -m tools.train_notice SHARED [--out FOLDER]`.

Limits are chosen by our own texts and by those strangers wrote (`JUDGED`), which teach nothing.

SHARED is the folder of shared data with notice/ and conversations/ in it (docs/notice-model.md says which sets and what
their licences allow). The same files give the same heads and limits, byte for byte. Prints, a label each, what rules
alone do on the texts of our own and what rules and head do, each text judged by a head that its family did not teach.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

import numpy as np

from neoncard.notice.engine.heads import Scorer, calibrate, judge, learn, shipped, teach
from neoncard.notice.engine.heads.rows import Row

from . import notice_limits, notice_rows, own_texts
from .notice_limits import Judged, Texts

BITS: Final = 19
MOST: Final = 120_000
"""A head keeps so many n-grams, those of the greatest weights: the tables have to stay in the cache."""

JUDGED: Final = tuple(
    Path(__file__).with_name("notice_judged") / name
    for name in ("first", "second", "third", "fourth", "fifth")
)
"""Sets that strangers wrote and that were scored before: limits are chosen by them, too."""

COST: Final = 3.0
"""Thirty times the usual: rows here are near-misses of one another, and few."""


def taught(role: str, shared: Path, out: Path) -> dict[str, Judged]:
    """Teach a role's head and write it; gives what its limits are chosen by."""
    rows = notice_rows.rows(role, shared)
    data = {
        "rows": len(rows),
        "fingerprint": teach.fingerprint(rows),
        "sources": notice_rows.sources(shared),
    }
    made, asked, (tried,) = learn.learn(
        rows,
        only=notice_rows.labels_of(role),
        bits=BITS,
        data=data,
        cost=COST,
        classes=notice_rows.classes(),
        most=MOST,
    )
    for detail in made.about["labels"]:
        detail["role"] = role
    made.write(out / role)
    readings = [calibrate.Reading.of(each) for each in made.about["labels"]]
    score = calibrate.scores(tried.margin, readings)
    plain = notice_rows.plain(role, shared, held_back=True)
    scorer = Scorer.load(out / role)
    heard = judge.scored(scorer, plain)
    own = [each for each in own_texts.texts() if each.role == role]
    sets = [[each for each in own_texts.texts(folder) if each.role == role] for folder in JUDGED]
    told = [
        judge.scored(scorer, [Row(each.text, each.labels, role) for each in some]) for some in sets
    ]
    examples = list(notice_rows.beside(role))
    shown = judge.scored(scorer, examples)
    return {
        label: Judged(
            _of(label, own, score[: len(own), k]),
            tuple(_of(label, some, said[:, k]) for some, said in zip(sets, told, strict=True)),
            heard[:, k],
            np.array([label not in row.about for row in plain], np.bool_),
            score[_known(label, rows), k],
            shown[_promised(label, examples, must=False), k],
            shown[_promised(label, examples, must=True), k],
        )
        for k, label in enumerate(asked.labels)
    }


def _of(label: str, texts: list[own_texts.Text], score: Any) -> Texts:
    mine = [n for n, each in enumerate(texts) if each.label == label]
    marks = [notice_rows.marked(texts[n].text, texts[n].role) for n in mine]
    unless = notice_limits.UNLESS.get(label, ())
    return Texts(
        score[mine],
        np.array([label in found for found in marks], np.bool_),
        np.array([found.isdisjoint(unless) for found in marks], np.bool_),
        np.array([label in texts[n].labels for n in mine], np.bool_),
    )


def _known(label: str, rows: list[Row]) -> list[int]:
    return [
        n
        for n, row in enumerate(rows)
        if row.about and label in row.labels and label in notice_rows.marked(row.text, row.role)
    ]


def _promised(label: str, examples: list[Row], *, must: bool) -> list[int]:
    """Examples of a label whose rules alone do what is promised of them."""
    return [
        n
        for n, row in enumerate(examples)
        if label in row.about
        and (label in row.labels) is must
        and (label in notice_rows.marked(row.text, row.role)) is must
    ]


def main() -> None:
    """Teach both heads, choose their limits, print how right they are across folds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, default=shipped.FOLDER)
    args = parser.parse_args()
    judged: dict[str, Judged] = {}
    for role in shipped.TAUGHT:
        judged |= taught(role, args.shared, args.out)
    limits = notice_limits.chosen(judged)
    (args.out / shipped.POLICY).write_text(notice_limits.written(limits), "utf-8")
    print("\n".join(notice_limits.table(judged, limits)))


if __name__ == "__main__":
    main()
