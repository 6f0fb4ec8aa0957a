"""Where cards lie on a journey: white steps in a row, neon ideas in the gaps between. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Gap = str | None
"""The gap after the step with this key; None is the gap before the first step."""

LEVELS = range(1, 6)


def moved(order: Sequence[str], id: str, later: bool) -> list[str]:
    """`order` with `id` one place later or earlier; at the end it stays where it is."""
    row = list(order)
    at = row.index(id)
    to = min(max(at + (1 if later else -1), 0), len(row) - 1)
    row.insert(to, row.pop(at))
    return row


def idea_moved(
    steps: Sequence[str], laid: Mapping[Gap, Sequence[str]], id: str, later: bool
) -> dict[Gap, list[str]]:
    """The gaps with idea `id` one place later or earlier, over into the next gap from the end of one.

    `steps` are the step keys in order, `laid` the idea keys in each gap. Past the first or last gap it stays.
    """
    gaps: list[Gap] = [None, *steps]
    rows = {gap: list(laid.get(gap, ())) for gap in gaps}
    at = next(n for n, gap in enumerate(gaps) if id in rows[gap])
    row = rows[gaps[at]]
    if row.index(id) != (len(row) - 1 if later else 0):
        rows[gaps[at]] = moved(row, id, later)
        return rows
    to = at + (1 if later else -1)
    if 0 <= to < len(gaps):
        row.remove(id)
        rows[gaps[to]].insert(0 if later else len(rows[gaps[to]]), id)
    return rows
