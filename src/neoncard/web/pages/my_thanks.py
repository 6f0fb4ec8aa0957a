"""The agent's side of thanks: words kept, "I've read this", and one's own thanks page with its QR."""

from __future__ import annotations

import io

import segno
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from neoncard import access
from neoncard.kindness.queries import said
from neoncard.share import actions as share
from neoncard.thank import actions, queries
from neoncard.thank.tables import ThanksPage

PAGE = 20


@access.only()
@require_GET
def my_thanks(request: HttpRequest) -> HttpResponse:
    """`/me/thanks`: one's own kept thanks, newest first, 20 a page. Nobody else opens it; nothing is counted."""
    member = access.me(request)
    page = Paginator(queries.kept_thanks(member), PAGE).get_page(request.GET.get("page"))
    kept = [said(kindness) for kindness in page]
    return render(request, "thank/my_thanks.html", {"nav": "me", "page": page, "kept": kept})


@access.only()
@require_POST
def mark_read(request: HttpRequest, id: int) -> HttpResponse:
    """One's own words are read; the thanker's page says so.

    A GET never writes, not even for its own agent: a page that shows unread words includes
    `thank/read_this.html`, whose form htmx sends as soon as somebody sees it, and which without script is the
    button "I've read this". Answers htmx with an empty form's place, others with the page they came from.
    """
    member = access.me(request)
    actions.read(member=member, kindness=access.received(member, id))
    if request.headers.get("HX-Request"):
        return render(request, "thank/was_read.html")
    back = request.POST.get("back", "")
    local = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if local else "my_thanks")


@access.only()
@require_POST
def hang(request: HttpRequest, id: int) -> HttpResponse:
    """Hang a customer's words on the wall: it takes the customer's leave and this person's wish."""
    member = access.me(request)
    try:
        share.hang(by=member, kindness=access.received(member, id))
    except ValueError as problem:
        messages.error(request, str(problem).partition(": ")[2])
    else:
        messages.success(request, _("It hangs on the wall. You can take it down there."))
    return redirect("my_thanks")


def _own_page(request: HttpRequest) -> ThanksPage | None:
    member = access.me(request)
    if not queries.takes_thanks(member):
        return None
    return queries.thanks_page_of(member)


@access.only()
def my_page(request: HttpRequest) -> HttpResponse:
    """`/me/thanks-page`: open one's own thanks page, change its address, close it. Opening it is the yes."""
    member = access.me(request)
    page = _own_page(request)
    if request.method != "POST":
        url = queries.thanks_url(page) if page else ""
        return render(request, "thank/my_page.html", {"nav": "me", "page": page, "url": url})
    if "open" in request.POST:
        actions.open_page(member=member)
        messages.success(request, _("Your page is open. Print the card, or show the code."))
    elif "rotate" in request.POST and page:
        actions.rotate(page=page)
        messages.success(
            request, _("Your page has a new address. Cards with the old code end here.")
        )
    elif "index" in request.POST and page:
        actions.let_index(page=page, on=request.POST["index"] == "on")
        messages.success(request, _("Saved. Search engines take a while to notice."))
    elif "close" in request.POST:
        actions.close(member=member)
        messages.success(request, _("Your page is closed. Words you have received stay yours."))
    return redirect("my_thanks_page")


@access.only()
@require_GET
def my_qr(request: HttpRequest) -> HttpResponse:
    """One's own QR as an SVG picture, of an address of its own so that no page needs inline markup."""
    page = _own_page(request)
    if page is None:
        raise Http404
    out = io.BytesIO()
    code = segno.make(queries.thanks_url(page), error="m", micro=False)
    code.save(out, kind="svg", border=4, omitsize=True, light="#ffffff", svgclass=None)
    response = HttpResponse(out.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response


@access.only()
@require_GET
def my_card(request: HttpRequest) -> HttpResponse:
    """A card to print and put on the counter: the name, one sentence, the code. Without a page: to opening one."""
    page = _own_page(request)
    if page is None:
        return redirect("my_thanks_page")
    context = {"nav": "me", "page": page, "url": queries.thanks_url(page)}
    return render(request, "thank/card.html", context)
