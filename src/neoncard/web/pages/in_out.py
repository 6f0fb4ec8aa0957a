"""A journey taken out as a file or as cards to cut, and one brought in from a file or from pasted lines."""

from __future__ import annotations

import io
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from neoncard import access
from neoncard.design import formats, intake
from neoncard.design.board import queries as boards
from neoncard.design.formats.document import in_order, portable
from neoncard.design.tables import Journey
from neoncard.kit import limits

PAPERS = {"a4": "A4", "letter": "Letter"}
A_SHEET = 8
SHOWN = 100


@access.only()
@require_GET
def export(request: HttpRequest, id: int, ending: str) -> HttpResponse:
    """`/journeys/<id>/export.<ending>`: the journey as this person sees it, as a file."""
    row = access.journey(access.me(request), id)
    found = formats.FORMATS.get(ending)
    if found is None:
        raise Http404
    data = found.write(boards.document(access.me(request), row))
    name = f"{slugify(row.title)[:60] or 'journey'}.{found.ending}"
    disposition = content_disposition_header(True, name)
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type=found.media, headers=headers)


def ways_out() -> list[dict[str, str]]:
    """The formats a journey can be taken out in: ending, and name in the language of the page."""
    return [{"ending": each.ending, "name": _(each.name)} for each in formats.FORMATS.values()]


def _address(row: Journey) -> str:
    return f"{settings.NEONCARD_URL}{reverse('journey', args=[row.pk])}"


@access.only()
@require_GET
def qr(request: HttpRequest, id: int) -> HttpResponse:
    """The way from a card on the table back to its journey, as an SVG picture."""
    out = io.BytesIO()
    code = segno.make(_address(access.journey(access.me(request), id)), error="m", micro=False)
    code.save(out, kind="svg", border=2, omitsize=True, light="#ffffff", svgclass=None)
    headers = {"Cache-Control": "private, max-age=3600"}
    return HttpResponse(out.getvalue(), content_type="image/svg+xml", headers=headers)


@access.only()
@require_GET
def cards(request: HttpRequest, id: int) -> HttpResponse:
    """`/journeys/<id>/cards?paper=a4|letter`: the cards to cut out, eight a sheet, white ones first."""
    member = access.me(request)
    row = access.journey(member, id)
    paper = request.GET.get("paper", "")
    paper = paper if paper in PAPERS else "a4"
    white, neon = [], []
    for number, (step, ideas) in enumerate(in_order(portable(boards.document(member, row)))):
        if step is not None:
            white.append({**step, "number": number})
        neon += [{**idea, "after": step["title"] if step else ""} for idea in ideas]
    context = {
        "nav": "journeys",
        "journey": row,
        "paper": paper,
        "papers": PAPERS.items(),
        "sheets": [*_sheets("white", white), *_sheets("neon", neon)],
        "cards": len(white) + len(neon),
        "paper_css": f"neoncard/css/{paper}.css",
        "way_back": _("QR code of %(address)s") % {"address": _address(row)},
    }
    return render(request, "design/cards.html", context)


def _sheets(colour: str, laid: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Eight cards a sheet; what is left of the last, or of a first without any, is for writing on."""
    rows = [laid[at : at + A_SHEET] for at in range(0, max(len(laid), 1), A_SHEET)]
    return [{"colour": colour, "cards": row, "bare": range(A_SHEET - len(row))} for row in rows]


class ImportForm(forms.Form):
    """A journey from elsewhere: pasted, or as a file; and where it goes."""

    text = forms.CharField(
        label=gettext_lazy("Type or paste it"),
        required=False,
        strip=False,
        max_length=formats.MOST_BYTES,
        help_text=gettext_lazy(
            "A line for each step, and below it a line with a dash for each idea. Or a table, or a Mermaid journey."
        ),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "true"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("JSON from Neoncard, CSV, Markdown, Mermaid or text; at most 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,.csv,.tsv,.md,.txt,.mmd"}),
    )
    title = forms.CharField(
        label=gettext_lazy("Which encounter?"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("When it isn’t said in there."),
    )


@access.only()
def bring_in(request: HttpRequest) -> HttpResponseBase:
    """`/journeys/import`: look at what would be laid, then lay it, as a new journey or at the end of `?journey=`."""
    member = access.me(request)
    at = request.GET.get("journey", "")
    into = access.journey(member, int(at)) if at.isdecimal() else None
    sent = request.method == "POST"
    form = ImportForm(request.POST if sent else None, request.FILES if sent else None)
    came = None
    if sent and form.is_valid():
        came = _came(request, form)
    if came is not None and "lay" in request.POST:
        try:
            row = _laid(request, came.doc, form.cleaned_data["title"], into)
        except ValueError as why:
            form.add_error("title" if into is None else None, str(why).partition(": ")[2])
        else:
            messages.success(request, _("It is laid. Move what lies wrong."))
            return redirect("journey", row.pk)
    context = {
        "nav": "journeys",
        "form": form,
        "into": into,
        "came": came,
        "title": form["title"].value() or (came.doc["board"]["title"] if came else ""),
        "gaps": in_order(came.doc) if came else [],
        "remarks": [(each.row, each.reason.say(_)) for each in came.remarks[:SHOWN]]
        if came
        else [],
        "more": max(0, len(came.remarks) - SHOWN) if came else 0,
    }
    return render(request, "design/import.html", context, status=422 if form.errors else 200)


def _came(request: HttpRequest, form: ImportForm) -> formats.Came | None:
    """What was read of what was handed in; None, with the error beside its field, when nothing can be."""
    file: UploadedFile | None = form.cleaned_data["file"]
    field = "file" if file else "text"
    if not limits.allow(f"journey-import:{access.me(request).pk}", 60, 3600):
        form.add_error(None, _("That was a lot for one hour. Try again in a while."))
        return None
    try:
        # One byte more than may be is enough to know; the rest is never read.
        data = file.read(formats.MOST_BYTES + 1) if file else form.cleaned_data["text"].encode()
        came = formats.read(data)
    except formats.Unreadable as why:
        form.add_error(field, why.reason.say(_).partition(": ")[2])
        return None
    if file:
        # So that the second press lays what was looked at, and a row can be mended here.
        posted = request.POST.copy()
        posted["text"] = formats.decoded(data)
        form.data = posted
    return came


def _laid(request: HttpRequest, doc: formats.Doc, title: str, into: Journey | None) -> Journey:
    member = access.me(request)
    if into is None:
        return intake.new_journey(by=member, doc=doc, title=title.strip())
    intake.add_to(by=member, journey=into, doc=doc)
    return into
