"""What becomes of hits, one message at a time: guards, names, overlaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .guards import View
from .names import addressed, mentions, name_of, thanked
from .ruleset import Rule
from .ways import ways

WINDOW: Final = 4_000
"""A longer message is read in windows of this many characters, cut between words."""

MOST: Final = 200
"""A message gets no more marks than this; the rest of it is not looked at."""

BESIDE: Final = 200
"""So far from a hit `not_near` is looked for."""

Found = tuple[float, int, int, str, str]
"""Score, start, end, label and rule, in positions of a folded window."""


def apart(found: list[Found]) -> list[Found]:
    """Of hits of one label that overlap, the surest, then the longest; in order of place."""
    kept: list[Found] = []
    for hit in sorted(found, key=lambda hit: (hit[3], hit[1], -hit[0], -hit[2], hit[4])):
        last = kept[-1] if kept else None
        if last is None or last[3] != hit[3] or hit[1] >= last[2]:
            kept.append(hit)
        elif (hit[0], hit[2] - hit[1]) > (last[0], last[2] - last[1]):
            kept[-1] = hit
    kept.sort(key=lambda hit: (hit[1], hit[2], hit[3]))
    return kept


def stands(rule: Rule, view: View, start: int, end: int) -> bool:
    """Whether a hit passes everything its rule asks."""
    if rule.not_before is not None and rule.not_before.search(view.before(start)):
        return False
    if rule.not_after is not None and rule.not_after.match(view.after(end, start)):
        return False
    if rule.not_in is not None and rule.not_in.search(view.low, *view.around(start, end)):
        return False
    if rule.not_near is not None and rule.not_near.search(
        view.low, max(0, start - BESIDE), min(len(view.low), end + BESIDE)
    ):
        return False
    if rule.needs is not None and not rule.needs.search(view.low, max(0, start - 300), end + 300):
        return False
    return all(guard(view, start, end) for guard in rule.guards)


def named(row: Mapping[str, Any], view: View, role: str, rule: Rule | None) -> list[Found]:
    """`name` in an agent's words, `thanks_by_name` in a customer's; nothing without a rule for it."""
    if rule is None:
        return []
    full = row.get("customer_name" if role == "agent" else "agent_name")
    name = name_of(full) if isinstance(full, str) else None
    if name is None or not mentions(name, view.low):
        return []
    if role == "agent":
        other = row.get("agent_name")
        agent = name_of(other) if isinstance(other, str) else None
        same = agent is not None and agent.first == name.first
        place = addressed(name, view.low, same, ways(rule.language))
    else:
        place = thanked(name, view.low, ways(rule.language))
    if place is None:
        return []
    start, end, score = place
    if not stands(rule, view, start, end):
        return []
    return [(score, start, end, rule.label, rule.id)]


def prev_of(row: Mapping[str, Any]) -> str:
    """The end of the message before a row's, "" when it is not known."""
    prev = row.get("prev")
    return prev[-WINDOW:] if isinstance(prev, str) else ""
