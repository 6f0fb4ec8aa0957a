"""Signing in and out. The one-click sign-in exists only in a demo database, on loopback."""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account import views as account
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from neoncard import access
from neoncard.people import queries
from neoncard.people.tables import Member, Role
from neoncard.thank.queries import thanks_page_of

log = structlog.get_logger("neoncard.signin")

DEMO = ("agent", "lead", "admin", "counter")


def demo_open(request: HttpRequest) -> bool:
    """Whether one-click sign-in may be shown: a demo database, bound to loopback, asked by a loopback Host."""
    organisation = queries.organisation()
    host = request.get_host().rsplit(":", 1)[0]
    return bool(
        organisation
        and organisation.demo
        and settings.NEONCARD_BIND in settings.LOOPBACK
        and host in settings.LOOPBACK
        and request.META.get("REMOTE_ADDR") in settings.LOOPBACK
    )


class SignIn(account.LoginView):  # type: ignore[misc]
    """allauth's sign-in page, with single sign-on where it is set up and the demo's one click where that may be."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add `demo`: the names of the one-click sign-ins, and `thank`: where a customer thanks the agent."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.NEONCARD_OIDC_URL:
            context["sso"] = settings.OIDC_NAME
        if demo_open(self.request):
            context["demo"] = DEMO
            agent = demo_member("agent")
            context["thank"] = agent and thanks_page_of(agent)
        return context


@access.open_to_all
@require_safe
def sso(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the provider; when it can't even be asked, a page that says so."""
    try:
        return oidc.login(request, provider_id)  # type: ignore[no-any-return]
    except (RequestException, ValueError, KeyError):
        log.warning("the sign-in provider can't be asked", exc_info=True)
        return render(request, "account/sso_failed.html", status=502)


sso_back = access.open_to_all(oidc.callback)
sign_in = access.open_to_all(SignIn.as_view())
sign_out = access.open_to_all(account.LogoutView.as_view())
inactive = access.open_to_all(account.AccountInactiveView.as_view())
set_password = access.only()(account.PasswordSetView.as_view())
change_password = access.only()(account.PasswordChangeView.as_view())


@access.open_to_all
@require_safe
def sso_cancelled(request: HttpRequest) -> HttpResponse:
    """They turned back at the provider: to the sign-in page, which says nothing of it."""
    return redirect("account_login")


def demo_member(who: str) -> Member | None:
    """The demo's member for a one-click sign-in: the first whose highest role it is."""
    rank = [Role.Name.ADMIN, Role.Name.LEAD, Role.Name.COUNTER, Role.Name.AGENT]
    above = rank[: rank.index(Role.Name(who))]
    members = Member.objects.filter(is_active=True, roles__name=who)
    return members.exclude(roles__name__in=above).order_by("pk").first()


@access.open_to_all
@require_POST
def demo(request: HttpRequest, who: str) -> HttpResponse:
    """Sign in as the demo's agent, lead, admin or counter staff."""
    if not demo_open(request) or who not in DEMO:
        raise Http404
    member = demo_member(who)
    if member is None:
        raise Http404
    login(request, member, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("counter" if who == "counter" else "today")
