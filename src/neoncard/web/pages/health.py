"""Is everything working: /healthz for a monitor, /metrics for Prometheus, /status for an admin."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from neoncard import access
from neoncard.connectors import pulling
from neoncard.connectors import queries as inbox
from neoncard.kit import clock, health, version
from neoncard.kit.jobs import actions, queries
from neoncard.web import metrics

PARKED_SHOWN = 50


@access.open_to_all
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when database, migrations and worker are well, 503 else; says which, and nothing more."""
    well = health.vital()
    ok = all(well.values())
    return JsonResponse({"ok": ok, **well}, status=200 if ok else 503)


@access.open_to_all
@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: asked from this machine, or with the token of NEONCARD_METRICS_TOKEN."""
    if not (_from_here(request) or _has_token(request)):
        raise PermissionDenied
    return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)


def _from_here(request: HttpRequest) -> bool:
    host = request.get_host().rsplit(":", 1)[0]
    return host in settings.LOOPBACK and request.META.get("REMOTE_ADDR") in settings.LOOPBACK


def _has_token(request: HttpRequest) -> bool:
    wanted = f"Bearer {settings.NEONCARD_METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    return bool(settings.NEONCARD_METRICS_TOKEN) and hmac.compare_digest(
        given.encode(), wanted.encode()
    )


@access.only(access.ADMINS)
@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Findings with their mends, parked jobs with a button each, and recurring work with its last and next run."""
    counts = queries.counts()
    parked = list(queries.parked()[:PARKED_SHOWN])
    whose = inbox.parked_by_connector()
    shown = list(inbox.parked()[:PARKED_SHOWN]) if whose else []
    many = sum(one.many for one in whose)
    found = [
        health.database(),
        health.migrations(),
        health.worker(),
        health.pending(counts),
        health.disk(),
        health.secrets(),
        health.address(),
    ]
    return render(
        request,
        "status.html",
        {
            "nav": "status",
            "found": found,
            "amiss": sum(not one.ok for one in found) + bool(whose),
            "counts": counts,
            "parked": parked,
            "more_parked": counts["parked"] - len(parked),
            "deliveries": shown,
            "more_deliveries": many > PARKED_SHOWN,
            "whose": whose,
            "not_understood": many,
            "schedule": queries.schedule(),
            "size": health.size(),
            "version": version.number(),
            "demo": access.me(request).organisation.demo,
        },
    )


@access.only(access.ADMINS)
@require_POST
def retry(request: HttpRequest, id: int) -> HttpResponse:
    """Let a parked job be tried again."""
    me = access.me(request)
    actions.retry(by=me, job=access.job(me, id))
    messages.success(request, _("It will be tried again now."))
    return redirect("status")


@access.only(access.ADMINS)
@require_POST
def retry_deliveries(request: HttpRequest, id: int) -> HttpResponse:
    """Let everything that was parked of one connector be tried again, as after its mapping was mended."""
    me = access.me(request)
    row = access.connector(me, id)
    payload = {"connector": row.pk, "by": me.pk}
    actions.later(pulling.RETRY, f"{pulling.RETRY}:{row.pk}:{clock.now():%Y%m%d%H%M%S}", payload)
    messages.success(request, _("They will be tried again now."))
    return redirect("status")
