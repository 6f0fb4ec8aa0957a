"""What `neoncard notice train` and `eval` do, from rows to reports."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .rows import HELD, Row
from .scorer import Scorer

if TYPE_CHECKING:
    from .learn import Head
    from .meaning import Meaning, Vectors


def fingerprint(rows: list[Row]) -> str:
    """The same for the same rows in the same order: 16 hexadecimal digits."""
    digest = sha256()
    for row in rows:
        said = {**asdict(row), "labels": sorted(row.labels), "about": sorted(row.about)}
        digest.update(json.dumps(said, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()[:16]


def teach(
    rows: list[Row],
    out: Path,
    test: list[Row] | None = None,
    labels: tuple[str, ...] = (),
    *,
    minilm: bool = False,
) -> dict[str, Any]:
    """Teach a head from rows, write it to a folder, give its report; with `minilm`, what MiniLM adds to it too.

    Judged by `test`; else by the rows whose `split` says dev or test; else across folds. Once it
    is judged by a split's dev rows, the head is taught once more with them; never with its test
    rows. Raises `ValueError` with the mend when nothing can be learnt, `minilm.MissingError` without the extra.
    """
    from . import judge, learn, meaning
    from .minilm import Remembered, check

    if minilm:
        check()
    vectors = Remembered()
    held = test if test is not None else [row for row in rows if row.split in HELD]
    own = rows if test is not None else [row for row in rows if row.split not in HELD]
    if not own:
        raise ValueError(f"nothing to learn: every row's split is one of {', '.join(HELD)}")
    made, asked, tried = learn.learn(own, only=labels, data=_data(own))
    added, both = meaning.learn(own, asked, tried, vectors=vectors) if minilm else (None, tried)
    _write(out, made, added)
    if held:
        found = {"judged": "rows kept aside", **judged(out, held, vectors=vectors)}
    else:
        found = {"judged": "each row by a head not taught its group"}
        found |= judge.across_folds(asked, tried)
        if added:
            found["with_minilm"] = judge.across_folds(asked, both)
    if test is None and (more := [row for row in rows if row.split != "test"]) != own:
        made = learn.again(made, asked, more, data=_data(more))
        added = added and meaning.again(added, asked, more, vectors=vectors)
        _write(out, made, added)
    return {
        **found,
        "head": Scorer.load(out).fingerprint,
        "learnt_from": made.about["data"]["rows"],
        "too_few_rows": list(asked.few),
    }


def _write(out: Path, made: Head, added: Meaning | None) -> None:
    """A head and what MiniLM adds to it; of an older head in the folder nothing stays."""
    from .meaning import FILES

    made.write(out)
    for name in FILES:
        (out / name).unlink(missing_ok=True)
    if added:
        added.write(out, Scorer.load(out).fingerprint)


def _data(rows: list[Row]) -> dict[str, Any]:
    return {"rows": len(rows), "fingerprint": fingerprint(rows)}


def judged(
    folder: Path, rows: list[Row], labels: tuple[str, ...] = (), *, vectors: Vectors | None = None
) -> dict[str, Any]:
    """The report of the head in a folder on rows; `with_minilm` is that of the head and MiniLM together.

    Where MiniLM is missing, that is None and `minilm_missing` says the mend. Raises `BadHeadError`, and
    `ValueError` for a label the head does not have.
    """
    from . import judge
    from .meaning import FILES, Both
    from .minilm import MissingError, Remembered

    scorer = Scorer.load(folder)
    if missing := [label for label in labels if label not in scorer.labels]:
        raise ValueError(
            f"--labels: this head has no {', '.join(missing)}; it has {', '.join(scorer.labels)}"
        )
    found = judge.by_head(scorer, rows, labels)
    if (folder / FILES[0]).exists():
        both = Both.load(folder, vectors=vectors or Remembered())
        try:
            found["with_minilm"] = judge.by_head(both, rows, labels)
        except MissingError as error:
            found |= {"with_minilm": None, "minilm_missing": str(error)}
    return found


def own(rows: list[Row], labels: tuple[str, ...]) -> dict[str, Any]:
    """The report of our own labels, as the reader marks them. Raises `ValueError`."""
    import numpy as np

    from .. import LABELS, Reader, configuration
    from .measure import figures, report

    if missing := [label for label in labels if label not in LABELS]:
        raise ValueError(f"--labels: no label {', '.join(missing)}; there are {', '.join(LABELS)}")
    reader = Reader()
    each = []
    for label in labels:
        role = LABELS[label].role
        about = [row for row in rows if row.role in ("", role)]
        asked = [{"text": row.text, "role": role, "prev": row.prev} for row in about]
        score = np.array(
            [
                max((m.score for m in found if m.label == label), default=0.0)
                for found in reader.read(asked)
            ]
        )
        truth = np.array([label in row.labels for row in about], np.bool_)
        each.append(figures(score, score > 0, np.zeros(len(score), np.bool_), truth))
    return report(labels, each, rows=len(rows), configuration=configuration())
