"""Journeys and the playbook."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard import library
from neoncard.design import actions, queries, rules
from neoncard.design.tables import Act, Idea, Journey, Step


@given(st.permutations("abcd"), st.sampled_from("abcd"), st.booleans())
def test_moving_a_step_is_one_place_and_loses_nothing(order, id, later):
    now = rules.moved(order, id, later)
    assert sorted(now) == list("abcd")
    step = 1 if later else -1
    assert now.index(id) == min(max(order.index(id) + step, 0), 3)
    assert [other for other in now if other != id] == [other for other in order if other != id]


@pytest.mark.parametrize(
    ("id", "later", "expected"),
    [
        ("x", False, {None: ["x"], "a": ["y", "z"], "b": []}),
        ("z", True, {None: [], "a": ["x", "y"], "b": ["z"]}),
        ("y", True, {None: [], "a": ["x", "z", "y"], "b": []}),
    ],
)
def test_an_idea_moves_over_into_the_next_gap(id, later, expected):
    assert rules.idea_moved(["a", "b"], {"a": ["x", "y", "z"]}, id, later) == expected


@pytest.mark.parametrize(("gap", "later"), [(None, False), ("b", True)])
def test_past_the_last_gap_an_idea_stays(gap, later):
    assert rules.idea_moved(["a", "b"], {gap: ["x"]}, "x", later)[gap] == ["x"]


@pytest.fixture
def journey(house):
    row = actions.begin_journey(by=house.agent, title="Missed the last ferry")
    steps = [actions.add_step(by=house.agent, journey=row, title=f"Step {n}") for n in range(3)]
    for step in steps:
        actions.add_idea(by=house.agent, journey=row, text=f"Idea {step.title[-1]}", after=step)
    return row


def lies(row, member):
    laid = queries.laid(member, row)
    return [
        ("before", [idea.text for idea in laid.before]),
        *((step.title, [idea.text for idea in step.after]) for step in laid.steps),
    ]


def test_cards_lie_as_they_were_laid(house, journey):
    first = Step.objects.filter(journey=journey).first()
    actions.add_step(by=house.agent, journey=journey, title="Between", after=first)
    actions.add_idea(by=house.agent, journey=journey, text="A sign")
    assert lies(journey, house.agent) == [
        ("before", ["A sign"]),
        ("Step 0", ["Idea 0"]),
        ("Between", []),
        ("Step 1", ["Idea 1"]),
        ("Step 2", ["Idea 2"]),
    ]


def test_a_step_takes_its_ideas_along_and_leaves_them_when_it_goes(house, journey):
    middle = Step.objects.filter(journey=journey, title="Step 1").get()
    actions.move_step(by=house.agent, step=middle, later=False)
    assert lies(journey, house.agent)[1] == ("Step 1", ["Idea 1"])
    actions.delete_step(by=house.agent, step=Step.objects.filter(title="Step 0").get())
    actions.delete_step(by=house.agent, step=middle)
    assert lies(journey, house.agent) == [("before", ["Idea 1", "Idea 0"]), ("Step 2", ["Idea 2"])]
    assert list(Step.objects.values_list("pos", flat=True)) == [0]


def test_an_idea_moves_across_gaps(house, journey):
    idea = Idea.objects.filter(text="Idea 0").get()
    actions.move_idea(by=house.agent, idea=idea, later=True)
    assert lies(journey, house.agent)[2] == ("Step 1", ["Idea 0", "Idea 1"])


def test_a_hidden_idea_is_its_authors_alone(house, journey):
    Idea.objects.filter(text="Idea 0").update(hidden=True)
    assert lies(journey, house.agent)[1] == ("Step 0", ["Idea 0"])
    assert lies(journey, house.second)[1] == ("Step 0", [])


def test_committing_an_idea_makes_one_act(house, journey):
    idea = Idea.objects.filter(text="Idea 1").get()
    fields = {"title": "Ring back", "principle": "A time one can keep", "kind": "effort"}
    act = actions.commit_idea(by=house.agent, idea=idea, **fields, aim="trust", fits=[])
    assert actions.commit_idea(by=house.agent, idea=idea, **fields) == act
    assert (act.step, act.fits, act.front_lines) == (idea.after_step, ["any"], ["any"])
    assert idea.status == "committed"
    found = queries.playbook().get()
    assert (found.steps, found.step_number) == (3, 2)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": " "}, "title"), ({"principle": ""}, "principle"), ({"money": 5}, "money")],
)
def test_what_cannot_be_an_act_names_its_field(house, journey, change, field):
    idea = Idea.objects.first()
    good = {"title": "Ring back", "principle": "p", "kind": "word", "aim": "trust"}
    with pytest.raises(ValueError, match=rf"^{field}:"):
        actions.commit_idea(by=house.agent, idea=idea, **{**good, **change})
    assert Act.objects.count() == 0


def test_what_cannot_be_a_card_names_its_field(house, journey):
    with pytest.raises(ValueError, match=r"^title:"):
        actions.add_step(by=house.agent, journey=journey, title="x" * 121)
    with pytest.raises(ValueError, match=r"^level:"):
        actions.add_idea(by=house.agent, journey=journey, text="x", level=6)
    with pytest.raises(ValueError, match=r"^starter:"):
        actions.begin_journey(by=house.agent, starter="nothing")


def test_retiring_and_bringing_back(house):
    actions.install_starters(house.organisation)
    act = Act.objects.first()
    actions.retire_act(by=house.lead, act=act)
    assert act not in queries.playbook()
    actions.retire_act(by=house.lead, act=act, back=True)
    assert act in queries.playbook()


def test_starters_are_installed_once_and_changes_stay(house):
    acts = len(library.acts())
    assert actions.install_starters(house.organisation) == (6, acts)
    Journey.objects.filter(starter="call_centre").update(title="Ours now")
    assert actions.install_starters(house.organisation) == (0, 0)
    assert (Journey.objects.count(), Act.objects.count()) == (6, acts)
    assert Journey.objects.filter(title="Ours now").count() == 1
    placed = [act for act in library.acts() if act.step]
    assert Act.objects.exclude(step=None).count() == len(placed)
    assert not Act.objects.filter(step__journey__starter="").exists()


def test_a_starter_can_be_begun_again_as_ones_own(house):
    actions.install_starters(house.organisation)
    mine = actions.begin_journey(by=house.agent, starter="call_centre", title="Storm line")
    starter = next(j for j in library.journeys() if j.key == "call_centre")
    assert (mine.title, mine.made_by) == ("Storm line", house.agent)
    assert (mine.steps.count(), mine.ideas.count()) == (len(starter.steps), len(starter.ideas))


def test_a_journey_put_away_comes_back_whole(house, journey):
    actions.archive_journey(by=house.agent, journey=journey)
    assert list(queries.journeys()) == []
    actions.archive_journey(by=house.agent, journey=journey, back=True)
    assert [(row.title, row.white, row.neon) for row in queries.journeys()] == [
        ("Missed the last ferry", 3, 3)
    ]
