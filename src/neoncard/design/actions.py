"""The only writer of journeys, steps, ideas and the playbook."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction

from neoncard import library
from neoncard.design import playbook, rules
from neoncard.design.board import actions as board
from neoncard.design.board.document import Effect
from neoncard.design.board.queries import load
from neoncard.design.tables import Act, Aim, Idea, Journey, Kind, Step, new_key
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.people.tables import Member, Organisation


@transaction.atomic
def install_starters(organisation: Organisation, by: object = "init") -> tuple[int, int]:
    """Put the library's journeys and acts into the tables. Running it again adds only what is missing.

    Returns how many journeys and acts are new; what the team has changed since stays as it is.
    """
    lang = organisation.language
    known = set(Journey.objects.exclude(starter="").values_list("starter", flat=True))
    fresh = [journey for journey in library.journeys(lang) if journey.key not in known]
    steps: dict[tuple[str, str], Step] = {}
    for journey in fresh:
        _row, laid = _lay(journey, by=None)
        steps |= {(journey.key, key): step for key, step in laid.items()}
    there = set(Act.objects.exclude(key="").values_list("key", flat=True))
    now = clock.now()
    acts = [
        Act(
            **_words(act),
            step=steps.get((act.journey or "", act.step or "")),
            made_at=now,
        )
        for act in library.acts(lang)
        if act.key not in there
    ]
    Act.objects.bulk_create(acts)
    if fresh or acts:
        wrote(actor=by, did="starters.installed", on=organisation, count=len(fresh) + len(acts))
    return len(fresh), len(acts)


def _words(act: library.Act) -> dict[str, Any]:
    return {
        "key": act.key,
        "title": act.title,
        "principle": act.principle,
        "instance": act.instance,
        "kind": act.kind,
        "minutes": act.minutes,
        "money": act.money,
        "may_decide": act.may_decide,
        "aim": act.aim,
        "anyway": act.anyway,
        "front_lines": list(act.front_lines),
        "fits": list(act.fits),
        "asks_smile": act.asks_smile,
        "light": act.light,
    }


def _lay(journey: library.Journey, *, by: Member | None) -> tuple[Journey, dict[str, Step]]:
    row = Journey.objects.create(
        title=journey.title,
        front_line=journey.front_line,
        intro=journey.intro,
        starter=journey.key,
        outline=journey.outline,
        made_by=by,
        made_at=clock.now(),
    )
    steps = Step.objects.bulk_create(
        Step(
            journey=row,
            pos=pos,
            title=step.title,
            note=step.note,
            channel=step.channel,
            feel_note=step.feel_note,
        )
        for pos, step in enumerate(journey.steps)
    )
    laid = {step.key: made for step, made in zip(journey.steps, steps, strict=True)}
    Idea.objects.bulk_create(
        Idea(
            journey=row,
            after_step=laid[idea.after_step],
            pos=pos,
            text=idea.text,
            kind=idea.kind,
            level=idea.level,
            cost=idea.cost,
            aim=idea.aim,
            principle=idea.principle,
        )
        for pos, idea in enumerate(journey.ideas)
    )
    return row, laid


@transaction.atomic
def begin_journey(*, by: Member, title: str = "", starter: str = "") -> Journey:
    """Begin a journey: an empty one with `title`, or a copy of a starter by its library key.

    Raises ValueError naming the field when there is neither, or no such starter.
    """
    if starter:
        found = next((j for j in library.journeys(by.language or "en") if j.key == starter), None)
        if found is None:
            raise ValueError("starter: there is no such starter journey; pick one from the list")
        row, _steps = _lay(found, by=by)
        row.title = title.strip() or row.title
        row.save(update_fields=["title"])
    else:
        row = Journey.objects.create(
            title=playbook.needed("title", title, 120),
            made_by=by,
            team=by.team,
            made_at=clock.now(),
        )
    wrote(actor=by, did="journey.begun", on=row)
    return row


@transaction.atomic
def name_journey(
    *, by: Member, journey: Journey, title: str, intro: str = "", base: int | None = None
) -> Journey:
    """Give a journey its title and a sentence or two. `base`: the board's seq when they were read.

    Raises ValueError naming the field.
    """
    new = {"title": title, "intro": intro}
    old = {field: getattr(journey, field) for field in new}
    _write_anew(by, journey, {"op": "board", "base": base}, old, new)
    wrote(actor=by, did="journey.named", on=journey)
    journey.refresh_from_db()
    return journey


def _write_anew(
    by: Member, journey: Journey, op: Effect, old: dict[str, Any], new: dict[str, Any]
) -> None:
    """One operation for each field that is to change, all or none."""
    ops = [{**op, "field": field, "value": new[field]} for field in new if new[field] != old[field]]
    if ops:
        board.act(by=by, journey=journey, ops=ops)


@transaction.atomic
def archive_journey(*, by: Member, journey: Journey, back: bool = False) -> None:
    """Put a journey away, or bring it back; nothing on it is lost."""
    journey.archived_at = None if back else clock.now()
    journey.save(update_fields=["archived_at"])
    wrote(actor=by, did="journey.brought_back" if back else "journey.archived", on=journey)


@transaction.atomic
def add_step(
    *,
    by: Member,
    journey: Journey,
    title: str,
    note: str = "",
    channel: str = "",
    feel_note: str = "",
    after: Step | None = None,
) -> Step:
    """Lay a white card, right after `after`, or at the end. Raises ValueError naming the field."""
    card = {"id": new_key(), "title": title, "note": note, "channel": channel}
    card["feel_note"] = feel_note
    last = after or Step.objects.filter(journey=journey).order_by("pos", "pk").last()
    op = {"op": "add_step", "card": card, "after": last.key if last else None}
    board.act(by=by, journey=journey, ops=[op])
    step = Step.objects.filter(journey=journey, key=card["id"]).select_related("journey")[0]
    wrote(actor=by, did="step.added", on=step)
    return step


@transaction.atomic
def edit_step(
    *,
    by: Member,
    step: Step,
    title: str,
    note: str = "",
    channel: str = "",
    feel_note: str = "",
    base: int | None = None,
) -> Step:
    """Write a white card anew. `base`: the board's seq when it was read; what others changed since is kept.

    Raises ValueError naming the field.
    """
    new = {"title": title, "note": note, "channel": channel, "feel_note": feel_note}
    old = {field: getattr(step, field) for field in new}
    _write_anew(by, step.journey, {"op": "set", "card": step.key, "base": base}, old, new)
    wrote(actor=by, did="step.edited", on=step)
    step.refresh_from_db()
    return step


@transaction.atomic
def move_step(*, by: Member, step: Step, later: bool) -> None:
    """Move a white card one place; the ideas after it go with it. Raises ValueError when the board says no."""
    keys = Step.objects.filter(journey=step.journey_id).order_by("pos", "pk")
    order = rules.moved(list(keys.values_list("key", flat=True)), step.key, later)
    op = {"op": "move", "card": step.key, "after": _before(order, step.key)}
    board.act(by=by, journey=step.journey, ops=[op])
    wrote(actor=by, did="step.moved", on=step)


def _before(row: list[str], key: str) -> str | None:
    at = row.index(key)
    return row[at - 1] if at else None


@transaction.atomic
def delete_step(*, by: Member, step: Step) -> None:
    """Take a white card away. Its ideas stay, after what lay there: they move to the gap before it.

    Raises ValueError when the board says no.
    """
    board.act(by=by, journey=step.journey, ops=[{"op": "delete", "card": step.key}])
    wrote(actor=by, did="step.deleted", on=step)


@transaction.atomic
def add_idea(
    *,
    by: Member,
    journey: Journey,
    text: str,
    kind: str = Kind.WORD,
    aim: str = Aim.TRUST,
    level: int = 3,
    cost: str = "",
    principle: str = "",
    after: Step | None = None,
) -> Idea:
    """Lay a neon card at the end of the gap after `after`, or before the first step. Raises ValueError (field)."""
    there = Idea.objects.filter(journey=journey, after_step=after).order_by("pos", "pk").last()
    card = {"id": new_key(), "text": text, "kind": str(kind), "aim": str(aim), "level": level}
    card |= {"cost": cost, "principle": principle}
    op = {"op": "add_idea", "card": card, "step": after.key if after else None}
    board.act(by=by, journey=journey, ops=[{**op, "after": there.key if there else None}])
    idea = Idea.objects.filter(journey=journey, key=card["id"])
    row = idea.select_related("journey", "after_step", "act")[0]
    wrote(actor=by, did="idea.added", on=row)
    return row


@transaction.atomic
def edit_idea(
    *,
    by: Member,
    idea: Idea,
    text: str,
    kind: str,
    aim: str,
    level: int,
    cost: str = "",
    principle: str = "",
    base: int | None = None,
) -> Idea:
    """Write a neon card anew. `base`: the board's seq when it was read; what others changed since is kept.

    Raises ValueError naming the field.
    """
    new = {"text": text, "kind": str(kind), "aim": str(aim), "level": level}
    new |= {"cost": cost, "principle": principle}
    old = {field: getattr(idea, field) for field in new}
    _write_anew(by, idea.journey, {"op": "set", "card": idea.key, "base": base}, old, new)
    wrote(actor=by, did="idea.edited", on=idea)
    idea.refresh_from_db()
    return idea


@transaction.atomic
def move_idea(*, by: Member, idea: Idea, later: bool) -> None:
    """Move a neon card one place, over into the next gap from the end of one. Raises ValueError when the board says no."""
    state = load(idea.journey_id, recent=False)
    if state is None:
        raise board.Gone
    laid = rules.idea_moved(state.doc.order, state.doc.gaps, idea.key, later)
    gap = next(gap for gap, row in laid.items() if idea.key in row)
    op = {"op": "move", "card": idea.key, "step": gap, "after": _before(laid[gap], idea.key)}
    board.act(by=by, journey=idea.journey, ops=[op])
    wrote(actor=by, did="idea.moved", on=idea)


@transaction.atomic
def delete_idea(*, by: Member, idea: Idea) -> None:
    """Take a neon card away; an act it became stays in the playbook. Raises ValueError when the board says no."""
    board.act(by=by, journey=idea.journey, ops=[{"op": "delete", "card": idea.key}])
    wrote(actor=by, did="idea.deleted", on=idea)


@transaction.atomic
def commit_idea(*, by: Member, idea: Idea, **fields: Any) -> Act:
    """Put a neon card into the playbook as an act; `fields` as `edit_act` takes them.

    A card that is already there gives its act. Raises ValueError naming the field.
    """
    if idea.act is not None:
        return idea.act
    board.act(by=by, journey=idea.journey, ops=[{"op": "commit", "idea": idea.key, "act": fields}])
    idea.refresh_from_db()
    return cast("Act", idea.act)


@transaction.atomic
def edit_act(*, by: Member, act: Act, **fields: Any) -> Act:
    """Write an act anew: title, principle, instance, kind, minutes, money (minor units), may_decide, aim, anyway,
    fits (situations), light, asks_smile. Raises ValueError naming the field.
    """
    playbook.write(act, fields)
    wrote(actor=by, did="act.edited", on=act)
    return act


@transaction.atomic
def retire_act(*, by: Member, act: Act, back: bool = False) -> None:
    """Retire an act, or bring it back. Only people decide this, never results."""
    act.retired_at = None if back else clock.now()
    act.save(update_fields=["retired_at"])
    wrote(actor=by, did="act.brought_back" if back else "act.retired", on=act)
