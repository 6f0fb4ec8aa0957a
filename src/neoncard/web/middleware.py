"""What happens around every page."""

from __future__ import annotations

import time
import uuid
import zoneinfo
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from neoncard.web import metrics

Next = Callable[[HttpRequest], HttpResponse]
CUSTOMERS = ("/r/", "/thanks/", "/smile/")
log = structlog.get_logger("neoncard.web")


def log_requests(get_response: Next) -> Next:
    """One line a request: method, path without its query (tokens live there), status, milliseconds."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        structlog.contextvars.bind_contextvars(request=uuid.uuid4().hex[:8])
        try:
            response = get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request")
        match = getattr(request, "resolver_match", None)
        route = match.route if match else ""
        took = time.perf_counter() - began
        metrics.seen(request.method, route, response.status_code, took)
        log.info(
            "page",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(took * 1000, 1),
        )
        return response

    return middleware


def language_and_zone(get_response: Next) -> Next:
    """A member's own language and zone; a customer's page takes the browser's language.

    A page of the team that is half in another language helps nobody: there only TEAM_LANGUAGES are spoken.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        member = request.user
        language = getattr(member, "language", "") or translation.get_language_from_request(request)
        if not request.path.startswith(CUSTOMERS) and language not in dict(settings.TEAM_LANGUAGES):
            language = settings.LANGUAGE_CODE
        zone = getattr(member, "zone", "") or (
            member.organisation.zone if member.is_authenticated else "UTC"
        )
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response

    return middleware


def noindex(get_response: Next) -> Next:
    """No page of ours belongs in a search engine (LOOK, bars)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response

    return middleware


def not_ahead(get_response: Next) -> Next:
    """No page of the team is made before somebody looks: what a browser asks for ahead would deal a day's ideas.

    It comes again when they look. Customers' pages write nothing when opened, and may come ahead.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
        if "prefetch" in purpose and not request.path.startswith((*CUSTOMERS, settings.STATIC_URL)):
            return HttpResponse(status=503, headers={"Cache-Control": "no-store"})
        return get_response(request)

    return middleware
