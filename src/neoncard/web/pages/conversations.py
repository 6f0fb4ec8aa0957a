"""Conversations: one's own with what was noticed in them; a lead's by ticket number, without marks (P10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from neoncard import access
from neoncard.encounters import queries as encounters
from neoncard.encounters.tables import Message
from neoncard.kindness.tables import Kindness
from neoncard.notice import actions, queries
from neoncard.notice.rules import pieces
from neoncard.notice.tables import Mark
from neoncard.people import queries as people
from neoncard.people.tables import OptOut
from neoncard.web.labels import HEAVY, label

PAGE = 50


@dataclass(frozen=True, slots=True)
class Noticed:
    """A mark as the page shows it."""

    id: int
    label: str
    evidence: str
    boilerplate: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a message: what it is called (""), and whether it hurts or is copied."""

    text: str
    title: str = ""
    heavy: bool = False
    copied: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the page shows it."""

    message: Message
    parts: list[Part]
    noticed: list[Noticed]


@access.only()
@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """`/conversations/`: one's own, newest first, 50 a page; `?ticket=` opens one. Nobody else's are listed (P10)."""
    member = access.me(request)
    ticket = request.GET.get("ticket", "").strip()
    missing = False
    if ticket:
        try:
            found = access.encounter_by_ticket(member, ticket)
        except Http404:
            missing = True
        else:
            return redirect("conversation", found.encounter.pk)
    page = Paginator(encounters.own(member), PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "conversations",
        "page": page,
        "newer": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "older": f"?page={page.next_page_number()}" if page.has_next() else "",
        "ticket": ticket,
        "missing": missing,
    }
    status = 404 if missing else 200
    return render(request, "encounters/conversations.html", context, status=status)


@access.only()
@require_safe
def conversation(request: HttpRequest, id: int) -> HttpResponse:
    """`/conversations/<id>`: to its agent with what was noticed; to a lead its text and no more (P10)."""
    member = access.me(request)
    opened = access.encounter(member, id)
    encounter = opened.encounter
    marks: dict[int, list[Mark]] = {}
    if opened.own and not people.opted_out(member, OptOut.Feature.NOTICE):
        for mark in queries.marks_of(encounter):
            marks.setdefault(mark.message_id, []).append(mark)
    proposed = access.kindnesses_of(member).filter(
        encounter=encounter, state=Kindness.State.PROPOSED
    )
    said = [_shown(row, marks.get(row.pk, [])) for row in encounters.messages_of(encounter)]
    context: dict[str, Any] = {
        "nav": "conversations",
        "encounter": encounter,
        "own": opened.own,
        "said": said,
        "proposals": [(row, _quote(row)) for row in proposed.select_related("giver", "quote")]
        if opened.own
        else [],
        "rating": encounters.rating(encounter),
        "keep_days": settings.NEONCARD_KEEP_TEXT_DAYS,
    }
    return render(request, "encounters/conversation.html", context)


def _quote(row: Kindness) -> str:
    return row.quote.text[row.quote_start : row.quote_end].strip() if row.quote else ""


def _shown(message: Message, marks: list[Mark]) -> Shown:
    parts = [
        Part(
            piece.text,
            ", ".join(dict.fromkeys(label(marks[n].label) for n in piece.covers)),
            any(marks[n].label in HEAVY for n in piece.covers),
            any(bool(marks[n].boilerplate) for n in piece.covers),
        )
        for piece in pieces(message.text, [(mark.start, mark.end) for mark in marks])
    ]
    noticed = [
        Noticed(
            mark.pk,
            label(mark.label),
            message.text[mark.start : mark.end],
            bool(mark.boilerplate),
        )
        for mark in marks
    ]
    return Shown(message, parts, noticed)


@access.only()
@require_POST
def wrong(request: HttpRequest, id: int) -> HttpResponse:
    """ "This isn't right": the agent takes a mark away, and a proposal that rests on it."""
    member = access.me(request)
    mark = access.mark(member, id)
    actions.call_wrong(by=member, mark=mark)
    messages.success(request, _("Taken away. Nothing rests on it any more."))
    return redirect("conversation", mark.encounter_id)
