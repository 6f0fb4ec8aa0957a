"""Taught heads: calibrated scores for whole messages, and the sentence that moves them.

    scorer = Scorer.load(folder)
    scores = scorer.score(joined, offsets, roles)  # float32[n, len(scorer.labels)]
    start, end = scorer.evidence(text, "thanks")

numba and numpy are imported when many messages are scored, never before; `scorer.one(text)` does
without them, in any process.
"""

from .labels import ROLES, BadHeadError, Label
from .scorer import Scorer

__all__ = ["ROLES", "BadHeadError", "Label", "Scorer"]
