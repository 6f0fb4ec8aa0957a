"""Journeys for the tests of in and out: hypothesis strategies, and one document worth looking at."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from neoncard import library
from neoncard.design.formats.document import (
    AIMS,
    CHANNELS,
    KINDS,
    LENGTHS,
    LEVELS,
    STATUSES,
    portable,
)

# Any Unicode at all: controls, half surrogates, marks that turn the writing round.
ANY = st.text(max_size=40) | st.text(
    st.characters(codec=None, exclude_categories=())
    | st.sampled_from("\x00\r\n\t\ud800'=+-@#:;*_|"),
    max_size=40,
)
LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cn", "Cf"))
    | st.just(" "),
    max_size=40,
)


def documents(text: st.SearchStrategy[str], most: int = 5) -> st.SearchStrategy[dict[str, Any]]:
    """Whole documents of a board, as the live board may hold them; each text is one of `text`."""
    idea = st.fixed_dictionaries(
        {
            "id": st.uuids().map(str),
            "step": st.integers(-1, most),
            "text": text,
            "kind": st.sampled_from(KINDS),
            "level": st.sampled_from(LEVELS),
            "cost": text,
            "aim": st.sampled_from(AIMS),
            "principle": text,
            "status": st.sampled_from(STATUSES),
            "author": st.just("m1"),
            "hidden": st.booleans(),
            "votes": st.none() | st.integers(0, 20),
        },
        optional={"also": text},
    )
    step = st.fixed_dictionaries(
        {
            "id": st.uuids().map(str),
            "title": text,
            "note": text,
            "channel": st.sampled_from(CHANNELS),
            "feel_note": text,
        },
        optional={"also": text},
    )
    comment = st.fixed_dictionaries(
        {
            "id": st.uuids().map(str),
            "card": st.integers(0, most),
            "text": text,
            "at": st.none() | st.integers(0, 2**45),
            "resolved": st.booleans(),
        }
    )
    board = st.fixed_dictionaries(
        {
            "id": st.just("b1"),
            "title": text,
            "intro": text,
            "front_line": text,
            "phase": st.just("open"),
        }
    )
    parts = st.tuples(
        board,
        st.lists(step, max_size=most),
        st.lists(idea, max_size=most),
        st.lists(comment, max_size=3),
    )
    return parts.map(lambda parts: _joined(*parts))


def _joined(board: Any, steps: Any, ideas: Any, comments: Any) -> dict[str, Any]:
    for idea in ideas:
        at = idea["step"]
        idea["step"] = steps[at]["id"] if 0 <= at < len(steps) else None
    cards = [*steps, *ideas]
    kept = [
        {**comment, "card": cards[comment["card"] % len(cards)]["id"]}
        for comment in comments
        if cards
    ]
    return {"v": 1, "board": board, "steps": steps, "ideas": ideas, "comments": kept}


def starter(key: str = "call_centre") -> dict[str, Any]:
    """A starter journey as a document."""
    journey = next(each for each in library.journeys() if each.key == key)
    names = {"step": ("title", "note", "channel", "feel_note")}
    names["idea"] = ("text", "kind", "level", "cost", "aim", "principle")
    return portable(
        {
            "board": {
                "title": journey.title,
                "intro": journey.intro[: LENGTHS["intro"]],
                "front_line": journey.front_line,
            },
            "steps": [
                {"id": step.key, **{name: getattr(step, name) for name in names["step"]}}
                for step in journey.steps
            ],
            "ideas": [
                {
                    "id": f"{idea.key}-",
                    "step": idea.after_step,
                    "status": "open",
                    **{name: getattr(idea, name) for name in names["idea"]},
                }
                for idea in journey.ideas
            ],
        }
    )
