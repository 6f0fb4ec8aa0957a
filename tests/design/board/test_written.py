"""Operations in the database: the log, the cards' rows, and several processes at one board."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neoncard.design import actions as design
from neoncard.design.board import actions, audience, queries
from neoncard.design.board.actions import Asked
from neoncard.design.board.rules import Refused
from neoncard.design.board.tables import BoardOp, BoardSnapshot, BoardVote
from neoncard.design.board.terms import RECENT, Who
from neoncard.design.tables import Act, Idea, Journey, Step, new_key

ACT = {"title": "Ring back", "principle": "A time one can keep", "kind": "word", "aim": "trust"}


@pytest.fixture
def journey(house):
    return design.begin_journey(by=house.agent, title="The last ferry")


def lead(house):
    return Who(f"m{house.lead.pk}", "facilitator", may_spend=True)


def member(one):
    return Who(f"m{one.pk}", "member")


def do(state, who, *ops, ids=()):
    ids = ids or [new_key() for _op in ops]
    asked = [Asked(key, op, who) for key, op in zip(ids, ops, strict=True)]
    return actions.write(state, asked)


def shown(doc):
    return audience.document(doc, "", {})


def same_as_rows(state):
    """The rows, the log and what this process holds are the same board."""
    loaded = queries.load(state.board)
    assert shown(loaded.doc) == shown(state.doc)
    assert loaded.doc.votes == state.doc.votes
    assert loaded.places == state.places
    assert state.pks.items() <= loaded.pks.items()
    assert list(loaded.recent.values()) == list(state.recent.values())
    replayed = queries.replayed(state.board)
    assert (shown(replayed), replayed.votes) == (shown(state.doc), state.doc.votes)


def step(key, after=None):
    return {"op": "add_step", "card": {"id": key, "title": key}, "after": after}


def idea(key, at=None, after=None):
    return {"op": "add_idea", "card": {"id": key, "text": key}, "step": at, "after": after}


KEYS = [f"card-000{n}" for n in range(6)]
key = st.sampled_from(KEYS)
operation = st.one_of(
    st.builds(step, key, st.one_of(st.none(), key)),
    st.builds(idea, key, st.one_of(st.none(), key), st.one_of(st.none(), key)),
    st.builds(lambda c, v: {"op": "set", "card": c, "field": "title", "value": v}, key, key),
    st.builds(lambda c, v: {"op": "set", "card": c, "field": "text", "value": v, "base": 1}, key, key),
    st.builds(lambda c, s, a: {"op": "move", "card": c, "step": s, "after": a}, key, key, key),
    st.builds(lambda c: {"op": "delete", "card": c}, key),
    st.builds(lambda c: {"op": "vote", "idea": c}, key),
    st.builds(lambda c: {"op": "unvote", "idea": c}, key),
    st.builds(lambda p: {"op": "phase", "to": p}, st.sampled_from(["ideas", "vote", "vote", "commit", "open"])),
    st.builds(lambda c, i: {"op": "comment", "card": c, "comment": {"id": i, "text": c}}, key, key),
    st.builds(lambda i: {"op": "resolve", "comment": i, "resolved": True}, key),
    st.builds(lambda i: {"op": "say", "chat": {"id": i, "text": i}}, key),
    st.builds(lambda c: {"op": "commit", "idea": c, "act": ACT}, key),
    st.builds(lambda c: {"op": "summon", "card": c}, key),
    st.just({"op": "timer", "seconds": 9}),
    st.just({"op": "undo"}),
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1), st.lists(operation, max_size=6)), max_size=8))
def test_two_processes_at_one_board_stay_one(house, ticks):
    journey = design.begin_journey(by=house.agent, title="The last ferry")
    both = [queries.load(journey.pk), queries.load(journey.pk)]
    who = lead(house)
    for which, ops in ticks:
        state = both[which]
        mine = [one for one in state.recent.values() if one.did != "phase"]
        for op in ops:
            if op["op"] == "undo":
                op["undo"] = mine[-1].op_id if mine else "no-such-op"
        before = state.doc.seq
        found = do(state, who, *ops, ids=[f"op-{before:06d}-{which}-{n}" for n in range(len(ops))])
        assert [done.seq for done in found.heard] + [done.seq for _a, done, _t in found.done] == (
            list(range(before + 1, state.doc.seq + 1))
        )
        assert not state.doc.touched
    for state in both:
        actions.catch_up(state)
    if both[0].doc.seq:
        same_as_rows(both[0])
        same_as_rows(both[1])


def test_an_operation_asked_again_is_acknowledged_and_not_done_twice(house, journey):
    state = queries.load(journey.pk)
    do(state, lead(house), step("step-one"), ids=["first-op"])
    again = do(state, lead(house), step("step-one"), step("step-two"), ids=["first-op", "next-op"])
    assert [(one.id, seq) for one, seq in again.again] == [("first-op", 1)]
    assert [done.op_id for _one, done, _text in again.done] == ["next-op"]
    assert list(Step.objects.filter(journey=journey).values_list("key", "pos")) == [
        ("step-two", 0), ("step-one", 1),
    ]  # fmt: skip


def test_an_operation_from_long_ago_asked_again_too(house, journey):
    state = queries.load(journey.pk)
    do(state, lead(house), step("step-one"), ids=["first-op"])
    writes = [{"op": "set", "card": "step-one", "field": "title", "value": str(n)} for n in range(RECENT)]  # fmt: skip
    do(state, lead(house), *writes)
    assert "first-op" not in state.recent
    again = do(state, lead(house), step("step-one"), step("step-two"), ids=["first-op", "next-op"])
    assert [(one.id, seq) for one, seq in again.again] == [("first-op", 1)]
    assert [done.op_id for _one, done, _text in again.done] == ["next-op"]
    assert BoardOp.objects.filter(board=journey).count() == state.doc.seq == RECENT + 2
    assert [*BoardSnapshot.objects.values_list("seq", flat=True).order_by("seq")] == [0, 501]
    same_as_rows(state)


def test_what_one_process_has_in_mind_an_other_one_hears(house, journey):
    here, there = queries.load(journey.pk), queries.load(journey.pk)
    do(here, lead(house), step("step-one"), idea("idea-one", "step-one"))
    found = do(there, lead(house), idea("idea-two", "step-one", "idea-one"))
    assert [done.did for done in found.heard] == ["add_step", "add_idea"]
    assert [done.did for done in actions.catch_up(here)] == ["add_idea"]
    assert actions.catch_up(here) == []
    same_as_rows(here)


def test_a_board_put_away_takes_nothing_more(house, journey):
    state = queries.load(journey.pk)
    design.archive_journey(by=house.agent, journey=journey)
    with pytest.raises(actions.Gone):
        do(state, lead(house), step("step-one"))
    with pytest.raises(actions.Gone):
        actions.reload(state)
    assert queries.load(journey.pk) is None


def test_after_a_failure_the_board_is_loaded_anew(house, journey):
    state = queries.load(journey.pk)
    other = queries.load(journey.pk)
    do(other, lead(house), step("step-one"))
    state.doc.order.append("spoiled")
    assert [done.seq for done in actions.reload(state)] == [1]
    same_as_rows(state)


def test_the_page_of_lists_writes_the_log_too(house, journey):
    heard = []
    actions.listeners.append(heard.append)
    first = design.add_step(by=house.agent, journey=journey, title="Calls us")
    idea = design.add_idea(by=house.second, journey=journey, text="Ring back", after=first)
    design.edit_idea(by=house.agent, idea=idea, text="Ring them back", kind="word", aim="trust", level=3)  # fmt: skip
    design.commit_idea(by=house.agent, idea=idea, **ACT)
    design.delete_step(by=house.agent, step=first)
    actions.listeners.remove(heard.append)
    rows = BoardOp.objects.filter(board=journey).order_by("seq")
    assert [(row.did, row.member_id) for row in rows] == [
        ("add_step", house.agent.pk), ("add_idea", house.second.pk), ("set", house.agent.pk),
        ("commit", house.agent.pk), ("delete", house.agent.pk),
    ]  # fmt: skip
    assert json.loads(rows[2].effects) == [
        {"k": "set", "of": "idea", "id": idea.key, "f": "text", "v": "Ring them back"}
    ]
    same_as_rows(queries.load(journey.pk))


def test_the_page_of_lists_keeps_to_the_boards_rules(house, journey):
    first = design.add_step(by=house.agent, journey=journey, title="Calls us")
    Journey.objects.filter(pk=journey.pk).update(phase="vote")
    for change in (
        lambda: design.move_step(by=house.second, step=first, later=True),
        lambda: design.delete_step(by=house.second, step=first),
        lambda: design.edit_step(by=house.second, step=first, title="x"),
        lambda: design.add_idea(by=house.second, journey=journey, text="x"),
    ):
        with pytest.raises(Refused):
            change()
    assert (Step.objects.get().title, Idea.objects.count()) == ("Calls us", 0)


def test_committing_makes_one_act_with_the_operation(house, journey):
    state = queries.load(journey.pk)
    found = do(
        state, member(house.agent), step("step-one"), idea("idea-one", "step-one"),
        {"op": "commit", "idea": "idea-one", "act": {**ACT, "title": "x" * 81}},
        {"op": "commit", "idea": "idea-one", "act": ACT},
        {"op": "commit", "idea": "idea-one", "act": ACT},
    )  # fmt: skip
    assert [why.why for _one, why in found.refused] == ["invalid", "invalid"]
    act = Act.objects.get()
    assert (act.step.key, act.made_by, act.fits) == ("step-one", house.agent, ["any"])
    assert state.doc.ideas["idea-one"]["act_id"] == act.pk == Idea.objects.get().act_id
    same_as_rows(state)


def test_votes_are_rows_and_go_with_their_voter(house, journey):
    state = queries.load(journey.pk)
    do(state, lead(house), idea("idea-one"), {"op": "phase", "to": "vote"})
    do(state, member(house.agent), {"op": "vote", "idea": "idea-one"})
    do(state, member(house.second), {"op": "vote", "idea": "idea-one"})
    do(state, member(house.second), {"op": "unvote", "idea": "idea-one"})
    vote = BoardVote.objects.get()
    assert (vote.round, vote.member, vote.voter) == (1, house.agent, f"m{house.agent.pk}")
    do(state, lead(house), {"op": "phase", "to": "commit"})
    same_as_rows(state)


def test_one_who_begins_a_workshop_facilitates(house, journey):
    assert queries.member_who(house.second, journey).role == "member"
    actions.hold(by=house.second, journey=journey)
    journey.refresh_from_db()
    assert (journey.phase, journey.facilitator) == ("talk", house.second)
    assert queries.member_who(house.second, journey).role == "facilitator"
    with pytest.raises(Refused, match="Somebody else"):
        actions.hold(by=house.third, journey=journey)
    actions.hold(by=house.agent, journey=journey)
    assert [queries.member_who(one, journey).role for one in (house.lead, house.admin)] == (
        ["facilitator"] * 2
    )


@pytest.mark.parametrize("op", [step("step-one"), idea("idea-one")])
def test_a_tick_makes_few_queries(house, journey, op, django_assert_max_num_queries):
    state = queries.load(journey.pk)
    do(state, lead(house), step("step-two"))
    with django_assert_max_num_queries(10):
        do(state, lead(house), op)
