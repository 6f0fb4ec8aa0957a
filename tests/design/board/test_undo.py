"""Taking back one's own last steps."""

from __future__ import annotations

from tests.design.board.saying import INES, JONAS, LEAD, idea, lies, phase, why, write


def undo(server, actor, op_id, new="undo-the-op"):
    return server.do(actor, {"op": "undo", "undo": op_id}, new)


def test_ones_last_steps_are_taken_back_one_by_one_and_brought_again(server):
    server.do(INES, write("idea-one", "text", "One"), "first-op")
    server.do(INES, write("idea-one", "text", "Two"), "second-op")
    assert why(server, INES, {"op": "undo", "undo": "first-op"}) == "undo"
    undo(server, INES, "second-op", "undo-one")
    undo(server, INES, "first-op", "undo-two")
    assert server.doc.ideas["idea-one"]["text"] == "Ring back soon"
    undo(server, INES, "undo-two", "redo-one")
    assert server.doc.ideas["idea-one"]["text"] == "One"
    undo(server, INES, "redo-one", "undo-again")
    assert server.doc.ideas["idea-one"]["text"] == "Ring back soon"
    assert why(server, JONAS, {"op": "undo", "undo": "second-op"}) == "undo"


def test_what_somebody_else_changed_since_stays(server):
    server.do(INES, write("idea-one", "text", "One"), "first-op")
    server.do(JONAS, write("idea-one", "text", "Two"))
    assert why(server, INES, {"op": "undo", "undo": "first-op"}) == "undo"
    server.do(INES, {"op": "move", "card": "idea-two", "step": None, "after": None}, "second-op")
    server.do(JONAS, write("idea-two", "text", "Another field"))
    undo(server, INES, "second-op")
    assert lies(server)[1] == ("step-one", ["idea-one", "idea-two"])


def test_a_card_others_have_worked_on_is_not_taken_back(server):
    server.do(INES, idea("idea-new"), "first-op")
    server.do(JONAS, {"op": "comment", "card": "idea-new", "comment": {"id": "said-one", "text": "x"}})  # fmt: skip
    assert why(server, INES, {"op": "undo", "undo": "first-op"}) == "undo"
    server.do(INES, idea("idea-newer"), "second-op")
    undo(server, INES, "second-op")
    assert "idea-newer" not in server.doc.ideas


def test_a_step_taken_away_comes_back_with_the_ideas_nobody_moved(server):
    server.do(INES, {"op": "delete", "card": "step-one"}, "first-op")
    server.do(JONAS, {"op": "move", "card": "idea-two", "step": "step-two", "after": None})
    undo(server, INES, "first-op")
    assert lies(server) == [(None, []), ("step-one", ["idea-one"]), ("step-two", ["idea-two"])]


def test_an_idea_comes_back_where_its_step_is_gone_too_and_without_votes(server):
    server.do(LEAD, phase("vote"))
    server.do(JONAS, {"op": "vote", "idea": "idea-one"})
    server.do(LEAD, phase("commit"))
    server.do(INES, {"op": "delete", "card": "idea-one"}, "first-op")
    server.do(JONAS, {"op": "delete", "card": "step-one"})
    undo(server, INES, "first-op")
    assert lies(server)[0] == (None, ["idea-one", "idea-two"])
    assert server.doc.ideas["idea-one"]["votes"] == 0
    assert server.doc.votes == {}


def test_a_vote_taken_back_twice_keeps_to_the_budget(server):
    server.do(LEAD, {"op": "budget", "n": 1})
    server.do(LEAD, phase("vote"))
    server.do(INES, {"op": "vote", "idea": "idea-one"})
    server.do(INES, {"op": "unvote", "idea": "idea-one"}, "first-op")
    undo(server, INES, "first-op")
    assert server.doc.mine(INES) == ["idea-one"]
    server.do(INES, {"op": "unvote", "idea": "idea-one"}, "second-op")
    server.do(LEAD, phase("commit"))
    assert why(server, INES, {"op": "undo", "undo": "second-op"}) == "phase"


def test_what_was_seen_is_not_unseen(server):
    server.do(LEAD, phase("ideas"), "first-op")
    assert why(server, LEAD, {"op": "undo", "undo": "first-op"}) == "undo"


def test_undo_asks_the_phase_as_the_step_itself_would(server):
    server.do(INES, write("idea-one", "text", "One"), "first-op")
    server.do(LEAD, phase("vote"))
    assert why(server, INES, {"op": "undo", "undo": "first-op"}) == "phase"


def test_words_can_be_taken_back(server):
    server.do(INES, {"op": "say", "chat": {"id": "line-0001", "text": "Oh"}}, "first-op")
    undo(server, INES, "first-op")
    assert server.doc.chat == {}
