"""The picture of a chain: nothing overlaps, nothing leaves the frame, a boomerang closes."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from neoncard.kindness.rules import Link, boomerangs
from neoncard.pass_on.rules import NAME_ROOM, RADIUS, Answer, Kind, draw, grow, outline

BACK = [Link(1, 9, (10,)), Link(2, 10, (11,), 1), Link(3, 11, (12, 13), 2), Link(4, 12, (10,), 3)]


@st.composite
def chains(draw_):
    size = draw_(st.integers(1, 25))
    links = []
    for n in range(size):
        before = draw_(st.integers(0, n - 1)) if n else None
        if before is None:
            giver = draw_(st.integers(0, 6))
        else:
            giver = draw_(st.sampled_from([*links[before].receivers, 7]))
        receivers = tuple(draw_(st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True)))
        links.append(Link(n, giver, receivers, before))
    return links


@settings(deadline=None)
@given(chains(), st.booleans())
def test_every_circle_and_line_is_inside_and_no_two_circles_touch(links, upright):
    answers = [Answer(1000 + link.id, link.receivers[0], (link.giver,), link.id) for link in links]
    picture = draw(grow(links, answers, closed=boomerangs(links)), upright=upright)
    right = 2 * NAME_ROOM if upright else RADIUS
    for spot in picture.spots:
        assert RADIUS <= spot.x <= picture.width - right
        assert RADIUS <= spot.y <= picture.height - RADIUS
    for line in picture.lines:
        x0, y0, *rest = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", line.path)]
        assert all(0 <= x0 + x <= picture.width for x in (0, *rest[::2]))
        assert all(0 <= y0 + y <= picture.height for y in (0, *rest[1::2]))
    places = {(spot.x, spot.y) for spot in picture.spots}
    assert len(places) == len(picture.spots)
    for x, y in places:
        near = [p for p in places if abs(p[0] - x) + abs(p[1] - y) > 0]
        assert all(
            abs(p[0] - x) >= 2 * RADIUS + 20 or abs(p[1] - y) >= 2 * RADIUS + 20 for p in near
        )


@settings(deadline=None)
@given(chains())
def test_every_kindness_is_drawn_and_told_once(links):
    tree = grow(links, closed=boomerangs(links))
    given_ = {link.id for link in links if set(link.receivers) - {link.giver}}
    assert {wire[0] for wire in tree.wires} == given_
    told, lists = [], outline(links)
    while lists:
        row = lists.pop()
        told += [entry.id for entry in row]
        lists += [branch for entry in row for branch in entry.branches]
    assert sorted(told) == [link.id for link in links]


def test_a_boomerang_closes_at_the_circle_it_began():
    tree = grow(BACK, closed=boomerangs(BACK))
    homes = [wire for wire in tree.wires if wire[1] == Kind.HOME]
    assert homes == [(4, Kind.HOME, tree.start[4], tree.start[2])]
    assert tree.nodes[tree.start[2]].party == 10


def test_the_boomerangs_way_is_the_straight_line():
    links = [*BACK, Link(5, 13, (14, 15, 16), 3)]
    picture = draw(grow(links, closed=boomerangs(links)))
    way = [spot for spot in picture.spots if spot.party in (9, 10, 11, 12)]
    assert len({spot.y for spot in way}) == 1


def test_a_boomerang_nobody_may_see_closing_ends_in_a_circle_of_its_own():
    tree = grow(BACK)
    assert [wire[1] for wire in tree.wires].count(Kind.HOME) == 0
    assert [node.party for node in tree.nodes].count(10) == 2


def test_thanks_are_drawn_lighter_and_back():
    tree = grow(
        BACK,
        [Answer(7, 11, (10,), 2)],
        thanks=frozenset({1}),
        closed=boomerangs(BACK),
    )
    kinds = {wire[0]: wire[1] for wire in tree.wires}
    assert kinds == {
        1: Kind.THANKS, 2: Kind.GIVEN, 3: Kind.GIVEN, 4: Kind.HOME, 7: Kind.THANKS,
    }  # fmt: skip
    assert tree.wires[-1][2:] == (tree.ends[2, 11], tree.start[2])


def test_the_list_runs_along_the_main_line_and_branches_inside():
    side = Link(5, 13, (14,), 3)
    (row,) = outline([*BACK, side], closing=(2, 3, 4))
    assert [entry.id for entry in row] == [1, 2, 3, 4]
    assert [[entry.id for entry in branch] for branch in row[2].branches] == [[5]]


def test_a_loop_in_bad_data_is_cut_open():
    links = [Link(1, 1, (2,), 2), Link(2, 2, (1,), 1)]
    assert len(draw(grow(links, closed=boomerangs(links))).spots) >= 2
    assert sum(len(row) for row in outline(links)) == 2


def test_a_thousand_are_drawn_and_told():
    long_ = [Link(n, n, (n + 1,), n - 1 if n else None) for n in range(1000)]
    wide = [Link(0, 0, (1,)), *(Link(n, 1, (n + 1,), 0) for n in range(1, 1000))]
    pong = [Link(n, n % 2, ((n + 1) % 2,), n - 1 if n else None) for n in range(1000)]
    for links in (long_, wide, pong):
        picture = draw(grow(links, closed=boomerangs(links)))
        assert sum(len(row) for row in outline(links)) >= 1
        assert len(picture.spots) >= 1000
    assert all(a.x < b.x for a, b in pairwise(draw(grow(long_)).spots))
