"""A picture beside a kindness: put there, looked at, released by whoever can be recognised in it, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from neoncard import access
from neoncard.people.tables import Member
from neoncard.share import actions, queries
from neoncard.share.pictures import MOST, picture_hash
from neoncard.share.tables import Picture, Post
from neoncard.web.faces import listed
from neoncard.web.pages.forms import blame
from neoncard.web.people_form import PeopleField, PeopleForm

MYSELF = "myself"


class PictureForm(PeopleForm):
    """A picture with words for it, its credit and its licence, and who can be recognised in it (P6)."""

    picture = forms.FileField(
        label=gettext_lazy("The picture"),
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, 3 MB at most. Where and with what it was taken is removed."
        ),
    )
    alt = forms.CharField(label=gettext_lazy("What is on it, for who can’t see it"), max_length=200)
    credit = forms.CharField(label=gettext_lazy("Who took it"), max_length=120)
    licence = forms.CharField(
        label=gettext_lazy("Licence"), max_length=60, initial=gettext_lazy("for this company only")
    )
    faces = forms.ChoiceField(
        label=gettext_lazy("Can anybody be recognised in it?"),
        choices=[
            ("nobody", gettext_lazy("Nobody")),
            (MYSELF, gettext_lazy("Only me")),
            ("colleagues", gettext_lazy("Colleagues, whom I tick below")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Each of them is asked first; until then only they and you see it. "
            "A customer or a child in it can’t be asked here: take another picture."
        ),
        error_messages={"required": gettext_lazy("Say whether anybody can be recognised.")},
    )
    to = PeopleField(label=gettext_lazy("Who?"), required=False)

    def clean(self) -> dict[str, Any]:
        """Colleagues who can be recognised are named."""
        data = super().clean() or self.cleaned_data
        if data.get("faces") == "colleagues" and not data.get("to"):
            self.add_error("to", _("Tick everybody who can be recognised."))
        return data

    def pictured(self, by: Member) -> list[Member]:
        """Everybody who can be recognised; whoever was ticked is, whatever else was said."""
        own = [by] if self.cleaned_data["faces"] == MYSELF else []
        return [*own, *self.chosen]


@dataclass(frozen=True, slots=True)
class Beside:
    """A picture as a kindness's page shows it; `waits`: who has not said yes yet; `mine`: the viewer can be recognised."""

    picture: Picture
    waits: str
    mine: bool


def beside(found: Picture | None, post: Post, member: Member) -> Beside | None:
    """The picture beside the kindness of `post`, if the member may look at it. No query."""
    if found is None or not queries.may_look(found, member, post):
        return None
    faces = found.likenesses.all()
    waits = [one.member.known_as for one in faces if one.released_at is None]
    mine = any(one.member_id == member.pk for one in faces)
    return Beside(found, listed(waits) if waits else "", mine)


@access.only()
def picture_add(request: HttpRequest, id: int) -> HttpResponse:
    """`/kindness/<id>/picture/add`: put a picture beside a kindness one gave."""
    member = access.me(request)
    row = access.given(member, id)
    form = PictureForm(request.POST or None, files=request.FILES or None, member=member)
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        pictured = form.pictured(member)
        try:
            actions.add_picture(
                by=member,
                kindness=row,
                body=data["picture"].read(MOST + 1),
                alt=data["alt"],
                credit=data["credit"],
                licence=data["licence"],
                pictured=pictured,
            )
        except ValueError as problem:
            blame(form, problem)
        else:
            asked = [one.known_as for one in pictured if one != member]
            said = (
                _("The picture is there for you. Others see it once %(names)s said yes.")
                % {"names": listed(asked)}
                if asked
                else _("The picture is beside it. Anyone in it can take it away.")
            )
            messages.success(request, said)
            return redirect("kindness", id)
    status = 422 if form.errors else 200
    context = {"form": form, "kindness": row, "nav": "wall"}
    return render(request, "share/picture_add.html", context, status=status)


@access.only()
def picture(request: HttpRequest, id: int) -> HttpResponse:
    """`/kindness/<id>/picture`: the picture itself, to whoever may look at it."""
    found = access.picture(access.me(request), id)
    response = HttpResponse(bytes(found.body), content_type=found.kind)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@access.only()
def picture_mine(request: HttpRequest, id: int) -> HttpResponse:
    """`/kindness/<id>/picture/mine`: a picture one can be recognised in: let others see it, or not (P6)."""
    member = access.me(request)
    row = access.picture_of(member, id)
    if request.method == "POST":
        return _decide(request, member, row)
    mine = next(one for one in row.likenesses.all() if one.member_id == member.pk)
    context = {
        "nav": "wall",
        "picture": row,
        "mine": mine,
        "read": picture_hash(bytes(row.body)),
        "others": listed(
            one.member.known_as for one in row.likenesses.all() if one.member_id != member.pk
        )
        if len(row.likenesses.all()) > 1
        else "",
    }
    return render(request, "share/picture_mine.html", context)


def _decide(request: HttpRequest, member: Member, row: Picture) -> HttpResponse:
    if "away" in request.POST:
        actions.drop_picture(by=member, kindness=row.kindness)
        messages.success(request, _("The picture is gone."))
        return redirect("wall")
    if "back" in request.POST:
        actions.withdraw_picture(by=member, picture=row)
        messages.success(request, _("Taken back. Nobody but you and who put it there sees it now."))
    else:
        try:
            actions.release_picture(by=member, picture=row, read=request.POST.get("read", ""))
        except ValueError as problem:
            said = str(problem).partition(": ")[2]
            messages.error(request, f"{said[:1].upper()}{said[1:]}.")
        else:
            messages.success(request, _("Released. You can take it back at any time."))
    return redirect("picture_mine", row.kindness_id)


@access.only()
@require_POST
def picture_drop(request: HttpRequest, id: int) -> HttpResponse:
    """Take the picture away; anyone in the kindness may (P6)."""
    member = access.me(request)
    actions.drop_picture(by=member, kindness=access.kindness_in(member, id))
    messages.success(request, _("The picture is gone."))
    return redirect("kindness", id)
