"""Words that wait for a lead. Shown without names, counted by nobody (P10)."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from neoncard import access, loop
from neoncard.pass_on import actions as cards
from neoncard.pass_on import queries as passed
from neoncard.thank import actions, queries, rules

PAGE = 20
WHY = {
    rules.HOSTILE: gettext_lazy("It may hurt."),
    rules.UNREADABLE: gettext_lazy(
        "It is in a language the software does not read, or not well enough."
    ),
    rules.LINKS: gettext_lazy("It holds a link or an address."),
    rules.UNHAPPY: gettext_lazy("It is a complaint rather than thanks."),
}


@access.only(access.LEADS)
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """`/held`: the words, the oldest first, with every colleague's name blanked.

    A lead decides by the words alone and is never told who they were for: neither before nor after passing them on,
    so no count per person can be made here (P10). Three queries for the words and the names.
    """
    page = Paginator(queries.held(), PAGE).get_page(request.GET.get("page"))
    names = queries.all_names()
    rows = [
        {
            "id": row.pk,
            "words": _masked(row.words, row.to, names),
            "name": _masked(row.name, row.to, names),
            "why": WHY.get(row.why_held, ""),
            "day": row.received_at,
        }
        for row in page
    ]
    told = [
        {"id": card.pk, "words": rules.mask(card.held, others=names), "day": card.told_at}
        for card in passed.held()
    ]
    context = {"nav": "held", "page": page, "rows": rows, "cards": told}
    return render(request, "thank/held.html", context)


def _masked(text: str, person: object, names: list[str]) -> str:
    own = [getattr(person, "name", ""), getattr(person, "known_as", "")]
    return rules.mask(text, person=own, others=names)


@access.only(access.LEADS)
@require_POST
def decide(request: HttpRequest, id: int) -> HttpResponse:
    """Pass held words on, make feedback of them, or let them rest. A repeat finds nothing to decide (404)."""
    lead = access.me(request)
    words = access.held_thank_you(lead, id)
    if "pass" in request.POST:
        loop.let_through(by=lead, thank_you=words)
        messages.success(request, _("Passed on. It is with the person it was written to."))
    elif "feedback" in request.POST:
        actions.make_feedback(by=lead, thank_you=words)
        messages.success(request, _("It is on the feedback list now, without a name."))
    elif "rest" in request.POST:
        actions.decline(by=lead, thank_you=words)
        messages.success(request, _("Not passed on. Nobody else will see it."))
    return redirect("held")


@access.only(access.LEADS)
@require_POST
def decide_card(request: HttpRequest, id: int) -> HttpResponse:
    """Pass on what was told on a Smile Card, or let it rest. A repeat finds nothing to decide (404)."""
    lead = access.me(request)
    card = access.held_card(lead, id)
    if "pass" in request.POST:
        cards.let_through(by=lead, card=card)
        messages.success(request, _("Passed on. It stands in its chain."))
    elif "rest" in request.POST:
        cards.decline(by=lead, card=card)
        messages.success(request, _("Not passed on. Nobody else will see it."))
    return redirect("held")
