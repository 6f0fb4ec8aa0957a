"""How right the engine is on the must and must-not probes: `python -m bench notice-probes`.

The probes lie in `tests/notice/probes/`, a file a label, in families. Whole families were held back before any rule
was tuned (docs/decisions/probes.md), so the held-back figures say how rules do on words they were not made for.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from neoncard.notice.engine import LABELS, Reader

FOLDER = Path(__file__).parents[1] / "tests" / "notice" / "probes"
PROPOSES = 0.7
"""A mark from this score up may propose a kindness."""


@dataclass(frozen=True)
class Probe:
    """One example: a row for the reader, and whether it must be marked with the label."""

    label: str
    must: bool
    family: str
    held_back: bool
    row: dict[str, Any]


def probes() -> Iterator[Probe]:
    """Every must and must-not probe of every label."""
    for path in sorted(FOLDER.glob("*.toml")):
        document = tomllib.loads(path.read_text("utf-8"))
        label = document.get("label", path.stem)
        for kind in ("must", "must_not"):
            for family in document.get(kind, ()):
                for text in family["texts"]:
                    row = {"text": text} if isinstance(text, str) else dict(text)
                    row.setdefault("role", LABELS[label].role)
                    yield Probe(label, kind == "must", family["family"], family["held_back"], row)


def pairs() -> Iterator[tuple[str, str, str, str, str]]:
    """Family, role, label and the two wordings of each pair that differ only in dialect."""
    for family in tomllib.loads((FOLDER / "dialects.toml").read_text("utf-8"))["pair"]:
        for label, one, other in family["pairs"]:
            yield family["family"], family["role"], label, one, other


def score(reader: Reader, row: dict[str, Any], label: str) -> float:
    """The surest mark of a label in a row, 0 where there is none."""
    return max((m.score for m in reader.read_one(row) if m.label == label), default=0.0)


def right(reader: Reader) -> list[tuple[Probe, bool]]:
    """Every probe with whether the reader got it right."""
    return [
        (probe, (score(reader, probe.row, probe.label) > 0) == probe.must) for probe in probes()
    ]


def share(found: list[tuple[Probe, bool]], **wanted: Any) -> float | None:
    """The share that is right among the probes whose fields have these values; None of none."""
    hits = [ok for probe, ok in found if all(getattr(probe, k) == v for k, v in wanted.items())]
    return round(fmean(hits), 4) if hits else None


def figures(reader: Reader) -> dict[str, Any]:
    """Recall on musts and share right on must-nots: both parts, a label each and their mean.

    Beside them the profanity that is harmless and the counter-speech flagged as `insult`, and
    the pairs' greatest and mean difference in score. All are shares from 0 to 1.
    """
    found = right(reader)
    labels = sorted({probe.label for probe, _ in found})
    parts: dict[str, Any] = {}
    for part, back in (("shown", False), ("held_back", True)):
        table = {
            label: {
                kind: share(found, label=label, held_back=back, must=must)
                for kind, must in (("must", True), ("must_not", False))
            }
            for label in labels
        }
        means = {
            kind: round(fmean(row[kind] for row in table.values() if row[kind] is not None), 4)
            for kind in ("must", "must_not")
        }
        parts[part] = {"mean": means, "labels": table}
    gaps = [
        abs(score(reader, {"text": one, "role": role}, label)
            - score(reader, {"text": other, "role": role}, label))
        for _, role, label, one, other in pairs()
    ]  # fmt: skip
    return {
        **parts,
        "flagged_as_insult": {
            family: round(1 - (share(found, label="insult", family=family) or 0), 4)
            for family in ("harmless_profanity", "counter_speech")
        },
        "dialects": {
            "pairs": len(gaps),
            "apart": sum(gap > 0.05 for gap in gaps),
            "mean_difference": round(fmean(gaps), 4),
        },
        "probes": len(found),
    }


def options(parser: argparse.ArgumentParser) -> None:
    """Which of the shown probes go wrong, for those who work on rules."""
    parser.add_argument(
        "--wrong", metavar="LABEL", help="print this label's shown probes gone wrong"
    )


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Print the table; ratios are to the bars of NOTICE.md (must .85, must-not .95)."""
    reader = Reader()
    result = figures(reader)
    print(
        f"{'':18}{'shown':>14}{'held back':>18}\n{'label':18}{'must':>7}{'not':>7}{'must':>9}{'not':>9}"
    )
    for label in [*result["shown"]["labels"], "mean"]:
        cells = [
            (result[part]["labels"] | {"mean": result[part]["mean"]})[label]
            for part in ("shown", "held_back")
        ]
        print(f"{label:18}" + "".join(
            f"{cell[kind]:>{width}.2f}" for cell, width in zip(cells, (7, 9), strict=True)
            for kind in ("must", "must_not")
        ))  # fmt: skip
    for name in ("flagged_as_insult", "dialects"):
        print(f"{name}: {result[name]}")
    for probe, ok in right(reader) if args.wrong else ():
        if not ok and probe.label == args.wrong and not probe.held_back:
            print(f"{'must' if probe.must else 'must not'} ({probe.family}): {probe.row['text']}")
    mean = result["held_back"]["mean"]
    ratios = {
        "held_back_must_vs_bar": round(mean["must"] / 0.85, 3),
        "held_back_must_not_vs_bar": round(mean["must_not"] / 0.95, 3),
    }
    return {"ratios": ratios, "version": reader.version, **result}
