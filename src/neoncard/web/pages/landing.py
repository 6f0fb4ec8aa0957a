"""What belongs to thanks around the sending: a hint before, who else helped, how it landed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from neoncard import access
from neoncard.kindness.tables import Kindness
from neoncard.people.queries import colleagues
from neoncard.people.tables import Member
from neoncard.share import actions
from neoncard.share.hints import hint_on
from neoncard.share.tables import Landed
from neoncard.web.people_form import PeopleForm


@access.only()
@require_POST
def hint(request: HttpRequest) -> HttpResponse:
    """A gentle hint on what is being written, for htmx; it blocks nothing and keeps nothing (E7)."""
    return render(request, "share/_hint.html", {"said": hint_on(request.POST.get("words", ""))})


@access.only()
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Colleagues whose name begins as typed, for htmx; in a large company nobody is shown everyone to tick."""
    data = request.POST.copy()
    data["find"] = "1"
    form = PeopleForm(data, member=access.me(request))
    form.one = "one" in data
    return render(request, "components/pick_list.html", {"form": form, "ticked": form.ticked})


@access.only()
@require_POST
def also(request: HttpRequest, id: int) -> HttpResponse:
    """Who else helped (E10)? More people into thanks just given."""
    member = access.me(request)
    row = access.given(member, id)
    wanted = [one for one in request.POST.getlist("to") if one.isdecimal() and len(one) < 18]
    people = list(colleagues(member).filter(pk__in=wanted))
    try:
        actions.also(by=member, kindness=row, to=people)
    except ValueError as problem:
        messages.error(request, _said(problem))
    else:
        if people:
            messages.success(request, _("They are in it too."))
    return redirect("kindness", id)


@access.only()
@require_POST
def land(request: HttpRequest, id: int) -> HttpResponse:
    """How it landed, in one tap: the receiver's word, or the giver's guess before it (E8)."""
    member = access.me(request)
    row = access.kindness_in(member, id)
    try:
        actions.land(member=member, kindness=row, word=request.POST.get("word", ""))
    except ValueError as problem:
        messages.error(request, _said(problem))
    else:
        if row.giver.member_id != member.pk:
            messages.success(request, _("They will see it. It is more than they guess, mostly."))
    return redirect("kindness", id)


def _said(problem: ValueError) -> str:
    words = str(problem).partition(": ")[2]
    return f"{words[:1].upper()}{words[1:]}."


def mirror(row: Kindness, member: Member, gave: bool) -> dict[str, Any]:
    """What the impact mirror shows on a kindness's page (E8): one's own word, and to its giver what came back.

    One query.
    """
    words = {one.member_id: one for one in row.landed.select_related("member")}
    own = words.pop(member.pk, None)
    return {
        "own": own,
        "choices": Landed.Word.choices,
        "back": list(words.values()) if gave else [],
        "open": own is None and not (gave and words),
    }
