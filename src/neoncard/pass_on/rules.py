"""Drawing a chain: which circles there are, where they stand, and the lines between them.

The main line (the way a boomerang took, else the longest branch) stays straight, branches hang beside it, and a
boomerang closes in an arc outside the line. Every circle has a place of its own in a grid, so nothing overlaps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from neoncard.kindness.rules import Boomerang, Link

RADIUS = 26
PAD = 14
WIDE = 1056  # what a wide page has room for: a longer chain draws closer together, then scrolls
NAME_ROOM = 78  # half of what a name of 16 signs takes at 15 px


class Kind(StrEnum):
    """What a line stands for."""

    GIVEN = "given"
    THANKS = "thanks"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Answer:
    """A kindness that answers another: ids, giver and receivers are party ids."""

    id: int
    giver: int
    receivers: tuple[int, ...]
    answers: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A circle: the party in it, its middle, and the kindnesses it is drawn for (the first brought it here)."""

    party: int
    x: float
    y: float
    kindnesses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line from one circle to another (numbers into `Picture.spots`), as an SVG path.

    Its curve is told from where it begins: lines that look alike read alike, and a long chain packs small.
    """

    kindness: int
    kind: Kind
    start: int
    end: int
    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chain, in pixels. `upright`: it runs down the page, names stand right of the circles."""

    width: float
    height: float
    spots: tuple[Spot, ...]
    lines: tuple[Line, ...]
    upright: bool = False


@dataclass(slots=True)
class Node:
    """A circle before it has a place: its party, where it hangs, and the kindnesses it is drawn for."""

    party: int
    parent: int | None
    depth: int
    kindnesses: list[int] = field(default_factory=list)
    children: list[int] = field(default_factory=list)
    weight: int = 1
    row: int = 0


@dataclass(slots=True)
class Tree:
    """The shape of a chain before it has a place: who stands where, and what goes from whom to whom."""

    nodes: list[Node] = field(default_factory=list)
    wires: list[tuple[int, Kind, int, int]] = field(default_factory=list)
    start: dict[int, int] = field(default_factory=dict)
    ends: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, party: int, parent: int | None, kindness: int) -> int:
        """A new circle; its number."""
        depth = 0 if parent is None else self.nodes[parent].depth + 1
        self.nodes.append(Node(party, parent, depth, [kindness]))
        number = len(self.nodes) - 1
        if parent is not None:
            self.nodes[parent].children.append(number)
        return number

    def also(self, number: int, kindness: int) -> int:
        """Draw a circle for one more kindness."""
        if kindness not in self.nodes[number].kindnesses[-1:]:
            self.nodes[number].kindnesses.append(kindness)
        return number


def grow(
    links: Sequence[Link],
    answers: Iterable[Answer] = (),
    *,
    thanks: frozenset[int] = frozenset(),
    closed: Iterable[Boomerang] = (),
) -> Tree:
    """The tree of a chain.

    `thanks`: kindnesses that are themselves an answer and are drawn lighter. `closed`: the boomerangs in it that
    this viewer may see.
    """
    by_id = {link.id: link for link in links}
    closes = {found.path[-1]: found for found in closed}
    tree = Tree()
    for link in _parents_first(by_id):
        kind = Kind.THANKS if link.id in thanks else Kind.GIVEN
        here = tree.start[link.id] = _giver_spot(tree, link)
        for party in dict.fromkeys(link.receivers):
            if party == link.giver:
                tree.ends[link.id, party] = here
                continue
            if link.id in closes and party == closes[link.id].party:
                there = tree.also(tree.start[closes[link.id].path[0]], link.id)
                tree.wires.append((link.id, Kind.HOME, here, there))
            else:
                there = tree.add(party, here, link.id)
                tree.wires.append((link.id, kind, here, there))
            tree.ends[link.id, party] = there
    for answer in answers:
        if answer.answers in by_id:
            _answer(tree, answer, by_id[answer.answers])
    _weigh(tree, {tree.start[one] for found in closes.values() for one in found.path})
    return tree


def _parents_first(by_id: dict[int, Link]) -> list[Link]:
    """Every link, each after the one it was passed on from; a loop in bad data is cut open."""
    next_: dict[int | None, list[Link]] = {}
    for link in by_id.values():
        parent = link.passed_on_from if link.passed_on_from in by_id else None
        next_.setdefault(parent, []).append(link)
    out: list[Link] = []
    done: set[int] = set()
    for first in [*next_.get(None, []), *by_id.values()]:
        queue = [first]
        while queue:
            link = queue.pop()
            if link.id in done:
                continue
            done.add(link.id)
            out.append(link)
            queue.extend(reversed(next_.get(link.id, [])))
    return out


def _giver_spot(tree: Tree, link: Link) -> int:
    """Where the giver already stands, having received the one before; else a new circle."""
    before = link.passed_on_from
    if before is None or before not in tree.start:
        return tree.add(link.giver, None, link.id)
    spot = tree.ends.get((before, link.giver))
    if spot is None:
        return tree.add(link.giver, tree.start[before], link.id)
    return tree.also(spot, link.id)


def _answer(tree: Tree, answer: Answer, link: Link) -> None:
    home = tree.start[link.id]
    spot = tree.ends.get((link.id, answer.giver))
    if spot is None:
        spot = home if answer.giver == link.giver else tree.add(answer.giver, home, answer.id)
    if spot != home:
        tree.wires.append((answer.id, Kind.THANKS, tree.also(spot, answer.id), home))


def _weigh(tree: Tree, on_the_way: set[int]) -> None:
    """Put each circle's heaviest branch first: the boomerang's way, else the largest."""
    for number in reversed(range(len(tree.nodes))):
        node = tree.nodes[number]
        if number in on_the_way:
            node.weight += len(tree.nodes)
        if node.parent is not None:
            tree.nodes[node.parent].weight += node.weight
    for node in tree.nodes:
        node.children.sort(key=lambda child: -tree.nodes[child].weight)


def _rows(tree: Tree) -> int:
    """Give every circle its row: a first child its parent's, every other branch the next free one."""
    free = 0
    stack = [(number, -1) for number, node in enumerate(tree.nodes) if node.parent is None]
    stack.reverse()
    while stack:
        number, row = stack.pop()
        if row < 0:
            row, free = free, free + 1
        node = tree.nodes[number]
        node.row = row
        rest = [(child, -1) for child in node.children[1:]]
        stack.extend(reversed(rest))
        if node.children:
            stack.append((node.children[0], row))
    return free


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where rows and columns lie. `along` is the way the chain runs, `across` the other."""

    upright: bool
    along: int
    across: int
    first_along: int
    first_across: int

    def at(self, node: Node) -> tuple[float, float]:
        return (
            self.first_along + node.depth * self.along,
            self.first_across + node.row * self.across,
        )

    def xy(self, along: float, across: float) -> tuple[float, float]:
        return (across, along) if self.upright else (along, across)


def draw(tree: Tree, *, upright: bool = False) -> Picture:
    """Place a tree: lying (for a wide page) or upright (for a phone)."""
    rows = _rows(tree)
    arcs = [
        abs(tree.nodes[start].depth - tree.nodes[end].depth)
        for _id, kind, start, end in tree.wires
        if kind == Kind.HOME
    ]
    gutter = _reach(max(arcs)) if arcs else 0
    columns = max((node.depth for node in tree.nodes), default=0)
    side = PAD + RADIUS + (0 if upright else NAME_ROOM - RADIUS)
    fair = (WIDE - 2 * side) // max(columns, 1)
    along, across = (104, 2 * RADIUS + 132) if upright else (min(176, max(136, fair)), 128)
    grid = _Grid(upright, along, across, side, PAD + RADIUS + 8 + gutter)
    spots = []
    for node in tree.nodes:
        a, c = grid.at(node)
        x, y = (c, a) if upright else (a, c)
        spots.append(Spot(node.party, x, y, tuple(node.kindnesses)))
    long_ = side * 2 + columns * along
    wide = grid.first_across + max(rows - 1, 0) * across
    width = wide + RADIUS + 2 * NAME_ROOM if upright else long_
    height = long_ if upright else wide + RADIUS + 52 + PAD
    lines = tuple(
        Line(one, kind, start, end, _path(tree, grid, kind, start, end))
        for one, kind, start, end in tree.wires
    )
    return Picture(width, height, tuple(spots), lines, upright)


def _reach(columns: int) -> int:
    """How far an arc over this many columns swings out."""
    return 44 + 10 * min(columns, 8)


def _path(tree: Tree, grid: _Grid, kind: Kind, start: int, end: int) -> str:
    one, other = tree.nodes[start], tree.nodes[end]
    (a, c), (b, d) = grid.at(one), grid.at(other)
    if kind == Kind.HOME:
        edge = RADIUS + 3
        out = min(c, d) - edge - _reach(abs(one.depth - other.depth))
        return _curve(grid, (a, c - edge), (a, out), (b, out), (b, d - edge - 2))
    if one.depth > other.depth:  # thanks, back along the line it answers
        lift = RADIUS * 0.62
        mid = (a + b) / 2
        return _curve(
            grid,
            (a - RADIUS * 0.85, c - lift),
            (mid, c - lift - 22),
            (mid, d - lift - 22),
            (b + RADIUS * 0.95, d - lift),
        )
    one_, other_ = a + RADIUS + 3, b - RADIUS - 5
    if c == d:
        third = (other_ - one_) / 3
        return _curve(grid, (one_, c), (one_ + third, c + 7), (other_ - third, c + 7), (other_, c))
    mid = (one_ + other_) / 2
    return _curve(grid, (one_, c), (mid, c), (mid, d), (other_, d))


def _curve(grid: _Grid, *points: tuple[float, float]) -> str:
    (x, y), *rest = (grid.xy(*point) for point in points)
    return f"M{x:g} {y:g}c{' '.join(f'{a - x:.4g} {b - y:.4g}' for a, b in rest)}"


@dataclass(slots=True)
class Entry:
    """One kindness in the list of a chain, and the branches that leave from it."""

    id: int
    branches: list[list[Entry]] = field(default_factory=list)


def outline(links: Sequence[Link], closing: Iterable[int] = ()) -> list[list[Entry]]:
    """The chain as nested lists: one runs along the main line, a side branch is a list inside its entry.

    `closing`: kindnesses on a boomerang's way; they lie on the main line. Lists nest about as deep as the logarithm
    of the chain's length, however long it is.
    """
    by_id = {link.id: link for link in links}
    order = _parents_first(by_id)
    known: set[int] = set()
    children: dict[int, list[int]] = {}
    roots = []
    for link in order:
        before = link.passed_on_from
        if before in known:
            children.setdefault(before, []).append(link.id)
        else:
            roots.append(link.id)
        known.add(link.id)
    on_the_way = set(closing)
    weight: dict[int, int] = {}
    for link in reversed(order):
        own = 1 + (len(order) if link.id in on_the_way else 0)
        weight[link.id] = own + sum(weight[child] for child in children.get(link.id, []))
    lists: list[list[Entry]] = []
    todo: list[tuple[int, list[Entry]]] = []
    for root in roots:
        lists.append([])
        todo.append((root, lists[-1]))
    while todo:
        at, row = todo.pop()
        while True:
            entry = Entry(at)
            row.append(entry)
            onward = sorted(children.get(at, []), key=lambda child: -weight[child])
            for side in onward[1:]:
                entry.branches.append([])
                todo.append((side, entry.branches[-1]))
            if not onward:
                break
            at = onward[0]
    return lists
