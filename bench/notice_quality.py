"""How right `neoncard notice train` is, on rows and groups it has not seen, against two peers on the same rows.

GoEmotions by its official dev part, ConvAbuse across five parts of whole conversations, MultiDoGO's thank-you in each
domain in turn, taught by the others. Peers get the same rows and their thresholds are set the same way: TF-IDF and
logistic regression, and ConvoKit's politeness strategies and logistic regression (`bench/.peers`, docs/notice-bench.md).

    python -m bench notice-quality --keep FOLDER [--minutes M] [--errors docs/notice-errors.md]

It takes about half an hour of a core. With `--minutes` it stops after that and says so; the same again goes on.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.notice_engines import ENGINES, Bench, OutOfTimeError, Part, Said, parts, truth

SHARED = Path(__file__).parents[2] / "shared" / "data" / "notice"
PUBLISHED = {
    "goemotions_12": {"BERT (Demszky et al. 2020), mean F1 of the 12": 0.565, "gratitude": 0.86},
    "convabuse": {"best of Cercas Curry et al. 2021, F1 below": 0.90},
    "measured before, by another set-up": {
        "ConvoKit politeness + LR": {"goemotions_12": 0.278, "convabuse": 0.800},
        "rules alone, thank-you": {"precision": 0.61, "recall": 0.94},
    },
}
CURVE = (16, 8, 4, 2)
"""One row in so many teaches, for the learning curve."""


def options(parser: argparse.ArgumentParser) -> None:
    """Where the sets lie, what to leave out, how long at a time."""
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the shared sets")
    parser.add_argument("--errors", type=Path, help="write the page of mistakes here")
    parser.add_argument("--minutes", type=float, default=600, help="stop after so many minutes")
    parser.add_argument(
        "--without", nargs="*", choices=ENGINES, default=[], help="engines to leave out"
    )
    parser.add_argument("--only", help="one task, such as thank_you")
    parser.add_argument("--no-curve", action="store_true", help="no learning curve")


def figures(asked: list[tuple[Part, Said]]) -> dict[str, Any]:
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


def curve(bench: Bench, part: Part) -> dict[str, float]:
    """Mean F1 of the twelve by how many rows taught the head."""
    out = {}
    for share in CURVE:
        some = replace(part, name=f"dev-{share}", taught=part.taught[::share])
        score = figures([(some, bench.said("ours", some))])
        out[str(len(some.taught))] = score[part.task]["macro_f1"]
    return out


def mistakes(asked: list[tuple[Part, Said]]) -> str:
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


def asked(
    found: list[Part], args: argparse.Namespace
) -> tuple[dict[str, list[tuple[Part, Said]]], dict[str, float]]:
    """What every engine says of every part, and our learning curve. Raises `OutOfTimeError`."""
    bench = Bench(args.home, time.monotonic() + 60 * args.minutes)
    said: dict[str, list[tuple[Part, Said]]] = {}
    for part in found:
        for engine in ENGINES:
            if engine not in args.without:
                said.setdefault(engine, []).append((part, bench.said(engine, part)))
    if args.no_curve or "ours" not in said or found[0].name != "dev":
        return said, {}
    return said, curve(bench, found[0])


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Teach, ask, compare."""
    from neoncard.notice.engine import configuration

    found = [part for part in parts(args.data) if args.only in (None, part.task)]
    if not found:
        raise SystemExit(f"bench: --only: there is no task {args.only}")
    try:
        said, learnt = asked(found, args)
    except OutOfTimeError:
        raise SystemExit(
            "bench: the time is over; run the same again with --keep to go on"
        ) from None
    if "ours" in said and args.errors:
        args.errors.write_text(mistakes(said["ours"]), "utf-8")
    each = {engine: figures(mine) for engine, mine in said.items()}
    print("configuration:", configuration())
    for task in dict.fromkeys(part.task for part in found):
        for engine, score in each.items():
            one = score[task]
            print(
                f"{task:14}{engine:18} F1 {one['macro_f1']:.4f} AUC {one['mean_auc']:.4f} ECE {one['mean_ece']:.4f}"
            )
    if learnt:
        print("F1 of the twelve by rows taught:", learnt)
    ratios = {
        f"{task}: F1 over {engine}'s": round(own["macro_f1"] / score[task]["macro_f1"], 3)
        for engine, score in each.items()
        if engine.endswith("_lr")
        for task, own in each.get("ours", {}).items()
    }
    return {
        "ratios": ratios,
        "configuration": configuration(),
        **each,
        "learning_curve_goemotions_12": learnt,
        "published": PUBLISHED,
    }
