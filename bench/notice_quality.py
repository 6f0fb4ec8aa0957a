"""How right `neoncard notice train` is, on rows and groups it has not seen, against TF-IDF and logistic regression.

GoEmotions by its official dev part, ConvAbuse across five parts of whole conversations, MultiDoGO's thank-you in each
domain in turn, taught by the others. The peer gets the same rows and its thresholds are set the same way; it runs in
`bench/.peers/tfidf` (`python -m venv bench/.peers/tfidf && bench/.peers/tfidf/bin/pip install scikit-learn`). `--errors`
writes the page of the worst mistakes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared" / "data" / "notice"
TWELVE = "gratitude caring admiration remorse love amusement joy optimism approval anger annoyance disgust".split()  # noqa: SIM905 reads better
PUBLISHED = {
    "goemotions_12": {"BERT (Demszky et al. 2020), mean F1 of the 12": 0.565, "gratitude": 0.86},
    "convabuse": {"best of Cercas Curry et al. 2021, F1 below": 0.90},
    "measured before, by another set-up": {
        "ConvoKit politeness + LR": {"goemotions_12": 0.278, "convabuse": 0.800},
        "rules alone, thank-you": {"precision": 0.61, "recall": 0.94},
    },
}
CONVOKIT = (
    "not run: its politeness strategies need the spaCy model en_core_web_sm, which is not on PyPI; "
    "a re-implementation would not be ConvoKit"
)


@dataclass(frozen=True)
class Part:
    """Rows to teach and rows to ask, of one task; `labels` are those that count."""

    task: str
    name: str
    taught: list[Any]
    asked: list[Any]
    labels: tuple[str, ...]


def options(parser: argparse.ArgumentParser) -> None:
    """Where the sets lie, and what to leave out."""
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the shared sets")
    parser.add_argument("--errors", type=Path, help="write the page of mistakes here")
    parser.add_argument("--no-peer", action="store_true", help="ours alone")
    parser.add_argument("--no-curve", action="store_true", help="no learning curve")


def parts(folder: Path) -> Iterator[Part]:
    """Every part of every task."""
    from neoncard.notice.engine.heads.rows import read

    found, _ = read(folder / "goemotions.jsonl")
    taught, dev = ([row for row in found if row.split == name] for name in ("train", "dev"))
    yield Part("goemotions_12", "dev", taught, dev, tuple(TWELVE))
    found, _ = read(folder / "convabuse.jsonl")
    for fold in range(5):
        inside = [crc32(row.group.encode()) // 7 % 5 == fold for row in found]
        yield Part("convabuse", str(fold), *_parted(found, inside), ("0", "1"))
    found, _ = read(folder / "multidogo_customer_acts.jsonl")
    for domain in sorted({row.domain for row in found}):
        inside = [row.domain == domain for row in found]
        yield Part("thank_you", domain, *_parted(found, inside), ("thankyou",))


def _parted(rows: list[Any], inside: list[bool]) -> tuple[list[Any], list[Any]]:
    pairs = list(zip(rows, inside, strict=True))
    return [row for row, aside in pairs if not aside], [row for row, aside in pairs if aside]


def truth(rows: list[Any], labels: tuple[str, ...]) -> Any:
    """What is so, bool[n, labels]."""
    import numpy as np

    return np.array([[label in row.labels for label in labels] for row in rows], np.bool_)


def ours(part: Part) -> tuple[Any, Any]:
    """Scores and decisions of a head taught by the part's rows."""
    import numpy as np

    from neoncard.notice.engine.heads import learn
    from neoncard.notice.engine.heads.calibrate import Reading, scores
    from neoncard.notice.engine.heads.judge import decided

    made, asked, _ = learn.learn(part.taught)
    bits = made.about["bits"]
    weights = learn.taught(learn.counted(part.taught, bits, before=asked.before), asked.truth, bits)
    margin = learn.margins(learn.counted(part.asked, bits, before=asked.before), weights)
    read = [Reading.of(each) for each in made.about["labels"]]
    score = scores(learn.ahead(margin) if asked.rivals else margin, read)
    said, _ = decided(
        score,
        np.array([each.threshold for each in read]),
        np.array([each.unsure for each in read]),
        asked.rivals,
    )
    columns = [asked.labels.index(label) for label in part.labels]
    return score[:, columns], said[:, columns]


def peer(part: Part) -> tuple[Any, Any]:
    """The same of the peer: its thresholds are those of highest F1 on the rows it was taught."""
    import numpy as np

    from neoncard.notice.engine.heads.calibrate import edges

    so = truth(part.taught, part.labels)
    task = {
        "texts": [row.text for row in part.taught],
        "truth": so.astype(int).tolist(),
        "groups": [row.domain or row.group or str(n) for n, row in enumerate(part.taught)],
        "asked": [row.text for row in part.asked],
    }
    if len({*task["groups"]}) < 5:
        task["groups"] = [row.group for row in part.taught]
    python = HERE / ".peers" / "tfidf" / "bin" / "python"
    done = subprocess.run(
        [python, HERE / "peers" / "tfidf_lr.py"],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    kept, score = np.array(found["taught"]), np.array(found["asked"])
    limits = [edges(kept[:, k], so[:, k])[0] for k in range(len(part.labels))]
    if part.labels == ("0", "1"):
        limits = [1 - limits[1], limits[1]]
    return score, score >= np.array(limits)


def figures(asked: list[tuple[Part, tuple[Any, Any]]]) -> dict[str, Any]:
    """Figures of each task: of all its parts together, and for thank-you the mean over domains."""
    import numpy as np

    from neoncard.notice.engine.heads import measure

    out: dict[str, Any] = {}
    for task in dict.fromkeys(part.task for part, _ in asked):
        mine = [(part, found) for part, found in asked if part.task == task]
        labels = mine[0][0].labels
        so = np.concatenate([truth(part.asked, labels) for part, _ in mine])
        score = np.concatenate([found[0] for _, found in mine])
        said = np.concatenate([found[1] for _, found in mine])
        each = [
            measure.figures(score[:, k], said[:, k], np.zeros(len(so), np.bool_), so[:, k])
            for k in range(len(labels))
        ]
        out[task] = measure.report(labels, each, rows=len(so))
        if task == "thank_you":
            out[task]["f1_of_domains"] = {
                part.name: round(_f1(found[1][:, 0], truth(part.asked, labels)[:, 0]), 4)
                for part, found in mine
            }
    return out


def _f1(said: Any, so: Any) -> float:
    return float(2 * (said & so).sum() / max(said.sum() + so.sum(), 1))


def curve(part: Part) -> dict[str, float]:
    """Mean F1 of the twelve by how many rows taught the head."""
    out = {}
    for share in (16, 8, 4, 2):
        some = replace(part, taught=part.taught[::share])
        score = figures([(some, ours(some))])
        out[str(len(some.taught))] = score[part.task]["macro_f1"]
    return out


def mistakes(asked: list[tuple[Part, tuple[Any, Any]]]) -> str:
    """The page of mistakes: of each label the five surest wrong yes and the five surest wrong no."""
    lines = [
        "# What a taught head gets wrong",
        "",
        "Written by `python -m bench notice-quality --errors docs/notice-errors.md`: of each label the five messages the",
        "head was surest about and wrong, either way, on rows it was not taught. Many are wrong labels; the rest are irony,",
        "one word that decides, or words it has not met. Quoted, shortened, from GoEmotions (Apache-2.0), ConvAbuse (CC BY 4.0;",
        "`1` is abusive; its words are rough) and MultiDoGO (CDLA-Permissive-1.0).",
    ]
    rows: dict[str, list[tuple[float, bool, str]]] = {}
    for part, (score, _) in asked:
        so = truth(part.asked, part.labels)
        for k, label in enumerate(part.labels):
            if label != "0":
                rows.setdefault(f"{part.task}: {label}", []).extend(
                    (float(score[n, k]), bool(so[n, k]), row.text)
                    for n, row in enumerate(part.asked)
                )
    for title, found in rows.items():
        lines += ["", f"## {title}", "", "| score | has the label | message |", "|---|---|---|"]
        wrong = sorted(((s, t) for s, so, t in found if not so), reverse=True)[:5]
        missed = sorted((s, t) for s, so, t in found if so)[:5]
        lines += [f"| {s:.3f} | no | {_short(t)} |" for s, t in wrong]
        lines += [f"| {s:.3f} | yes | {_short(t)} |" for s, t in missed]
    return "\n".join(lines) + "\n"


def _short(text: str) -> str:
    plain = " ".join(text.split()).replace("|", "/").replace("<", "‹").replace("`", "'")
    return plain if len(plain) <= 80 else plain[:79] + "…"


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Teach, ask, compare."""
    from neoncard.notice.engine import configuration

    found = list(parts(args.data))
    mine = [(part, ours(part)) for part in found]
    if args.errors:
        args.errors.write_text(mistakes(mine), "utf-8")
    result: dict[str, Any] = {"configuration": configuration(), "ours": figures(mine)}
    print("configuration:", result["configuration"])
    if not args.no_peer:
        result["tfidf_lr"] = figures([(part, peer(part)) for part in found])
        result["ratios"] = {
            f"{task}: F1 over TF-IDF + LR's": round(
                result["ours"][task]["macro_f1"] / result["tfidf_lr"][task]["macro_f1"], 3
            )
            for task in result["ours"]
        }
    for task, each in result["ours"].items():
        other = result.get("tfidf_lr", {}).get(task, {}).get("macro_f1", "not run")
        print(
            f"{task}: F1 {each['macro_f1']} (TF-IDF + LR {other}), AUC {each['mean_auc']}, ECE {each['mean_ece']}"
        )
    if not args.no_curve:
        result["learning_curve_goemotions_12"] = curve(found[0])
        print("F1 of the twelve by rows taught:", result["learning_curve_goemotions_12"])
    print("ConvoKit:", CONVOKIT)
    return {**result, "convokit": CONVOKIT, "published": PUBLISHED}
