"""The kindness: rules, links, boomerangs."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.kindness import actions
from neoncard.kindness.rules import (
    Boomerang,
    Leave,
    Link,
    boomerangs,
    may_name,
    may_publish,
    proposes,
    text_hash,
)
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from tests import make


def test_a_kindness_that_comes_back_over_two_links_is_a_boomerang():
    chain = [Link(1, 10, (11,)), Link(2, 11, (12,), 1), Link(3, 12, (10,), 2)]
    assert boomerangs(chain) == [Boomerang((1, 2, 3), 10)]


def test_straight_back_is_no_boomerang():
    assert boomerangs([Link(1, 10, (11,)), Link(2, 11, (10,), 1)]) == []


def test_ping_pong_between_two_is_no_boomerang():
    chain = [
        Link(1, 10, (11,)),
        Link(2, 11, (10,), 1),
        Link(3, 10, (11,), 2),
        Link(4, 11, (10,), 3),
    ]
    assert boomerangs(chain) == []


def test_a_stretch_inside_a_longer_chain_counts():
    chain = [
        Link(1, 99, (10,)),
        Link(2, 10, (11,), 1),
        Link(3, 11, (12,), 2),
        Link(4, 12, (10,), 3),
    ]
    assert boomerangs(chain) == [Boomerang((2, 3, 4), 10)]


def test_tombstones_never_close_a_boomerang():
    chain = [Link(1, 10, (11,)), Link(2, 11, (12,), 1), Link(3, 12, (10,), 2)]
    assert boomerangs(chain, gone=frozenset({10})) == []
    assert boomerangs(chain, gone=frozenset({11})) == []


def test_a_loop_in_bad_data_ends():
    assert boomerangs([Link(1, 1, (2,), 2), Link(2, 2, (1,), 1)]) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_every_boomerang_has_two_links_and_three_parties(steps):
    chain = [
        Link(n, giver, (receiver,), n - 1 if n else None)
        for n, (giver, receiver) in enumerate(steps)
    ]
    by_id = {link.id: link for link in chain}
    for found in boomerangs(chain):
        stretch = [by_id[n] for n in found.path]
        assert len(stretch) >= 3
        assert all(b.passed_on_from == a.id for a, b in pairwise(stretch))
        assert stretch[0].giver == found.party
        assert found.party in stretch[-1].receivers
        assert len({p for link in stretch for p in (link.giver, *link.receivers)}) >= 3


def walked_up(last, by_id):
    """The boomerang a link closes, found by walking up from it, or None."""
    path = [last]
    while (before := by_id.get(path[0].passed_on_from)) and before not in path:
        path.insert(0, before)
        parties = {p for link in path for p in (link.giver, *link.receivers)}
        if before.giver in last.receivers and len(path) > 2 and len(parties) > 2:
            return Boomerang(tuple(link.id for link in path), before.giver)
    return None


PARTY = st.integers(0, 4)


@given(st.lists(st.tuples(PARTY, PARTY, st.none() | st.integers(0, 11)), max_size=12))
def test_every_boomerang_is_found_in_branches_and_beside_loops(steps):
    chain = [Link(n, giver, (to,), before) for n, (giver, to, before) in enumerate(steps)]
    by_id = {link.id: link for link in chain}
    assert boomerangs(chain) == [one for link in chain if (one := walked_up(link, by_id))]


@pytest.mark.parametrize(
    ("label", "by_agent", "boilerplate", "expected"),
    [
        ("goes_beyond", True, False, True),
        ("goes_beyond", True, None, True),
        ("goes_beyond", True, True, False),
        ("goes_beyond", False, False, False),
        ("apology", True, False, False),
        ("praise", False, False, True),
        ("praise", True, False, False),
    ],
)
def test_what_proposes_a_kindness(label, by_agent, boilerplate, expected):
    assert proposes(label, by_agent=by_agent, boilerplate=boilerplate) is expected


def test_words_are_published_only_when_everyone_released_exactly_them():
    words = "She walked me to the pier."
    both = [Leave(1, text_hash(words), True), Leave(2, text_hash(words), False)]
    assert may_publish(words, frozenset({1, 2}), both)
    assert not may_publish(words + " Really.", frozenset({1, 2}), both)
    assert not may_publish(words, frozenset({1, 2, 3}), both)
    assert may_name(1, words, both)
    assert not may_name(2, words, both)


def test_passing_on_keeps_the_chain(house):
    first = make.kindness(house.agent, house.second)
    then = make.kindness(house.second, house.third, passed_on_from=first)
    last = make.kindness(house.third, house.agent, passed_on_from=then)
    assert [first.chain_id, then.chain_id, last.chain_id] == [None, first.pk, first.pk]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"receivers": []}, "receivers:"),
        ({"words": "x" * 2001}, "words:"),
    ],
)
def test_what_cannot_be_a_kindness_names_its_field(house, change, field):
    party = actions.member_party(house.agent)
    given_ = {"receivers": [actions.member_party(house.second)], **change}
    with pytest.raises(ValueError, match=f"^{field}"):
        actions.record(by=house.agent, giver=party, **given_)


def test_undo_within_ten_minutes_only(house):
    kindness = make.kindness(house.agent, house.second)
    with clock.at(clock.now() + timedelta(minutes=11)), pytest.raises(ValueError, match=r"^undo:"):
        actions.undo(by=house.agent, kindness=kindness)
    actions.undo(by=house.agent, kindness=kindness)
    assert Kindness.objects.count() == 0


def test_erasing_a_person_leaves_the_shape_and_nothing_else(house):
    first = make.kindness(house.agent, house.second)
    then = make.kindness(house.second, house.third, passed_on_from=first)
    last = make.kindness(house.third, house.agent, passed_on_from=then)
    actions.bury(party=actions.member_party(house.second), by="test")
    rows = list(
        Kindness.objects.order_by("pk").values_list("passed_on_from", "words", "giver__name")
    )
    assert rows == [
        (None, first.words, ""),
        (first.pk, "", ""),
        (then.pk, last.words, ""),
    ]
    then.refresh_from_db()
    assert (then.giver.kind, then.giver.member) == ("gone", None)


def test_one_proposal_for_a_giver_in_an_encounter(house, django_assert_num_queries):
    customer = make.customer()
    row = make.encounter(house.agent, customer, texts=[("customer", "Bless you, Ines.")])
    noticed = actions.Noticed(
        giver=actions.customer_party(customer),
        receiver=actions.member_party(house.agent),
        encounter=row,
        how="noticed",
        quote=row.messages.get(),
        span=(0, 5),
        label="praise",
        at=clock.now(),
    )
    with django_assert_num_queries(5):  # a savepoint and its release, a look, two inserts
        (made,) = actions.propose(noticed=[noticed, noticed])
    assert list(made.receivers.all()) == [noticed.receiver]
    assert actions.propose(noticed=[noticed]) == []
    assert Kindness.objects.count() == 1
