"""Taught heads: calibrated scores for whole messages, and the sentence that moves them.

    scorer = Scorer.load(folder)
    scores = scorer.score(joined, offsets, roles)  # float32[n, len(scorer.labels)]
    start, end = scorer.evidence(text, "thanks")

numba and numpy are imported when a head is loaded, never before: the web process has neither.
"""

from .scorer import ROLES, BadHeadError, Label, Scorer

__all__ = ["ROLES", "BadHeadError", "Label", "Scorer"]
