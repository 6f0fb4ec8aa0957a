"""What may be done on a board, and what comes of it."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.design.board import audience, checks
from neoncard.design.board.merge import merged
from neoncard.design.board.rules import RULES, Refused, decide
from neoncard.design.board.terms import COMMENTS_MAX, IDEAS_MAX, STEPS_MAX
from tests.design.board.memory import Server, frame_for, who
from tests.design.board.saying import (
    ACT,
    ADA,
    INES,
    JONAS,
    LEAD,
    idea,
    lies,
    phase,
    step,
    why,
    write,
)


def test_cards_lie_where_they_were_laid(server):
    server.do(INES, step("step-mid", after="step-one"))
    server.do(INES, idea("idea-mid", at="step-one", after="idea-one"))
    assert lies(server) == [
        (None, []), ("step-one", ["idea-one", "idea-mid", "idea-two"]), ("step-mid", []), ("step-two", []),
    ]  # fmt: skip


def test_a_place_that_is_gone_is_the_end_of_the_row(server):
    server.do(INES, step("step-end", after="never-was"))
    server.do(INES, idea("idea-end", at="step-one", after="never-was"))
    server.do(INES, {"op": "move", "card": "idea-one", "step": "step-two", "after": "idea-two"})
    assert lies(server)[1:] == [
        ("step-one", ["idea-two", "idea-end"]), ("step-two", ["idea-one"]), ("step-end", []),
    ]  # fmt: skip


def test_a_card_moved_after_itself_stays(server):
    server.do(INES, {"op": "move", "card": "idea-two", "step": "step-one", "after": "idea-two"})
    server.do(INES, {"op": "move", "card": "step-one", "after": "step-one"})
    assert lies(server)[1] == ("step-one", ["idea-one", "idea-two"])


def test_a_step_that_goes_leaves_its_ideas_in_the_gap_before(server):
    server.do(INES, idea("idea-end", at="step-two"))
    server.do(INES, {"op": "delete", "card": "step-two"})
    assert lies(server) == [(None, []), ("step-one", ["idea-one", "idea-two", "idea-end"])]
    server.do(INES, {"op": "delete", "card": "step-one"})
    assert lies(server) == [(None, ["idea-one", "idea-two", "idea-end"])]


def test_a_card_that_goes_takes_its_comments_votes_and_summons_along(server):
    server.do(INES, {"op": "comment", "card": "idea-one", "comment": {"id": "said-one", "text": "x"}})  # fmt: skip
    server.do(LEAD, {"op": "summon", "card": "idea-one"})
    server.do(LEAD, phase("vote"))
    server.do(JONAS, {"op": "vote", "idea": "idea-one"})
    server.do(LEAD, phase("commit"))
    server.do(INES, {"op": "delete", "card": "idea-one"})
    doc = server.doc
    assert (doc.comments, doc.votes, doc.board["summon"]) == ({}, {}, None)


@pytest.mark.parametrize(
    ("actor", "to", "op", "expected"),
    [
        (INES, "open", phase("talk"), "role"),
        (INES, "ideas", {"op": "reveal"}, "role"),
        (ADA, "open", {"op": "timer", "seconds": 5}, "role"),
        (ADA, "open", {"op": "board", "field": "title", "value": "x"}, "role"),
        (INES, "map", {"op": "board", "field": "title", "value": "x"}, "role"),
        (ADA, "open", {"op": "commit", "idea": "idea-one", "act": ACT}, "role"),
        (INES, "vote", step("step-new"), "phase"),
        (INES, "vote", write("idea-one", "text", "x"), "phase"),
        (INES, "vote", {"op": "move", "card": "step-one", "after": None}, "phase"),
        (INES, "vote", {"op": "delete", "card": "step-one"}, "phase"),
        (INES, "talk", idea("idea-new"), "phase"),
        (INES, "ideas", {"op": "vote", "idea": "idea-one"}, "phase"),
        (INES, "ideas", {"op": "unvote", "idea": "idea-one"}, "phase"),
        (LEAD, "map", {"op": "reveal"}, "phase"),
        (INES, "ideas", {"op": "commit", "idea": "idea-one", "act": ACT}, "phase"),
        (INES, "open", {"op": "dance"}, "invalid"),
        (INES, "open", {"op": ["set"]}, "invalid"),
        (INES, "open", {}, "invalid"),
        (INES, "open", write("idea-one", "author", "m3"), "invalid"),
        (INES, "open", write("idea-one", 7, "m3"), "invalid"),
        (INES, "open", write("step-one", "text", "x"), "invalid"),
        (INES, "open", write("step-one", "title", " "), "invalid"),
        (INES, "open", write("step-one", "title", 7), "invalid"),
        (INES, "open", write("step-one", "channel", "pigeon"), "invalid"),
        (INES, "open", write("step-one", "title", "x" * 121), "invalid"),
        (INES, "open", write("step-one", "title", "x", "soon"), "invalid"),
        (INES, "open", write("idea-one", "level", 6), "invalid"),
        (INES, "open", write("idea-one", "level", True), "invalid"),
        (INES, "open", write("idea-one", "status", "committed"), "invalid"),
        (INES, "open", write("idea-one", "also", "more"), "invalid"),
        (INES, "open", write("no-such-card", "text", "x"), "missing"),
        (INES, "open", write("short", "text", "x"), "invalid"),
        (INES, "open", step("step-one"), "invalid"),
        (INES, "open", {"op": "add_step", "card": "step-new", "after": None}, "invalid"),
        (INES, "open", {"op": "add_step", "card": {"id": "step-new", "title": "x"}, "after": 5}, "invalid"),
        (INES, "open", idea("idea-new", at="no-such-step"), "missing"),
        (INES, "open", {"op": "move", "card": "idea-one", "step": "idea-two", "after": None}, "missing"),
        (INES, "open", {"op": "comment", "card": "no-such-card", "comment": {"id": "said-one", "text": "x"}}, "missing"),
        (INES, "open", {"op": "comment", "card": "idea-one", "comment": {"id": "said-one", "text": ""}}, "invalid"),
        (INES, "open", {"op": "resolve", "comment": "no-such-one"}, "missing"),
        (INES, "vote", {"op": "vote", "idea": "step-one"}, "missing"),
        (INES, "vote", {"op": "unvote", "idea": "idea-one"}, "missing"),
        (LEAD, "open", phase("lunch"), "invalid"),
        (LEAD, "open", {"op": "timer", "seconds": 0}, "invalid"),
        (LEAD, "open", {"op": "timer", "seconds": True}, "invalid"),
        (LEAD, "open", {"op": "budget", "n": 21}, "invalid"),
        (LEAD, "open", {"op": "summon", "card": "no-such-card"}, "missing"),
        (INES, "open", {"op": "commit", "idea": "idea-one", "act": {**ACT, "title": ""}}, "invalid"),
        (INES, "open", {"op": "commit", "idea": "idea-one", "act": {**ACT, "principle": ""}}, "invalid"),
        (INES, "open", {"op": "commit", "idea": "idea-one", "act": {**ACT, "fits": "any"}}, "invalid"),
        (INES, "open", {"op": "commit", "idea": "idea-one", "act": {**ACT, "kind": "treat", "money": 5}}, "role"),
        (LEAD, "open", {"op": "commit", "idea": "idea-one", "act": {**ACT, "money": 5}}, "invalid"),
        (LEAD, "open", {"op": "commit", "idea": "idea-one"}, "invalid"),
        (INES, "open", {"op": "undo", "undo": "no-such-op"}, "undo"),
    ],
)  # fmt: skip
def test_what_may_not_be_is_refused_and_changes_nothing(server, actor, to, op, expected):
    if to != "open":
        server.do(LEAD, phase(to))
    before, seq = audience.document(server.doc, LEAD, {}), server.doc.seq
    assert why(server, actor, op) == expected
    assert (audience.document(server.doc, LEAD, {}), server.doc.seq) == (before, seq)


def test_while_locked_only_the_facilitator_changes_cards(server):
    server.do(LEAD, {"op": "lock", "on": True})
    for op in (step("step-new"), write("idea-one", "text", "x"), {"op": "delete", "card": "idea-one"}):  # fmt: skip
        assert why(server, INES, op) == "locked"
    server.do(LEAD, write("idea-one", "text", "x"))
    server.do(INES, {"op": "say", "chat": {"id": "said-one", "text": "a word"}})
    server.do(LEAD, {"op": "lock", "on": False})
    server.do(INES, write("idea-one", "text", "y"))


def test_a_board_holds_so_many_cards_and_no_more(server):
    doc = server.doc
    doc.steps |= {f"many-{n:05d}": {} for n in range(STEPS_MAX)}
    doc.ideas |= {f"idea-{n:05d}": {} for n in range(IDEAS_MAX)}
    doc.comments |= {f"said-{n:05d}": {} for n in range(COMMENTS_MAX)}
    assert why(server, INES, step("step-new")) == "limit"
    assert why(server, INES, idea("idea-new")) == "limit"
    said = {"op": "comment", "card": "step-one", "comment": {"id": "said-new", "text": "x"}}
    assert why(server, INES, said) == "limit"


# Merging


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "expected"),
    [
        ("ring back", "please ring back", "ring back soon", "please ring back soon"),
        ("ring back", "ring back", "ring them", "ring them"),
        ("ring back", "ring them", "ring back", "ring them"),
        ("ring back", "call back", "call back", "call back"),
        ("ring back", "ring us", "ring them", None),
        ("", "one", "two", None),
    ],
)
def test_two_wordings_merge_by_words_or_not_at_all(base, theirs, ours, expected):
    assert merged(base, theirs, ours) == expected


words = st.lists(st.sampled_from(["ring", "back", "soon", "why"]), max_size=6).map(" ".join)


@given(words, words, words)
def test_a_merge_keeps_every_word_that_either_added(base, theirs, ours):
    found = merged(base, theirs, ours)
    if found is not None:
        added = set(theirs.split()) | set(ours.split())
        assert added - set(base.split()) <= set(found.split())
    assert merged(base, ours, ours) == ours


def test_stale_text_is_merged(server):
    base = server.doc.seq
    server.do(INES, write("idea-one", "text", "Please ring back soon", base))
    server.do(JONAS, write("idea-one", "text", "Ring back soon, by name", base))
    card = server.doc.ideas["idea-one"]
    assert (card["text"], card["also"]) == ("Please ring back soon, by name", "")


def test_what_cannot_be_merged_stays_visible_beside_the_later_text(server):
    base = server.doc.seq
    server.do(INES, write("step-one", "title", "Rings us", base))
    server.do(JONAS, write("step-one", "title", "Writes us", base))
    card = server.doc.steps["step-one"]
    assert (card["title"], card["also"]) == ("Writes us", "Rings us")
    server.do(INES, write("step-one", "also", ""))
    assert card["also"] == ""


def test_one_goes_on_from_what_one_wrote_last(server):
    base = server.doc.seq
    server.do(INES, write("idea-one", "text", "Ring back soon please", base))
    server.do(JONAS, write("idea-one", "text", "Do ring back soon", base))
    server.do(INES, write("idea-one", "text", "Ring back soon please yes", base))
    assert server.doc.ideas["idea-one"]["text"].split() == [
        "Do",
        "ring",
        "back",
        "soon",
        "please",
        "yes",
    ]


def test_what_is_too_long_ago_to_merge_keeps_both(server):
    base = server.doc.seq
    for n in range(50):
        server.do(INES, write("idea-one", "text", f"Wording {n}"))
    server.do(JONAS, write("idea-one", "text", "Mine", base))
    card = server.doc.ideas["idea-one"]
    assert (card["text"], card["also"]) == ("Mine", "Wording 49")


def test_a_merge_that_would_be_too_long_keeps_both(server):
    base = server.doc.seq
    server.do(INES, write("step-one", "title", "a " * 40 + "Calls us", base))
    server.do(JONAS, write("step-one", "title", "Calls us" + " b" * 40, base))
    card = server.doc.steps["step-one"]
    assert card["title"].startswith("Calls us b")
    assert card["also"].endswith("Calls us")


def test_the_board_has_a_name_of_its_own(server):
    server.do(INES, {"op": "board", "field": "title", "value": "The 14:20", "base": 0})
    assert server.doc.board["title"] == "The 14:20"


# Hidden ideas


def test_an_idea_is_its_authors_until_it_is_turned_over(server):
    server.do(LEAD, phase("ideas"))
    told = server.do(INES, idea("idea-new", "A secret", "step-two"))
    assert set(told.own) == {INES}
    back = {"id": "idea-new", "step": "step-two", "hidden": True}
    for other in (LEAD, JONAS, ADA):
        assert json.loads(frame_for(told, other))["ops"][0]["e"][0]["card"] == back
        assert back in server.welcome(other)["doc"]["ideas"]
        assert "secret" not in json.dumps(server.welcome(other, 3))
    assert why(server, LEAD, write("idea-new", "text", "x")) == "role"
    assert why(server, LEAD, {"op": "delete", "card": "idea-new"}) == "role"
    said = {"op": "comment", "card": "idea-new", "comment": {"id": "said-one", "text": "x"}}
    assert why(server, INES, said) == "phase"
    told = server.do(INES, write("idea-new", "text", "Another secret"))
    assert "secret" not in frame_for(told, LEAD)
    assert "secret" in frame_for(told, INES)
    server.do(JONAS, {"op": "move", "card": "idea-new", "step": None, "after": None})
    told = server.do(LEAD, {"op": "reveal"})
    assert told.own == {}
    assert "Another secret" in frame_for(told, ADA)
    assert server.doc.board["phase"] == "reveal"


@pytest.mark.parametrize(("to", "hidden"), [("talk", True), ("map", True), ("vote", False), ("open", False)])  # fmt: skip
def test_going_on_turns_cards_over_and_going_back_does_not(server, to, hidden):
    server.do(LEAD, phase("ideas"))
    server.do(INES, idea("idea-new"))
    server.do(LEAD, phase(to))
    assert server.doc.ideas["idea-new"]["hidden"] is hidden


def test_a_card_face_down_is_not_committed(server):
    server.do(LEAD, phase("ideas"))
    server.do(INES, idea("idea-new"))
    server.do(LEAD, phase("map"))
    server.doc.board["phase"] = "commit"
    assert why(server, LEAD, {"op": "commit", "idea": "idea-new", "act": ACT}) == "phase"


# Votes


def test_votes_keep_to_the_budget_and_are_told_when_the_vote_is_over(server):
    server.do(LEAD, {"op": "budget", "n": 1})
    server.do(LEAD, phase("vote"))
    told = server.do(INES, {"op": "vote", "idea": "idea-one"})
    assert set(told.own) == {INES}
    assert json.loads(frame_for(told, JONAS))["ops"][0]["e"] == [{"k": "cast", "n": 1}]
    assert why(server, INES, {"op": "vote", "idea": "idea-one"}) == "invalid"
    assert why(server, INES, {"op": "vote", "idea": "idea-two"}) == "budget"
    server.do(INES, {"op": "unvote", "idea": "idea-one"})
    server.do(INES, {"op": "vote", "idea": "idea-two"})
    assert [card["votes"] for card in server.doc.ideas.values()] == [None, None]
    server.do(LEAD, phase("commit"))
    assert [card["votes"] for card in server.doc.ideas.values()] == [0, 1]
    server.do(LEAD, phase("vote"))
    assert (server.doc.board["round"], server.doc.mine(INES)) == (1, ["idea-two"])
    server.do(LEAD, phase("map"))
    server.do(LEAD, phase("vote"))
    assert (server.doc.board["round"], server.doc.mine(INES)) == (2, [])


def test_a_budget_never_falls_below_what_somebody_gave(server):
    server.do(LEAD, phase("vote"))
    server.do(INES, {"op": "vote", "idea": "idea-one"})
    server.do(INES, {"op": "vote", "idea": "idea-two"})
    assert why(server, LEAD, {"op": "budget", "n": 1}) == "budget"
    server.do(LEAD, {"op": "budget", "n": 2})


# Words, timer, commit


def test_comments_and_chat(server):
    said = {"op": "comment", "card": "step-one", "comment": {"id": "said-one", "text": " Why? "}}
    server.do(ADA, said)
    assert why(server, INES, said) == "invalid"
    server.do(INES, {"op": "resolve", "comment": "said-one", "resolved": True})
    comment = server.doc.comments["said-one"]
    assert (comment["author"], comment["text"], comment["resolved"]) == (ADA, "Why?", True)
    for n in range(205):
        server.do(INES, {"op": "say", "chat": {"id": f"line-{n:04d}", "text": str(n)}})
    assert next(iter(server.doc.chat)) == "line-0005"


def test_a_timer_is_a_moment_and_ends_with_the_phase(server):
    server.do(LEAD, {"op": "timer", "seconds": 60})
    assert server.doc.board["timer_ends_at"] == server.now + 60_000
    server.do(LEAD, {"op": "timer", "seconds": None})
    assert server.doc.board["timer_ends_at"] is None
    server.do(LEAD, {"op": "timer", "seconds": 60})
    server.do(LEAD, phase("map"))
    assert server.doc.board["timer_ends_at"] is None


def test_a_committed_card_is_committed_once(server):
    server.do(INES, {"op": "commit", "idea": "idea-one", "act": ACT})
    assert server.doc.ideas["idea-one"]["status"] == "committed"
    assert why(server, INES, {"op": "commit", "idea": "idea-one", "act": ACT}) == "invalid"
    assert why(server, INES, write("idea-one", "status", "parked")) == "invalid"
    counts = {1: {"suggested": 40}}
    assert audience.face(server.doc.ideas["idea-one"], INES, counts)["counts"] == counts[1]


# What comes in


@pytest.mark.whole
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
))  # fmt: skip
def test_nothing_that_comes_in_breaks_a_board(junk):
    server = Server()
    server.do(LEAD, step("step-one"))
    server.do(LEAD, idea("idea-one"))
    fields = ("card", "field", "value", "after", "step", "idea", "comment", "chat", "to", "n", "undo")  # fmt: skip
    kinds = [*rules_kinds(), junk]
    for kind in kinds:
        for field in fields:
            good = {"card": "idea-one", "idea": "idea-one", "field": "text", "value": "x"}
            op = {"op": kind, **good, field: junk}
            with contextlib.suppress(Refused):
                decide(server.doc, op, who(LEAD), 0, {})


def rules_kinds():
    return list(RULES)


def test_a_text_keeps_no_character_that_a_database_refuses():
    assert checks.text("a\x00b\ud800", "note", 9) == "a\ufffdb\ufffd"


def test_a_choice_that_was_left_alone_does_not_undo_anothers(server):
    """A page of lists sends every field; what its writer did not touch is as others have chosen since."""
    seen = server.doc.seq
    level = server.doc.ideas["idea-one"]["level"]
    server.do(JONAS, write("idea-one", "level", 5))
    server.do(INES, write("idea-one", "level", level, seen))
    assert server.doc.ideas["idea-one"]["level"] == 5
    server.do(INES, write("idea-one", "level", 1, seen))
    assert server.doc.ideas["idea-one"]["level"] == 1
    server.do(INES, write("idea-one", "level", level))
    assert server.doc.ideas["idea-one"]["level"] == level
