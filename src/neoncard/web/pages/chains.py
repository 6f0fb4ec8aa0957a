"""Passing a kindness on, letting it rest, and the picture of a chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from neoncard import access
from neoncard.kindness.rules import Boomerang, Sight, boomerangs, sight
from neoncard.kindness.tables import Kindness, Party
from neoncard.pass_on import actions, queries, rules
from neoncard.pass_on.queries import Drawn
from neoncard.people.tables import Member
from neoncard.web.faces import NOBODY, Face, face, from_to, listed, opening, undoable
from neoncard.web.pages.forms import blame
from neoncard.web.people_form import PeopleForm

DRAW_BOTH = (
    80  # circles up to which the picture is drawn twice: lying for a wide page, upright for a phone
)
SAID_IN_TITLE = 12
ZOOMS = (60, 100, 160, 240)  # percent
CSS = {
    "customer": "person customer",
    "gone": "person gone",
    "someone": "person gone",
    "you": "person you",
}


class PassOnForm(PeopleForm):
    """Whom a kindness goes on to, and what one did or wants to say."""

    words = forms.CharField(
        label=gettext_lazy("What did you do, or want to say?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@access.only()
def pass_on(request: HttpRequest, id: int) -> HttpResponse:
    """`/pass-on/<kindness>`: hand a received kindness on to one or more colleagues."""
    member = access.me(request)
    row = access.received(member, id)
    form = PassOnForm(request.POST or None, member=member)
    passed = None
    if request.method == "POST" and form.is_valid():
        try:
            passed = actions.pass_on(
                by=member, kindness=row, to=form.chosen, words=form.cleaned_data["words"]
            )
        except ValueError as problem:
            blame(form, problem)
    if passed is not None:
        names = listed(one.known_as for one in form.chosen)
        words = (
            _("Passed on to %(names)s. It came back to where it began: a boomerang.")
            if queries.came_back(passed)
            else _("Passed on to %(names)s. You can take it back for ten minutes.")
        )
        undoable(request, words % {"names": names}, passed)
        return redirect("chain", passed.pk)
    giver = face(row.giver, sight(row.giver.kind, in_it=True), member)
    context = {"form": form, "kindness": row, "giver": giver}
    status = 422 if form.errors else 200
    return render(request, "pass_on/pass_on.html", context, status=status)


@access.only()
@require_POST
def rest(request: HttpRequest, id: int) -> HttpResponse:
    """Let a received kindness rest: it stops waiting, and nobody is told (E2)."""
    member = access.me(request)
    actions.rest(by=member, kindness=access.received(member, id))
    return redirect("today")


class Circle(NamedTuple):
    """A circle of the picture, and what stands in and beside it (chain.css says where).

    Of these and of `Told` a long chain has thousands: the templates take them apart, which costs less than asking each.
    """

    css: str
    at: str
    initials: str
    name: str
    when: str


@dataclass(slots=True)
class Drawing:
    """A picture, ready for the template: circles, and the paths of its lines by what they stand for."""

    width: float
    height: float
    circles: list[Circle]
    given: list[str]
    thanks: list[str]
    home: list[str]
    upright: bool
    scale: float = 1.0

    @property
    def shown_width(self) -> int:
        """How wide it is shown, in pixels."""
        return round(self.width * self.scale)

    @property
    def shown_height(self) -> int:
        """How high it is shown, in pixels."""
        return round(self.height * self.scale)


class Told(NamedTuple):
    """One kindness of the list, as this viewer may read it, with its answers and side branches."""

    line: str
    initials: str
    words: str
    day: str
    when: str
    thanks: bool
    came_back: bool
    answers: Sequence[Told] = ()
    branches: Sequence[Sequence[Told]] = ()


def _told_by_card(row: Drawn) -> bool:
    """Whether nobody with an account is in a kindness: one that was told by a card, to those in its chain."""
    strangers = {Party.Kind.GUEST, Party.Kind.UNKNOWN}
    return row.hidden_at is None and strangers.issuperset(
        party.kind for party in (row.giver, *row.receivers)
    )


class Chain:
    """A chain as one viewer may see it (P5, P6; docs/decisions/wall.md).

    Those in the chain see its whole shape, and what people without an account told them by a Smile Card. Names and words
    of any other kindness are for those in it, and for everyone when its giver showed it to the team and nobody reported
    it; otherwise it is "someone".
    """

    def __init__(self, rows: list[Drawn], answers: list[Drawn], viewer: Member) -> None:
        self.viewer = viewer
        self.days: dict[date, tuple[str, str]] = {}
        self.seen: dict[int, Face] = {}
        self.rows = {row.pk: row for row in rows}
        self.answers = {row.pk: row for row in answers}
        self.people = {row.pk: (row.giver, *row.receivers) for row in (*answers, *rows)}
        self.mine = {
            pk
            for pk, parties in self.people.items()
            if any(party.member_id == viewer.pk for party in parties)
        }
        in_chain = any(row.pk in self.mine for row in rows)
        if in_chain:
            self.mine |= {row.pk for row in rows if _told_by_card(row)}
        self.opened = {pk for pk in self.people if self._open(self.row(pk))}
        self.links = queries.as_links(rows)
        self.closed: list[Boomerang] = [
            found
            for found in boomerangs(self.links, queries.alike(rows))
            if in_chain or self.open(found.path[-1])
        ]
        self.came_back = {found.path[-1] for found in self.closed}
        self.tree = rules.grow(
            self.links,
            [
                rules.Answer(row.pk, row.giver.id, self.ids(row), row.answers_id or 0)
                for row in answers
            ],
            thanks=frozenset(row.pk for row in rows if row.answers_id),
            closed=self.closed,
        )

    def day(self, row: Drawn) -> tuple[str, str]:
        """The day of a kindness, as a machine reads it and as one says it; many of a chain are of the same."""
        local = timezone.localtime(row.at).date()
        if local not in self.days:
            self.days[local] = local.isoformat(), date_format(local, "MONTH_DAY_FORMAT")
        return self.days[local]

    def row(self, pk: int) -> Drawn:
        """The kindness of this id, a link or an answer."""
        return self.rows.get(pk) or self.answers[pk]

    def ids(self, row: Drawn) -> tuple[int, ...]:
        """The receivers of a kindness, by their parties' ids."""
        return tuple(party.id for party in row.receivers)

    def in_it(self, row: Drawn) -> bool:
        """Whether the viewer gave or received it."""
        return row.pk in self.mine

    def open(self, pk: int) -> bool:
        """Whether the viewer may know who is in this kindness."""
        return pk in self.opened

    def _open(self, row: Drawn) -> bool:
        if row.state != Kindness.State.KEPT:
            return False
        gave = row.giver.member_id == self.viewer.pk
        if row.sees == Kindness.Sees.GIVER:
            return gave
        return self.in_it(row) or (row.sees == Kindness.Sees.TEAM and row.hidden_at is None)

    def sight(self, party: Party, pk: int) -> Sight:
        """How the viewer sees a party of this kindness."""
        if party.kind == Party.Kind.GONE:
            return Sight.GONE
        if not self.open(pk):
            return Sight.SOMEONE
        row = self.row(pk)
        off = bool(party.off)  # type: ignore[attr-defined]
        return sight(party.kind, in_it=self.in_it(row), off_wall=off)

    def face_in(self, party: Party, pk: int) -> Face:
        """The party's face in one kindness."""
        return face(party, self.sight(party, pk), self.viewer)

    def face_at(self, number: int) -> Face:
        """The face of a circle (a node's number): as the most open of its kindnesses shows it."""
        if number not in self.seen:
            self.seen[number] = self._face(self.tree.nodes[number])
        return self.seen[number]

    def _face(self, spot: rules.Node) -> Face:
        best = Sight.SOMEONE
        found: Party | None = None
        for pk in spot.kindnesses:
            for party in self.people[pk]:
                if party.id == spot.party:
                    found = found or party
                    how = self.sight(party, pk)
                    if how == Sight.NAMED or best == Sight.SOMEONE:
                        best, found = how, party
        if found is None:
            return Face(_("someone"), NOBODY, "someone")
        return face(found, best, self.viewer)

    def drawing(self, *, upright: bool) -> Drawing:
        """The picture, lying or upright."""
        picture = rules.draw(self.tree, upright=upright)
        homes = {line.end for line in picture.lines if line.kind == rules.Kind.HOME} or {0}
        circles = [
            self._circle(number, spot, first=number in homes)
            for number, spot in enumerate(picture.spots)
        ]
        paths: dict[rules.Kind, list[str]] = {kind: [] for kind in rules.Kind}
        for line in picture.lines:
            paths[line.kind].append(line.path)
        return Drawing(
            picture.width,
            picture.height,
            circles,
            paths[rules.Kind.GIVEN],
            paths[rules.Kind.THANKS],
            paths[rules.Kind.HOME],
            upright,
        )

    def _circle(self, number: int, spot: rules.Spot, *, first: bool) -> Circle:
        shown = self.face_at(number)
        brought = self.row(spot.kindnesses[0])
        began = spot.party == brought.giver.id
        return Circle(
            css=CSS.get(shown.kind, "person") + (" first" if first else ""),
            at=f"translate({spot.x:g} {spot.y:g})",
            initials=shown.initials,
            name=_short(opening(shown.name)),
            when=_("began it") if began else self.day(brought)[1],
        )

    def lists(self) -> list[list[Told]]:
        """The chain as nested lists; each runs along the main line."""
        back: dict[int, list[Told]] = {}
        for row in self.answers.values():
            if self.open(row.pk):
                back.setdefault(row.answers_id or 0, []).append(self._told(row))
        on_the_way = {pk for found in self.closed for pk in found.path}

        def told(entry: rules.Entry) -> Told:
            branches = [[told(inner) for inner in branch] for branch in entry.branches]
            return self._told(self.rows[entry.id], back.get(entry.id, ()), branches)

        return [[told(entry) for entry in row] for row in rules.outline(self.links, on_the_way)]

    def faces(self, row: Drawn) -> tuple[Face, list[Face]]:
        """Giver and receivers, as the picture shows them."""
        if row.pk not in self.rows:
            giver, *receivers = (self.face_in(party, row.pk) for party in self.people[row.pk])
            return giver, receivers
        ids = self.ids(row)
        spots = [self.tree.start[row.pk], *(self.tree.ends[row.pk, party] for party in ids)]
        giver, *receivers = (self.face_at(number) for number in spots)
        return giver, receivers

    def _told(
        self,
        row: Drawn,
        answers: Sequence[Told] = (),
        branches: Sequence[Sequence[Told]] = (),
    ) -> Told:
        giver, receivers = self.faces(row)
        may_read = self.open(row.pk) and self.in_it(row)
        day, when = self.day(row)
        return Told(
            line=from_to(giver, receivers, to_self=row.giver.id in self.ids(row)),
            initials=giver.initials,
            words=row.words if may_read else "",
            day=day,
            when=when,
            thanks=bool(row.answers_id),
            came_back=row.pk in self.came_back,
            answers=answers,
            branches=branches,
        )

    def title(self) -> str:
        """The picture in words, for a reader; the list beside it says it all."""
        told = [self._told(row).line for row in list(self.rows.values())[:SAID_IN_TITLE]]
        if len(self.rows) > SAID_IN_TITLE:
            told.append(_("and so on"))
        return "; ".join(told) + "."


def _short(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:15].rstrip()}…"


def _number(text: str, most: int) -> int:
    """A number from 1 to `most`; `most` for anything else."""
    return min(max(int(text), 1), most) if text.isdecimal() and len(text) < 6 else most


@access.only()
def chain(request: HttpRequest, id: int) -> HttpResponse:
    """`/chains/<kindness>`: a kindness and what it set off, drawn and as a list."""
    member = access.me(request)
    row = access.kindness(member, id)
    whole, answers, longer = queries.chain_and_answers(row)
    upto = _number(request.GET.get("upto", ""), len(whole))
    zoom = _number(request.GET.get("zoom", "2"), len(ZOOMS))
    rows = whole[:upto]
    shown = {one.pk for one in rows}
    seen = Chain(rows, [one for one in answers if one.answers_id in shown], member)
    small = len(seen.tree.nodes) <= DRAW_BOTH
    drawings = [seen.drawing(upright=False)] + ([seen.drawing(upright=True)] if small else [])
    for one in drawings:
        one.scale = ZOOMS[zoom - 1] / 100
    return render(
        request,
        "pass_on/chain.html",
        {
            "nav": "wall",
            "drawings": drawings,
            "both": small,
            "lists": seen.lists(),
            "title": seen.title(),
            "boomerang": bool(seen.closed),
            "kindness": row,
            "alone": len(whole) == 1,
            "upto": upto,
            "links": len(whole),
            "goes_on": longer,
            "until": rows[-1].at,
            "zoom": zoom,
            "zooms": list(enumerate(ZOOMS, 1)),
            "received": any(p.member_id == member.pk for p in row.receivers.all()),
        },
    )
