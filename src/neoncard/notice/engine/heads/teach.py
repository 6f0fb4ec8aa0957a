"""What `neoncard notice train` and `eval` do, from rows to reports."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from .rows import HELD, Row
from .scorer import Scorer


def fingerprint(rows: list[Row]) -> str:
    """The same for the same rows in the same order: 16 hexadecimal digits."""
    digest = sha256()
    for row in rows:
        said = {**asdict(row), "labels": sorted(row.labels), "about": sorted(row.about)}
        digest.update(json.dumps(said, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()[:16]


def teach(
    rows: list[Row], out: Path, test: list[Row] | None = None, labels: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Teach a head from rows, write it to a folder, give its report.

    Judged by `test`; else by the rows whose `split` says dev or test; else across folds. Once it
    is judged by a split's dev rows, the head is taught once more with them; never with its test
    rows. Raises `ValueError` with the mend when nothing can be learnt.
    """
    from . import judge, learn

    held = test if test is not None else [row for row in rows if row.split in HELD]
    own = rows if test is not None else [row for row in rows if row.split not in HELD]
    if not own:
        raise ValueError(f"nothing to learn: every row's split is one of {', '.join(HELD)}")
    made, asked, tried = learn.learn(own, only=labels, data=_data(own))
    made.write(out)
    if held:
        found = {"judged": "rows kept aside", **judged(Scorer.load(out), held)}
    else:
        found = {"judged": "each row by a head not taught its group"}
        found |= judge.across_folds(asked, tried)
    if test is None and (more := [row for row in rows if row.split != "test"]) != own:
        made = learn.again(made, asked, more, data=_data(more))
        made.write(out)
    return {
        **found,
        "head": Scorer.load(out).fingerprint,
        "learnt_from": made.about["data"]["rows"],
        "too_few_rows": list(asked.few),
    }


def _data(rows: list[Row]) -> dict[str, Any]:
    return {"rows": len(rows), "fingerprint": fingerprint(rows)}


def judged(scorer: Scorer, rows: list[Row], labels: tuple[str, ...] = ()) -> dict[str, Any]:
    """The report of a head on rows. Raises `ValueError` for a label it does not have."""
    from . import judge

    if missing := [label for label in labels if label not in scorer.labels]:
        raise ValueError(
            f"--labels: this head has no {', '.join(missing)}; it has {', '.join(scorer.labels)}"
        )
    return judge.by_head(scorer, rows, labels)


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
