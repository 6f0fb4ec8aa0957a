"""/kit: the counter kit, to print: name tags, a table card, a receipt strip, a deck, a huddle sheet, a poster."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from neoncard import access, library
from neoncard.thank import queries

PAPERS = (("a4", _("A4")), ("letter", _("Letter")))
TAGS, STRIPS = 8, 6


@access.only()
def kit(request: HttpRequest) -> HttpResponse:
    """The whole set in one language and for one paper; safe in black and white."""
    member = access.me(request)
    lang = request.GET.get("lang", "")
    if lang not in library.KIT_LANGUAGES:
        lang = member.language[:2] if member.language[:2] in library.KIT_LANGUAGES else "en"
    paper = request.GET.get("paper", "a4")
    paper = paper if paper in dict(PAPERS) else "a4"
    page = queries.thanks_page_of(member) if queries.takes_thanks(member) else None
    context = {
        "nav": "me",
        "kit": library.kit(lang),
        "lang": lang,
        "languages": [(key, library.kit(key).name) for key in library.KIT_LANGUAGES],
        "paper": paper,
        "papers": PAPERS,
        "paper_css": f"neoncard/css/{paper}.css",
        "page": page,
        "tags": range(TAGS),
        "strips": range(STRIPS),
    }
    return render(request, "thank/kit.html", context)
