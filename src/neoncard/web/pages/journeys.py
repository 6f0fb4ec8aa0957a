"""Journeys: white cards in a row, neon cards in the gaps between. The same tables as the live board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from neoncard import access, library
from neoncard.design import actions, queries
from neoncard.design.board import queries as boards
from neoncard.design.board.rules import Refused
from neoncard.design.tables import Idea, Journey, Kind, Step
from neoncard.web.pages.ideas import suggested
from neoncard.web.pages.in_out import ways_out
from neoncard.web.pages.journey_forms import (
    IdeaAnew,
    IdeaForm,
    JourneyAnew,
    JourneyForm,
    StepAnew,
    StepForm,
)
from neoncard.web.pages.playbook import ActForm, count
from neoncard.web.taps import tapped


@access.only()
@require_GET
def journeys(request: HttpRequest) -> HttpResponse:
    """The journeys there are, and a new one to begin."""
    return _list(request, JourneyForm())


def _list(request: HttpRequest, form: forms.Form) -> HttpResponse:
    rows = list(queries.journeys())
    return render(
        request,
        "design/journeys.html",
        {
            "nav": "journeys",
            "journeys": rows,
            "form": form,
            "starters": library.journeys(access.me(request).language or "en"),
        },
    )


@access.only()
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a journey: empty, or a copy of a starter."""
    starter = request.POST.get("starter", "")
    form = JourneyForm(request.POST)
    if not starter and not form.is_valid():
        return _list(request, form)
    try:
        row = actions.begin_journey(
            by=access.me(request), title=request.POST.get("title", ""), starter=starter
        )
    except ValueError as why:
        messages.error(request, str(why).partition(": ")[2])
        return redirect("journeys")
    return redirect("journey", row.pk)


@access.only()
@require_GET
def journey(request: HttpRequest, id: int) -> HttpResponseBase:
    """The cards of one journey, in order."""
    return _page(request, access.journey(access.me(request), id))


def _page(request: HttpRequest, row: Journey, **touched: int) -> HttpResponse:
    member = access.me(request)
    laid = queries.laid(member, row)
    count(member, [idea.act for idea in laid.ideas if idea.act])
    context = {
        "nav": "journeys",
        "journey": row,
        "laid": laid,
        "leads": boards.member_who(member, row).leads,
        "formats": ways_out(),
        **touched,
    }
    return render(request, "design/journey.html", context)


def _form(
    request: HttpRequest,
    row: Journey,
    form: forms.Form,
    save: Callable[[dict[str, Any]], object],
    **words: Any,
) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        try:
            save(form.cleaned_data)
        except Refused as why:
            form.add_error(why.field if why.field in form.fields else None, why.reason.say(_))
        except ValueError as why:
            field, _colon, text = str(why).partition(": ")
            form.add_error(field if field in form.fields else None, text)
        else:
            return redirect("journey", row.pk)
    context = {"nav": "journeys", "journey": row, "form": form, **words}
    return render(request, "design/form.html", context)


@access.only()
def edit(request: HttpRequest, id: int) -> HttpResponseBase:
    """A journey's title and intro."""
    member = access.me(request)
    row = access.journey(member, id)
    initial = {"title": row.title, "intro": row.intro, "base": row.seq}
    form = JourneyAnew(request.POST or None, initial=initial)
    return _form(
        request,
        row,
        form,
        lambda data: actions.name_journey(by=member, journey=row, **data),
        title=_("This journey"),
        away=reverse("journey_archive", args=[row.pk]),
        away_label=_("Put this journey away"),
    )


@access.only()
@require_POST
def archive(request: HttpRequest, id: int) -> HttpResponseBase:
    """Put a journey away; nothing on it is lost."""
    member = access.me(request)
    row = access.journey(member, id)
    actions.archive_journey(by=member, journey=row)
    messages.success(request, _("Put away: %(title)s") % {"title": row.title})
    return redirect("journeys")


def _after(request: HttpRequest, row: Journey) -> Step | None:
    at = request.GET.get("after", "")
    if not at.isdecimal():
        return None
    step = access.step(access.me(request), int(at))
    return step if step.journey_id == row.pk else None


@access.only()
def step_add(request: HttpRequest, id: int) -> HttpResponseBase:
    """A new white card, at the end or after `?after=`."""
    member = access.me(request)
    row = access.journey(member, id)
    after = _after(request, row)
    return _form(
        request,
        row,
        StepForm(request.POST or None),
        lambda data: actions.add_step(by=member, journey=row, after=after, **data),
        title=_("A white card"),
        where=after,
    )


@access.only()
def step_edit(request: HttpRequest, id: int) -> HttpResponseBase:
    """A white card, written anew or taken away."""
    member = access.me(request)
    step = access.step(member, id)
    initial = {name: getattr(step, name) for name in StepForm.base_fields}
    initial["base"] = step.journey.seq
    return _form(
        request,
        step.journey,
        StepAnew(request.POST or None, initial=initial),
        lambda data: actions.edit_step(by=member, step=step, **data),
        title=_("A white card"),
        away=reverse("step_delete", args=[step.pk]),
        away_label=_("Take this card away"),
        away_note=_("The neon cards after it stay, in the gap before it."),
    )


def _done(request: HttpRequest, change: Callable[[], object]) -> None:
    """Make a change; the board's refusal (locked, or while people vote) becomes a message."""
    try:
        change()
    except Refused as why:
        messages.error(request, why.reason.say(_))


def _moved(request: HttpRequest, row: Journey, **touched: int) -> HttpResponseBase:
    # The card that moved keeps its buttons open, so that focus stays on it.
    place = "".join(
        f"#{'idea' if name == 'touched_idea' else 'step'}-{pk}" for name, pk in touched.items()
    )
    to = reverse("journey", args=[row.pk]) + place
    return tapped(request, to=to, again=lambda: _page(request, row, **touched))


@access.only()
@require_POST
def step_move(request: HttpRequest, id: int) -> HttpResponseBase:
    """A white card one place earlier or later."""
    member = access.me(request)
    step = access.step(member, id)
    later = request.POST.get("to") == "later"
    _done(request, lambda: actions.move_step(by=member, step=step, later=later))
    return _moved(request, step.journey, touched=step.pk)


@access.only()
@require_POST
def step_delete(request: HttpRequest, id: int) -> HttpResponseBase:
    """Take a white card away."""
    member = access.me(request)
    step = access.step(member, id)
    row = step.journey
    _done(request, lambda: actions.delete_step(by=member, step=step))
    return redirect("journey", row.pk)


@access.only()
def idea_add(request: HttpRequest, id: int) -> HttpResponseBase:
    """A new neon card, in the gap after `?after=` or before the first step."""
    member = access.me(request)
    row = access.journey(member, id)
    after = _after(request, row)
    return _form(
        request,
        row,
        IdeaForm(request.POST or None, initial={"kind": Kind.WORD}),
        lambda data: actions.add_idea(by=member, journey=row, after=after, **data),
        title=_("A neon card"),
        where=after,
        neon=True,
        suggested=suggested(member, row, after) if request.method == "GET" else [],
    )


@access.only()
def idea_edit(request: HttpRequest, id: int) -> HttpResponseBase:
    """A neon card, written anew or taken away."""
    member = access.me(request)
    idea = access.idea(member, id)
    initial = {name: getattr(idea, name) for name in IdeaForm.base_fields}
    initial["base"] = idea.journey.seq
    return _form(
        request,
        idea.journey,
        IdeaAnew(request.POST or None, initial=initial),
        lambda data: actions.edit_idea(by=member, idea=idea, **data),
        title=_("A neon card"),
        where=idea.after_step,
        neon=True,
        away=reverse("journey_idea_delete", args=[idea.pk]),
        away_label=_("Take this card away"),
    )


@access.only()
@require_POST
def idea_move(request: HttpRequest, id: int) -> HttpResponseBase:
    """A neon card one place earlier or later, over into the next gap."""
    member = access.me(request)
    idea = access.idea(member, id)
    later = request.POST.get("to") == "later"
    _done(request, lambda: actions.move_idea(by=member, idea=idea, later=later))
    return _moved(request, idea.journey, touched_idea=idea.pk)


@access.only()
@require_POST
def idea_delete(request: HttpRequest, id: int) -> HttpResponseBase:
    """Take a neon card away."""
    member = access.me(request)
    idea = access.idea(member, id)
    row = idea.journey
    _done(request, lambda: actions.delete_idea(by=member, idea=idea))
    return redirect("journey", row.pk)


@access.only()
def idea_commit(request: HttpRequest, id: int) -> HttpResponseBase:
    """Put a neon card into the playbook, with all that makes it an act."""
    member = access.me(request)
    idea = access.idea(member, id)
    if idea.act is not None:
        return redirect("act", idea.act.pk)
    form = ActForm(request.POST or None, member=member, initial=_as_act(idea))
    return _form(
        request,
        idea.journey,
        form,
        lambda data: actions.commit_idea(by=member, idea=idea, **data),
        title=_("Into the playbook"),
        lead=idea.text,
        where=idea.after_step,
    )


def _as_act(idea: Idea) -> dict[str, Any]:
    short = idea.text if len(idea.text) <= 80 else ""
    return {
        "title": short,
        "instance": "" if short else idea.text,
        "principle": idea.principle,
        "kind": idea.kind,
        "aim": idea.aim,
        "minutes": 1,
    }
