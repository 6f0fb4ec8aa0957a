"""How right the reader is on texts of our own (`tools/own_texts.py`), by rules alone and with the heads.

    python -m bench notice-texts [--texts FOLDER] [--lang de] [--part all|shown|held-back] [--wrong LABEL]

A label's musts are its file's texts that have it, its must-nots those that have not: near-misses, most of them. The
shipped heads are taught on the texts in `tools/notice_texts`, so with those only the figures of rules alone mean
anything; heads are judged across folds of families by `python -m tools.train_notice`, or on a folder of strangers' texts.
With `--lang` the texts have that language's tag, as from a helpdesk; without it their words have to tell. No head knows
German or Spanish, so the two tables are then the same.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import fmean
from typing import Any

from neoncard.notice.engine import Reader
from neoncard.notice.engine.heads import shipped
from tools.own_texts import FOLDER, Text, texts

PARTS = {"all": (False, True), "shown": (False,), "held-back": (True,)}


def found(reader: Reader, each: Text, *, rules_alone: bool = False, lang: str = "") -> set[str]:
    """The labels the reader marks a text with; `lang` is its tag, "" for none."""
    row = each.row | {"lang": lang}
    return {mark.label for mark in (reader.by_rules if rules_alone else reader.read_one)(row)}


def told(reader: Reader, some: list[Text], lang: str) -> float:
    """The share of texts of a language whose words alone tell it."""
    return round(fmean(reader.by_rules(each.row).language == lang for each in some), 4)


def table(said: list[tuple[Text, set[str]]]) -> dict[str, dict[str, Any]]:
    """Of each label the share of its musts and must-nots that is right and how many there are; then the means."""
    rows: dict[str, dict[str, Any]] = {}
    for label in sorted({each.label for each, _ in said}):
        own = [(each, marks) for each, marks in said if each.label == label]
        must = [label in marks for each, marks in own if label in each.labels]
        must_not = [label not in marks for each, marks in own if label not in each.labels]
        rows[label] = {
            "must": round(fmean(must), 4) if must else None,
            "must_not": round(fmean(must_not), 4) if must_not else None,
            "musts": len(must),
            "must_nots": len(must_not),
        }
    mean = {
        kind: round(fmean(row[kind] for row in rows.values() if row[kind] is not None), 4)
        for kind in ("must", "must_not")
    }
    counts = {kind: sum(row[kind] for row in rows.values()) for kind in ("musts", "must_nots")}
    return {**rows, "mean": {**mean, **counts}}


def options(parser: argparse.ArgumentParser) -> None:
    """Which texts, and which of those gone wrong to print."""
    parser.add_argument("--texts", type=Path, default=FOLDER, help="a folder of texts in our form")
    parser.add_argument("--lang", default="", help="the texts' language: a tag on every one")
    parser.add_argument("--part", choices=PARTS, default="all", help="which families")
    parser.add_argument(
        "--wrong", metavar="LABEL", help="print this label's shown texts gone wrong"
    )


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Print both tables; ratios are to the bars of NOTICE.md (must .85, must-not .95)."""
    reader = Reader()
    asked = [each for each in texts(args.texts) if each.held_back in PARTS[args.part]]
    marks = {
        way: [
            (each, found(reader, each, rules_alone=way == "rules", lang=args.lang))
            for each in asked
        ]
        for way in ("rules", "reader")
    }
    tables = {way: table(said) for way, said in marks.items()}
    print(f"{'':18}{'rules alone':>14}{'with heads':>18}{'texts':>14}")
    print(f"{'label':18}{'must':>7}{'not':>7}{'must':>9}{'not':>9}{'must':>7}{'not':>7}")
    for label, row in tables["rules"].items():
        both = [row, tables["reader"][label]]
        cells = [
            f"{'–' if each[kind] is None else f'{each[kind]:.2f}':>{width}}"
            for each, width in zip(both, (7, 9), strict=True)
            for kind in ("must", "must_not")
        ]
        print(f"{label:18}{''.join(cells)}{row['musts']:>7}{row['must_nots']:>7}")
    for each, said in marks["reader"] if args.wrong else ():
        if (
            each.label == args.wrong
            and not each.held_back
            and (args.wrong in each.labels) != (args.wrong in said)
        ):
            kind = "must" if args.wrong in each.labels else "must not"
            print(f"{kind} ({each.family}): {each.text}")
    mean = tables["reader"]["mean"]
    ratios = {
        "must_vs_bar": round(mean["must"] / 0.85, 3),
        "must_not_vs_bar": round(mean["must_not"] / 0.95, 3),
    }
    if args.lang:
        tables["reader"]["told_by_words"] = share = told(reader, asked, args.lang)
        print(f"told by words alone: {share:.2f}")
    return {"ratios": ratios, "version": reader.version, "heads": shipped.fingerprint(), **tables}
