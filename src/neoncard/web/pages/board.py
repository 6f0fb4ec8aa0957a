"""The live workshop board's pages: the board itself, its guests, its history, and beginning a workshop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from neoncard import access
from neoncard.design import queries
from neoncard.design.board import actions, audience
from neoncard.design.board import queries as boards
from neoncard.design.board.rules import Refused, Who
from neoncard.design.board.tables import Guest
from neoncard.design.tables import Aim, Journey, Kind
from neoncard.kit import limits
from neoncard.people import queries as people
from neoncard.web import guests
from neoncard.web.board_words import words
from neoncard.web.pages.forms import blame
from neoncard.web.pages.journey_forms import CHANNELS, LEVELS
from neoncard.web.pages.playbook import FITS, count

DID = {
    "add_step": gettext_lazy("laid a white card"),
    "add_idea": gettext_lazy("laid a neon card"),
    "set": gettext_lazy("wrote"),
    "move": gettext_lazy("moved a card"),
    "delete": gettext_lazy("took a card away"),
    "comment": gettext_lazy("commented"),
    "resolve": gettext_lazy("settled a comment"),
    "board": gettext_lazy("named the journey"),
    "phase": gettext_lazy("went on to another phase"),
    "reveal": gettext_lazy("turned the cards over"),
    "timer": gettext_lazy("set the timer"),
    "budget": gettext_lazy("set how many votes each has"),
    "lock": gettext_lazy("locked or unlocked the board"),
    "summon": gettext_lazy("pointed at a card"),
    "commit": gettext_lazy("put a card into the playbook"),
    "undo": gettext_lazy("took a step back"),
}
PAGE = 50


def _pairs(choices: Any) -> list[list[Any]]:
    return [[value, str(label)] for value, label in choices]


def _start(row: Journey, who: Who, name: str, lists: str) -> dict[str, Any]:
    """What the board's script begins with; everything else comes over its socket."""
    return {
        "id": row.pk,
        "socket": f"/live/journeys/{row.pk}",
        "you": {"actor": who.actor, "name": name, "role": who.role},
        "may_spend": who.may_spend,
        "lists": lists,
        "acts": reverse("playbook"),
        "kinds": _pairs(Kind.choices),
        "aims": _pairs(Aim.choices),
        "levels": _pairs(LEVELS),
        "channels": _pairs(CHANNELS),
        "fits": _pairs(FITS.items()),
        "words": words(),
        "suggest": _there(f"/journeys/{row.pk}/ideas/suggest") if who.role != "guest" else "",
        "signin": resolve_url(settings.LOGIN_URL),
        "links": [] if who.role == "guest" else _links(row, who),
    }


def _links(row: Journey, who: Who) -> list[list[str]]:
    """Where a member can go from the board: [address, what it is called]."""
    here = f"/journeys/{row.pk}"
    found = [
        (f"{here}/guests" if who.leads else "", _("Guests")),
        (f"{here}/cards", _("Print the cards")),
        (f"{here}/history", _("Who changed what")),
    ]
    return [[path, said] for path, said in found if _there(path)]


def _there(path: str) -> str:
    """`path` when a page answers there, else empty."""
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path


@access.only()
@require_GET
def board(request: HttpRequest, id: int) -> HttpResponse:
    """The live board; without a script, its cards as lists."""
    member = access.me(request)
    row = access.journey(member, id)
    who = boards.member_who(member, row)
    laid = queries.laid(member, row)
    count(member, [idea.act for idea in laid.ideas if idea.act])
    return render(
        request,
        "design/board.html",
        {
            "nav": "journeys",
            "journey": row,
            "laid": laid,
            "start": _start(row, who, member.known_as, reverse("journey", args=[row.pk])),
            "leads": who.leads,
        },
    )


@access.only()
@require_POST
def hold(request: HttpRequest, id: int) -> HttpResponseBase:
    """Begin a workshop: whoever begins it facilitates."""
    member = access.me(request)
    row = access.journey(member, id)
    try:
        actions.hold(by=member, journey=row)
    except Refused as why:
        messages.error(request, why.reason.say(_))
        return redirect("journey", row.pk)
    return redirect("board", row.pk)


class LinkForm(forms.Form):
    """A new link for guests."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("How long is it good?"),
        choices=[
            (1, gettext_lazy("a day")),
            (7, gettext_lazy("a week")),
            (30, gettext_lazy("a month")),
        ],
        coerce=int,
    )


@access.only()
def guest_links(request: HttpRequest, id: int) -> HttpResponseBase:
    """The links by which guests come to a board: make one, withdraw one. Its facilitators' page."""
    member = access.me(request)
    row = access.led_board(member, id)
    form = LinkForm(request.POST or None)
    address = ""
    if request.method == "POST" and "withdraw" in request.POST:
        actions.withdraw_link(by=member, link=access.guest_link(row, request.POST["withdraw"]))
        messages.success(request, _("Withdrawn. Whoever came by it has been shown out."))
        return redirect("journey_guests", row.pk)
    if request.method == "POST" and form.is_valid():
        token = actions.make_link(by=member, journey=row, days=form.cleaned_data["days"])
        address = request.build_absolute_uri(reverse("guest_board", args=[token]))
    context = {"nav": "journeys", "journey": row, "links": boards.links(row), "form": form}
    return render(request, "design/guests.html", {**context, "address": address})


class NameForm(forms.Form):
    """What a guest is called on the board."""

    name = forms.CharField(
        label=gettext_lazy("How shall the others call you?"),
        max_length=60,
        help_text=gettext_lazy("It stands beside what you write, for as long as the link lasts."),
    )


@access.open_to_all
def guest_board(request: HttpRequest, token: str) -> HttpResponseBase:
    """A guest's way to one board: a name first, then the board."""
    network = limits.prefix(request.META.get("REMOTE_ADDR", ""))
    if not limits.allow(f"board-link:{network}", 600, 600):
        return render(request, "thank/gone.html", status=429)
    link = access.board_by_link(token)
    row = link.journey
    known = guests.read(request.COOKIES)
    guest = boards.guest(known[1], row.pk) if known and known[0] == row.pk else None
    if guest is not None:
        return _guest_board(request, row, guest)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # A whole office comes from one address, and a workshop all at once: the limit is the link's.
        if not limits.allow(f"board-join:{link.pk}", 500, 3600):
            return render(request, "thank/gone.html", status=429)
        try:
            guest = actions.join(link=link, name=form.cleaned_data["name"])
        except ValueError as why:
            blame(form, why)
        else:
            answer = redirect("guest_board", token)
            guests.give(answer, guest, row.pk, request.path)
            return answer
    return render(request, "design/guest.html", {"journey": row, "form": form})


def _guest_board(request: HttpRequest, row: Journey, guest: Guest) -> HttpResponse:
    who = Who(f"g{guest.pk}", "guest")
    start = _start(row, who, guest.name, request.path)
    laid = queries.laid(None, row)
    context = {"journey": row, "laid": laid, "start": start, "guest": guest, "leads": False}
    return render(request, "design/board.html", context)


@access.only()
@require_GET
def history(request: HttpRequest, id: int) -> HttpResponse:
    """Who changed what on a board, newest first; `?before=` goes further back. Votes are nobody's business."""
    member = access.me(request)
    row = access.journey(member, id)
    before = request.GET.get("before", "")
    found = boards.history(row, int(before) if before.isdecimal() else None, PAGE)
    viewer = f"m{member.pk}"
    lines = [
        {
            "who": one["who"],
            "at": one["at"],
            "did": DID.get(one["done"].did, one["done"].did),
            "words": audience.words(one["done"].effects, viewer),
            "before": audience.words(one["done"].inverse, viewer),
        }
        for one in found
    ]
    return render(
        request,
        "design/history.html",
        {
            "nav": "journeys",
            "journey": row,
            "lines": lines,
            "further": found[-1]["done"].seq if len(found) == PAGE else None,
            "leads": people.leads(member),
        },
    )
