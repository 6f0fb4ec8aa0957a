"""The only writer of journeys, steps, ideas and the playbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from neoncard import library
from neoncard.design import rules
from neoncard.design.tables import Act, Aim, Idea, Journey, Kind, Step
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
            title=_needed("title", title, 120), made_by=by, team=by.team, made_at=clock.now()
        )
    wrote(actor=by, did="journey.begun", on=row)
    return row


def _needed(field: str, text: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise ValueError(f"{field}: a few words are needed")
    if len(text) > most:
        raise ValueError(f"{field}: at most {most} characters; shorten it a little")
    return text


@transaction.atomic
def name_journey(*, by: Member, journey: Journey, title: str, intro: str = "") -> Journey:
    """Give a journey its title and a sentence or two. Raises ValueError naming the field."""
    journey.title = _needed("title", title, 120)
    journey.intro = intro.strip()
    journey.save(update_fields=["title", "intro"])
    wrote(actor=by, did="journey.named", on=journey)
    return journey


@transaction.atomic
def archive_journey(*, by: Member, journey: Journey, back: bool = False) -> None:
    """Put a journey away, or bring it back; nothing on it is lost."""
    journey.archived_at = None if back else clock.now()
    journey.save(update_fields=["archived_at"])
    wrote(actor=by, did="journey.brought_back" if back else "journey.archived", on=journey)


def _order(journey: Journey) -> list[int]:
    return list(
        Step.objects.filter(journey=journey).order_by("pos", "pk").values_list("pk", flat=True)
    )


def _number_steps(order: Sequence[int]) -> None:
    Step.objects.bulk_update([Step(pk=pk, pos=pos) for pos, pk in enumerate(order)], ["pos"])


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
    order = _order(journey)
    step = Step.objects.create(
        journey=journey,
        pos=len(order),
        title=_needed("title", title, 120),
        note=note.strip(),
        channel=channel,
        feel_note=feel_note.strip()[:200],
    )
    if after is not None:
        _number_steps(rules.placed([*order, step.pk], step.pk, after.pk))
    wrote(actor=by, did="step.added", on=step)
    return step


@transaction.atomic
def edit_step(
    *, by: Member, step: Step, title: str, note: str = "", channel: str = "", feel_note: str = ""
) -> Step:
    """Write a white card anew. Raises ValueError naming the field."""
    step.title = _needed("title", title, 120)
    step.note, step.channel = note.strip(), channel
    step.feel_note = feel_note.strip()[:200]
    step.save(update_fields=["title", "note", "channel", "feel_note"])
    wrote(actor=by, did="step.edited", on=step)
    return step


@transaction.atomic
def move_step(*, by: Member, step: Step, later: bool) -> None:
    """Move a white card one place; the ideas after it go with it."""
    _number_steps(rules.moved(_order(step.journey), step.pk, later))
    wrote(actor=by, did="step.moved", on=step)


@transaction.atomic
def delete_step(*, by: Member, step: Step) -> None:
    """Take a white card away. Its ideas stay, after what lay there: they move to the gap before it."""
    gap = rules.gap_without(_order(step.journey), step.pk)
    there = Idea.objects.filter(journey=step.journey_id, after_step=gap)
    kept = [*there.order_by("pos", "pk"), *step.ideas.order_by("pos", "pk")]
    for pos, idea in enumerate(kept):
        idea.pos, idea.after_step_id = pos, gap
    Idea.objects.bulk_update(kept, ["pos", "after_step"])
    wrote(actor=by, did="step.deleted", on=step)
    step.delete()
    _number_steps(_order(step.journey))


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
    there = Idea.objects.filter(journey=journey, after_step=after).count()
    idea = Idea.objects.create(
        journey=journey,
        after_step=after,
        pos=there,
        author=by,
        text=_needed("text", text, 300),
        **_made_of(kind, aim, level),
        cost=cost.strip()[:80],
        principle=principle.strip(),
    )
    wrote(actor=by, did="idea.added", on=idea)
    return idea


def _made_of(kind: str, aim: str, level: int) -> dict[str, Any]:
    if level not in rules.LEVELS:
        raise ValueError("level: from 1 (basic) to 5 (unbelievable)")
    return {"kind": Kind(kind), "aim": Aim(aim), "level": level}


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
) -> Idea:
    """Write a neon card anew. Raises ValueError naming the field."""
    idea.text = _needed("text", text, 300)
    for field, value in _made_of(kind, aim, level).items():
        setattr(idea, field, value)
    idea.cost, idea.principle = cost.strip()[:80], principle.strip()
    idea.save(update_fields=["text", "kind", "aim", "level", "cost", "principle"])
    wrote(actor=by, did="idea.edited", on=idea)
    return idea


@transaction.atomic
def move_idea(*, by: Member, idea: Idea, later: bool) -> None:
    """Move a neon card one place, over into the next gap from the end of one."""
    ideas = {
        row.pk: row for row in Idea.objects.filter(journey=idea.journey_id).order_by("pos", "pk")
    }
    laid: dict[int | None, list[int]] = {}
    for row in ideas.values():
        laid.setdefault(row.after_step_id, []).append(row.pk)
    for gap, row_ids in rules.idea_moved(_order(idea.journey), laid, idea.pk, later).items():
        for pos, pk in enumerate(row_ids):
            ideas[pk].pos, ideas[pk].after_step_id = pos, gap
    Idea.objects.bulk_update(ideas.values(), ["pos", "after_step"])
    wrote(actor=by, did="idea.moved", on=idea)


@transaction.atomic
def delete_idea(*, by: Member, idea: Idea) -> None:
    """Take a neon card away; an act it became stays in the playbook."""
    wrote(actor=by, did="idea.deleted", on=idea)
    idea.delete()


@transaction.atomic
def commit_idea(*, by: Member, idea: Idea, **fields: Any) -> Act:
    """Put a neon card into the playbook as an act; `fields` as `edit_act` takes them.

    A card that is already there gives its act. Raises ValueError naming the field.
    """
    if idea.act is not None:
        return idea.act
    act = Act(
        step=idea.after_step,
        front_lines=[idea.journey.front_line] if idea.journey.front_line else ["any"],
        made_by=by,
        made_at=clock.now(),
    )
    _write(act, fields)
    idea.act, idea.status = act, Idea.Status.COMMITTED
    idea.save(update_fields=["act", "status"])
    wrote(actor=by, did="idea.committed", on=act)
    return act


@transaction.atomic
def edit_act(*, by: Member, act: Act, **fields: Any) -> Act:
    """Write an act anew: title, principle, instance, kind, minutes, money (minor units), may_decide, aim, anyway,
    fits (situations), light, asks_smile. Raises ValueError naming the field.
    """
    _write(act, fields)
    wrote(actor=by, did="act.edited", on=act)
    return act


WRITTEN = ("title", "principle", "instance", "may_decide", "kind", "aim", "minutes", "money")
TICKED = ("anyway", "fits", "light", "asks_smile")


def _write(act: Act, fields: Mapping[str, Any]) -> None:
    for field in fields.keys() & {*WRITTEN, *TICKED}:
        setattr(act, field, fields[field])
    act.title = _needed("title", act.title, 80)
    act.principle = _needed("principle", act.principle, 2000)
    act.kind, act.aim = Kind(act.kind), Aim(act.aim)
    act.fits = list(act.fits) or ["any"]
    if act.money and act.kind != Kind.TREAT:
        raise ValueError("money: only a treat costs money; words and effort cost minutes")
    act.save()


@transaction.atomic
def retire_act(*, by: Member, act: Act, back: bool = False) -> None:
    """Retire an act, or bring it back. Only people decide this, never results."""
    act.retired_at = None if back else clock.now()
    act.save(update_fields=["retired_at"])
    wrote(actor=by, did="act.brought_back" if back else "act.retired", on=act)
