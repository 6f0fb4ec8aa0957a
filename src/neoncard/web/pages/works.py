"""/works and /team: what leads see, for groups of eight or more (P3)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from neoncard import access
from neoncard.learn import queries
from neoncard.share.voices.queries import shown_to


@access.only()
def works(request: HttpRequest) -> HttpResponse:
    """What was offered, done, and what those customers did after: counts, which can't claim cause and promise little (LEARN, E4).

    Everyone may look: the counts hold no person.
    """
    found = queries.works(access.me(request).organisation)
    return render(request, "learn/works.html", {"nav": "works", "works": found})


@access.only(access.LEADS)
def team(request: HttpRequest) -> HttpResponse:
    """Last week for the whole company and its larger teams, and what waits for a lead."""
    member = access.me(request)
    week, figures = queries.last_week(member.organisation)
    waiting = queries.waiting_for_leads()
    context = {
        "nav": "team",
        "week": week,
        "figures": figures,
        "waiting": waiting,
        "shown": shown_to(member),
    }
    return render(request, "learn/team.html", context)
