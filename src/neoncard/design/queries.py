"""Reads of journeys and the playbook that more than one caller needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery

from neoncard.design.tables import Act, Idea, Journey, Step
from neoncard.people.tables import Member


def _count(rows: QuerySet[Step]) -> Subquery:
    counted = rows.order_by().values("journey").annotate(n=Count("pk")).values("n")
    return Subquery(counted, output_field=IntegerField())


def acts() -> QuerySet[Act]:
    """Acts with the step they belong to, `steps` in its journey and `step_number` from 1; lazy, one query."""
    here = Step.objects.filter(journey=OuterRef("step__journey"))
    return (
        Act.objects.select_related("step__journey")
        .annotate(
            steps=_count(here), step_number=_count(here.filter(pos__lte=OuterRef("step__pos")))
        )
        .order_by(F("step__journey").asc(nulls_first=True), "step__pos", "title")
    )


def playbook() -> QuerySet[Act]:
    """The acts in use; lazy, one query."""
    return acts().filter(retired_at=None)


def on_a_journey(ids: Iterable[int]) -> QuerySet[Act]:
    """The acts in use that belong to a step, and those with these ids; lazy, one query."""
    return acts().filter(Q(pk__in=set(ids)) | Q(retired_at=None, step__isnull=False))


def by_ids(ids: Iterable[int]) -> dict[int, Act]:
    """Acts by id, retired ones too (what was offered stays readable). One query; none without ids."""
    wanted = set(ids)
    return {act.pk: act for act in acts().filter(pk__in=wanted)} if wanted else {}


def journeys() -> QuerySet[Journey]:
    """Journeys not put away, with how many cards lie on them (`white`, `neon`); lazy, one query."""
    return (
        Journey.objects.filter(archived_at=None)
        .select_related("team")
        .annotate(
            white=Count("steps", distinct=True),
            neon=Count("ideas", distinct=True, filter=Q(ideas__hidden=False)),
        )
        .order_by("outline", "pk")
    )


@dataclass(frozen=True, slots=True)
class Laid:
    """A journey as it lies: ideas before the first step, each step with the ideas after it, and all ideas."""

    before: list[Idea]
    steps: list[Step]
    ideas: list[Idea]

    @property
    def last(self) -> Step | None:
        """The last step, or None."""
        return self.steps[-1] if self.steps else None


def laid(member: Member | None, journey: Journey) -> Laid:
    """A journey's cards in order, as this member or a guest may see them; `step.after` holds the gap's ideas.

    Two queries.
    """
    open_ones = Q(hidden=False)
    shown = open_ones | Q(author=member) if member else open_ones
    seen = Idea.objects.filter(shown).select_related("act")
    ideas = list(seen.filter(journey=journey).order_by("pos", "pk"))
    steps = list(Step.objects.filter(journey=journey).order_by("pos", "pk"))
    for step in steps:
        step.after = [idea for idea in ideas if idea.after_step_id == step.pk]  # type: ignore[attr-defined]
    return Laid([idea for idea in ideas if idea.after_step_id is None], steps, ideas)
