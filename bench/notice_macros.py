"""How well copied words are told from own ones, on the shared STAR conversations, where each agent's message says which.

Counted on the same conversations that are asked, as an archive is. Edited macros are macros with a word changed, a word
put in, or a name nobody told us, at a place drawn by a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[2] / "shared/data/notice/star_boilerplate.jsonl"
AUC, OWN = 0.975, 0.02
OTHERS = ("parcel", "ticket", "blue", "tomorrow", "kindly", "really", "garden")


def options(parser: argparse.ArgumentParser) -> None:
    """The conversations."""
    parser.add_argument("--data", type=Path, default=SHARED, help="star_boilerplate.jsonl")


def auc(truth: list[bool], scores: list[float]) -> float:
    """The area under the ROC curve; ties count half."""
    ordered = sorted(zip(scores, truth, strict=True))
    ranks, place = 0.0, 0
    while place < len(ordered):
        last = place
        while last < len(ordered) and ordered[last][0] == ordered[place][0]:
            last += 1
        ranks += sum(is_true for _, is_true in ordered[place:last]) * (place + last + 1) / 2
        place = last
    yes = sum(truth)
    return (ranks - yes * (yes + 1) / 2) / (yes * (len(truth) - yes))


def edits(text: str, chance: random.Random) -> tuple[str, str, str]:
    """A word changed, a word put in, a name put in."""
    words = text.split()
    place = chance.randrange(len(words))
    changed = [*words[:place], chance.choice(OTHERS), *words[place + 1 :]]
    grown = [*words[:place], chance.choice(OTHERS), *words[place:]]
    named = [words[0], "Marten,", *words[1:]]
    return " ".join(changed), " ".join(grown), " ".join(named)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Count, then ask."""
    from neoncard.notice.engine import Boilerplate
    from neoncard.notice.engine.pieces import BAND_WORDS, pieces

    talks = [json.loads(line) for line in args.data.read_text("utf-8").splitlines()]
    said = [(turn, talk["id"]) for talk in talks for turn in talk["turns"]]
    began = time.perf_counter()
    store = Boilerplate.count(
        {"text": turn["text"], "role": turn["role"], "conversation": talk} for turn, talk in said
    )
    took = time.perf_counter() - began
    asked = [(turn["text"], bool(turn["macro"])) for turn, _ in said if turn["role"] == "agent"]
    truth = [macro for _, macro in asked]
    area = auc(truth, [store.likeness(text) for text, _ in asked])
    flags = [store.is_boilerplate(text) for text, _ in asked]
    own = sum(flag and not macro for flag, macro in zip(flags, truth, strict=True))
    found = sum(flag and macro for flag, macro in zip(flags, truth, strict=True))
    chance = random.Random(0)
    long_ones = [
        text
        for (text, macro), flag in zip(asked, flags, strict=True)
        if macro and flag and len(pieces(text)[0].words) >= BAND_WORDS
    ]
    edited = [edits(text, chance) for text in chance.sample(long_ones, min(1_000, len(long_ones)))]
    kept = [sum(map(store.is_boilerplate, one)) / len(one) for one in zip(*edited, strict=True)]
    share = own / (len(truth) - sum(truth))
    return {
        "ratios": {
            "AUC over its bar": round(area / AUC, 3),
            "2% over own words flagged": round(OWN / max(share, 1e-9), 2),
        },
        "auc": round(area, 4),
        "precision": round(found / max(1, found + own), 4),
        "recall": round(found / sum(truth), 4),
        "own_words_flagged": round(share, 4),
        "edited_still_told": dict(
            zip(("changed", "put in", "named"), (round(x, 3) for x in kept), strict=True)
        ),
        "messages": len(asked),
        "one_by_one_per_second": round(len(said) / took),
    }
