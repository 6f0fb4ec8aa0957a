"""What is for oneself: a card that recalls one's own kind acts, a keepsake to print, words to show one's lead."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from neoncard import access
from neoncard.do.drive import queries as driving
from neoncard.do.queries import pledge_of
from neoncard.kindness import queries as kept
from neoncard.kindness.rules import CARD
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock
from neoncard.share.voices import actions, queries

KEEPSAKE = 200
OCCASIONS = {
    "grace": gettext_lazy("A pass, on a bad day"),
    CARD: gettext_lazy("A Smile Card"),
}


@access.only()
def recall(request: HttpRequest) -> HttpResponse:
    """`/recall`: before or after a shift, one kind act of one's own, and one thought of the other side (E18)."""
    member = access.me(request)
    given = Kindness.objects.filter(giver__member=member, state=Kindness.State.KEPT)
    acts = [row for row in given.order_by("-at")[:60] if row.words or row.occasion]
    day = clock.today(member.organisation.zone).toordinal()
    act = acts[day % len(acts)] if acts else None
    return render(request, "do/recall.html", {"nav": "today", "act": act})


def _moment(text: str) -> datetime | None:
    """A moment of an address, or None where it can't be read."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None


@access.only()
def keepsake(request: HttpRequest) -> HttpResponse:
    """`/me/keepsake`: what one got, gave and looked back on, 200 a page, to print; no names but one's own (P4)."""
    member = access.me(request)
    before = _moment(request.GET.get("before", ""))
    kinds = {kind: capfirst(str(label)) for kind, label in Party.Kind.choices}
    gave: list[tuple[str, str, str]] = []
    got: list[tuple[str, str, str]] = []
    rows, more = kept.keepsake(member, KEEPSAKE, before)
    for one in rows:
        when = date_format(timezone.localtime(one.at), "j F Y")
        what = f"“{one.words}”" if one.words and not one.mine else one.words
        words = what or str(OCCASIONS.get(one.occasion, one.occasion))
        (gave if one.mine else got).append((words, kinds[one.by], when))
    since = rows[-1].at if more else None
    older = f"{reverse('keepsake')}?{urlencode({'before': since.isoformat()})}" if since else ""
    context = {
        "nav": "me",
        "got": got,
        "gave": gave,
        "lines": driving.lines_between(member, since, before),
        "pledge": None if before else pledge_of(member),
        "older": older,
        "newer": reverse("keepsake") if before else "",
    }
    return render(request, "people/keepsake.html", context)


@access.only()
def show_lead(request: HttpRequest, id: int) -> HttpResponse:
    """`/kindness/<id>/show-lead`: show one lead exactly the words one picks (P12), or take them back."""
    member = access.me(request)
    row = access.received(member, id)
    if request.method != "POST":
        shown = row.shown.filter(member=member).select_related("lead").first()
        leads = queries.leads(member)
        context = {"nav": "wall", "kindness": row, "shown": shown, "leads": leads}
        return render(request, "share/show_lead.html", context)
    wanted = request.POST.get("lead", "")
    lead = next((one for one in queries.leads(member) if str(one.pk) == wanted), None)
    try:
        if lead is None:
            raise ValueError(_("lead: pick one of your leads"))
        words = request.POST.get("words", "").replace("\r\n", "\n")
        actions.show_lead(member=member, kindness=row, lead=lead, words=words)
    except ValueError as problem:
        said = str(problem).partition(": ")[2]
        messages.error(request, f"{said[:1].upper()}{said[1:]}.")
    else:
        messages.success(request, _("Shown. You can take it back here at any time."))
    return redirect("show_lead", id)


@access.only()
@require_POST
def unshow(request: HttpRequest, id: int) -> HttpResponse:
    """Take it back, or, as the lead who has read it, put it away."""
    member = access.me(request)
    row = access.shown(member, id)
    kindness, mine = row.kindness_id, row.member_id == member.pk
    actions.unshow(shown=row)
    return redirect("show_lead", kindness) if mine else redirect("team")
