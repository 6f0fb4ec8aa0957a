"""Beside the ticket inside the helpdesk's own page: the one place of ours that another site may show in a frame.

Whoever shows us only picks the conversation, by postMessage, unsigned; who the member is comes from our own sign-in.
"""

from __future__ import annotations

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from neoncard import access
from neoncard.connectors import frame as frames
from neoncard.connectors import sidebar
from neoncard.connectors.frame import Sidebar
from neoncard.connectors.tables import Connector
from neoncard.kit import clock
from neoncard.web import framed
from neoncard.web.pages import beside


def _shown_by(id: int) -> tuple[Connector, Sidebar, list[str]]:
    """The connector, its kind's sidebar, and the origins that may show it; 404 where none may."""
    row = access.beside_connector(id)
    kind = frames.kinds().get(row.kind)
    parents = sidebar.parents(row.settings.get("frame_parents", ""))
    if kind is None or kind.sidebar is None or not parents:
        raise Http404
    return row, kind.sidebar, parents


@access.open_to_all
@csrf_exempt  # Zendesk opens its frames with a POST; nothing is written for it.
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def frame(request: HttpRequest, id: int) -> HttpResponseBase:
    """The frame itself: it waits to be told which ticket is open, or asks to sign in first."""
    row, shown, parents = _shown_by(id)
    context = {"row": row, "speaks": shown.speaks, "parents": " ".join(parents), "refused": ""}
    if shown.check is not None:
        try:
            shown.check(request.POST.get("token", ""), row.settings, clock.now())
        except ValueError as why:
            context["refused"] = str(why).partition(": ")[2]

    @csp_replace({"frame-ancestors": parents})
    @xframe_options_exempt
    def page(request: HttpRequest) -> HttpResponse:
        status = 403 if context["refused"] else 200
        return render(request, "do/frame.html", context, status=status)

    return page(request)


@access.open_to_all
@require_GET
@never_cache
def about(request: HttpRequest, id: int) -> HttpResponseBase:
    """What stands in the frame for `?conversation=`, the helpdesk's own id; fetched by the frame's own script."""
    row, _shown, _parents = _shown_by(id)
    if not request.user.is_authenticated:
        return render(request, "do/frame_said.html", {"row": row, "said": "sign_in"})
    ticket = request.GET.get("conversation", "").strip()
    if not ticket:
        return render(request, "do/frame_said.html", {"row": row, "said": "waiting"})
    try:
        encounter = access.encounter_beside(access.me(request), row.source, ticket)
    except Http404:
        context = {"row": row, "said": "unknown", **beside.looking(request)}
        return render(request, "do/frame_said.html", context)
    return beside.page(request, encounter)


@access.only()
@require_GET
@never_cache
def come_in(request: HttpRequest) -> HttpResponseBase:
    """The sign-in window's last page: it hands the frame that opened it a code, and closes."""
    if framed.framed(request):
        raise Http404
    return render(request, "do/come_in.html", {"code": framed.code(request)})


@access.open_to_all
@csrf_exempt  # There is no session to ride on yet; the code is the secret, and Origin must be ours.
@require_POST
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """Trade the code for the framed cookie."""
    response = HttpResponse(status=204)
    ours = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin") not in {ours, *settings.CSRF_TRUSTED_ORIGINS}:
        return HttpResponse(status=403)
    return (
        response
        if framed.enter(request.POST.get("code", ""), response)
        else HttpResponse(status=403)
    )
