"""Facts gathered across the rooms for one draw or one page, and passed down: lower rooms never ask upward.

Part of `loop`, in a file of its own because it only reads and draws; nothing follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from django.db.models import (
    Exists,
    F,
    OuterRef,
)

from neoncard import drawing
from neoncard.care.queries import hands_for
from neoncard.care.tables import Hand, HardDay
from neoncard.design import queries as design
from neoncard.design.tables import Act
from neoncard.do import actions as do
from neoncard.do import queries as doing
from neoncard.do import rules as doing_rules
from neoncard.do.drive import queries as drives
from neoncard.do.drive.tables import Line
from neoncard.do.queries import Face
from neoncard.do.rules import Facts
from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Encounter
from neoncard.kindness import queries as kind
from neoncard.kindness.actions import UNDO
from neoncard.kindness.queries import Said, said
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.pass_on import queries as chains
from neoncard.people.hours import at_edge
from neoncard.people.tables import Member, OptOut
from neoncard.share.queries import shared_with
from neoncard.standing import Going, Standing, standing


@dataclass(slots=True)
class DayIdea:
    """One of today's three ideas as it lies on the table; `line` is what its doer said of it."""

    suggestion: Suggestion
    face: Face
    toward: str
    label: str
    line: Line | None = None

    @property
    def done(self) -> bool:
        """Whether it is done."""
        return self.suggestion.done_at is not None

    @property
    def undoable(self) -> bool:
        """Whether what was done can still be taken back."""
        return _undoable(self.suggestion)


def _undoable(suggestion: Suggestion | None) -> bool:
    done_at = suggestion.done_at if suggestion else None
    return done_at is not None and clock.now() - done_at <= UNDO


@dataclass(frozen=True, slots=True)
class Today:
    """Everything on a member's Today. Lists are short, and an empty one leaves its place out."""

    words: Said | None
    waiting: Said | None
    proposals: list[Said]
    ideas: list[DayIdea]
    wants_ideas: bool
    hard_day: bool
    hands: list[Hand]
    round: Going | None = None
    edge: bool = False
    to_look: bool = False
    faces: Sequence[dict[str, Any]] = ()


def today(member: Member) -> Today:
    """What Today shows. Five queries, two more the first time a day is dealt, one where an idea is not the library's."""
    now = standing(member)
    received = [said(row) for row in chains.received(member)]
    words = next((row for row in received if row.said), None)
    waiting = next((row for row in received if row is not words), None)
    givers = [row.kindness.giver.member_id for row in (words, waiting) if row]
    return Today(
        faces=[one for one in now.faces if one["pk"] not in givers][:2],
        words=words,
        waiting=waiting,
        proposals=[said(row) for row in kind.proposals(member)],
        ideas=ideas(member, now),
        wants_ideas=now.wants_ideas,
        hard_day=now.hard_day,
        hands=hands_for(member),
        round=now.round,
        edge=at_edge(now.hours, clock.now()),
        to_look=now.to_look,
    )


def ideas(member: Member, now: Standing | None = None) -> list[DayIdea]:
    """The ideas on this member's table today; `now`: how their day stands, where it is known.

    Two queries, two more the first time a day is dealt, one where an idea is not the library's.
    """
    now = now or standing(member)
    if not now.wants_ideas:
        return []
    more = cache(lambda: drives.extras(member))
    rows = do.deal_today(
        member=member, day=now.day, hard_day=now.hard_day, dealt=doing.dealt(member), more=more
    )
    return _on_the_table(rows, member.language, more)


def _on_the_table(
    rows: list[Suggestion], lang: str, more: Callable[[], list[drives.Extra]]
) -> list[DayIdea]:
    found = []
    for row in rows:
        key = doing.face_key(row)
        face = doing.daily_face(key, lang or "en", more() if drives.is_extra(key) else ())
        toward = doing.day_of(row)[1]
        if face is not None:
            found.append(DayIdea(row, face, toward, doing.toward_label(toward, face)))
    return found


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a ticket: one act on top, two others, and what was kind before."""

    suggestion: Suggestion | None
    face: Face | None
    others: list[Face]
    shared: list[Kindness]
    contacts: int
    recent: int
    hard_day: bool
    where: Act | None = None
    enough: bool = False

    @property
    def undoable(self) -> bool:
        """Whether what was done can still be taken back."""
        return _undoable(self.suggestion)

    @property
    def dots(self) -> range:
        """A number for each step of the journey `where` lies on."""
        return range(1, (getattr(self.where, "steps", 0) or 0) + 1)

    @property
    def history(self) -> list[str]:
        """What was kind before, a sentence each."""
        return [kind.sentence(row) for row in self.shared]


def beside(member: Member, encounter: Encounter) -> Beside:
    """Everything `/beside` shows for the member's own encounter. Four queries, three more when it is first drawn.

    Drawn it is in any case, and logged; but it is shown only while this shift has room for one more (`enough`).
    """
    gathered = drawing.facts_for(member, encounter)
    room = gathered.shown < member.suggestions_a_shift
    suggestion, playbook = drawing.suggested(member, encounter, gathered.facts, room)
    if suggestion is not None and room:
        do.show(suggestion=suggestion)
    if suggestion is not None and not playbook:
        playbook = list(design.on_a_journey(doing.act_ids(suggestion.offered)))
    face, others = _faces(suggestion, playbook, gathered.facts, member.language)
    return Beside(
        suggestion,
        face,
        others,
        shared_with(member, encounter.customer_id),
        gathered.contacts,
        gathered.recent,
        gathered.facts.hard_day,
        _where(gathered.facts, face, playbook),
        enough=suggestion is not None and suggestion.shown_at is None,
    )


def _where(facts: Facts, face: Face | None, playbook: list[Act]) -> Act | None:
    """An act whose step is where this customer is: the one on top, else one made for what is happening."""
    if face and face.act and face.act.step:
        return face.act
    for situation in (name for name in doing_rules.CLOSEST_FIRST if name in facts.situations):
        for act in playbook:
            here = act.step and act.step.journey.front_line == facts.front_line
            if here and situation in act.fits:
                return act
    return None


def _faces(
    suggestion: Suggestion | None, playbook: list[Act], facts: Facts, lang: str
) -> tuple[Face | None, list[Face]]:
    if suggestion is None:
        return None, []
    found = doing.faces(suggestion.offered, lang or "en", playbook)
    right = [
        found[key]
        for key in suggestion.offered
        if key in found and not (found[key].kind == "treat" and doing_rules.treats_held(facts))
    ]
    top = next((face for face in right if face.key == doing.face_key(suggestion)), None)
    top = top or next(iter(right), None)
    return top, [face for face in right if face is not top]


def at_counter(member: Member) -> Beside:
    """What the counter shows now: one suggestion a visit, drawn when the last one is over. Four to six queries."""
    now = clock.now()
    row = (
        Member.objects.filter(pk=member.pk)  # lookup: oneself
        .annotate(
            place=F("team__place"),
            hard=Exists(HardDay.objects.filter(member=OuterRef("pk"), until__gt=now)),
            no=Exists(OptOut.objects.filter(member=OuterRef("pk"), feature=OptOut.Feature.BESIDE)),
        )
        .values("place", "hard", "no")
        .first()
    ) or {"place": "", "hard": False, "no": True}
    facts = Facts(
        channel="counter",
        front_line=doing_rules.front_line("visit", row["place"] or "counter"),
        situations=doing_rules.VISIT,
        hard_day=row["hard"],
        opted_out=row["no"],
    )
    suggestion: Suggestion | None = None
    playbook: list[Act] = []
    if not facts.opted_out:
        suggestion = doing.at_counter(member, do.policy(facts.hard_day))
        if suggestion is None:
            unit = f"counter:{member.pk}:{uuid4().hex}"
            suggestion, playbook = drawing.drawn(member, unit, facts, "", None, True)
    face, others = _faces(suggestion, playbook, facts, member.language)
    return Beside(suggestion, face, others, [], 0, 0, facts.hard_day)
