"""Merging two people's wordings of one text, by words."""

from __future__ import annotations

import re

from merge3 import Merge3

_WORDS = re.compile(r"\s+|\S+")


def merged(base: str, theirs: str, ours: str) -> str | None:
    """`base` as both changed it, word by word; None when both changed the same words.

    Both wordings keep every word they added: two insertions at one place are a conflict, never a guess.
    """
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    a, b, root = (_WORDS.findall(text) for text in (theirs, ours, base))
    out: list[str] = []
    for region in Merge3(root, a, b).merge_regions():
        kind, start, end = region[0], region[1], region[2]
        if kind == "conflict":
            return None
        source = {"unchanged": root, "a": a, "same": a, "b": b}[kind]
        out += source[start:end]
    return "".join(out)
