"""What counts as what, and which figures may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

HAPPY_FROM = 0.75
BACK_WITHIN = timedelta(days=30)
SMALLEST_GROUP = 8
ROUND_TO = 5


def happy(score: float, best: float) -> bool:
    """Whether a rating counts as happy: three quarters of the scale or more (4 or 5 of 5, as CSAT is counted).

    Raises ValueError when `best` is not positive or the score is outside 0…best.
    """
    if best <= 0 or not 0 <= score <= best:
        raise ValueError("rating: score must lie between 0 and the best score")
    return score / best >= HAPPY_FROM


def rounded(count: int) -> int:
    """A count as a lead sees it: to the nearest five (P3)."""
    return ROUND_TO * ((count + ROUND_TO // 2) // ROUND_TO)


def week_of(day: date) -> date:
    """The Monday of the day's fixed week (P3: fixed weeks, no free dates)."""
    return day - timedelta(days=day.weekday())


def groups_to_show(teams: Mapping[str, int], everyone: int) -> list[str]:
    """The teams whose figures may stand beside the company's (P3, complement rule).

    `teams` maps a team to its number of people, `everyone` is the company's. A team shows with eight people or more,
    and only while the people outside every shown team are none, or eight or more: nobody can subtract their way to a
    smaller group. The largest come first. Empty when the company itself is smaller than eight.
    """
    if everyone < SMALLEST_GROUP:
        return []
    shown: list[str] = []
    rest = everyone
    for name, size in sorted(teams.items(), key=lambda item: (-item[1], item[0])):
        left = rest - size
        if size >= SMALLEST_GROUP and (left == 0 or left >= SMALLEST_GROUP):
            shown.append(name)
            rest = left
    return shown
