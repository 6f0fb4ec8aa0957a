"""Signing in through the company's own provider (OpenID Connect), by django-allauth. Groups there say who one is here.

Of what the provider tells about a person we keep their id there and their groups, no more.
"""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect, render

from neoncard.people import actions, queries, rules
from neoncard.people.tables import Member, Organisation

BY = "single sign-on"


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: an admin, a list or a group makes them a member."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never by allauth's own form."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find or make the member, bring team and roles in line with their groups, or turn them away."""
        told = _told(sociallogin.account.extra_data)
        found = told.get(settings.NEONCARD_OIDC_GROUPS)
        mine = [str(one)[:200] for one in found[:500]] if isinstance(found, list) else []
        sociallogin.account.extra_data = {"groups": mine}
        organisation = queries.organisation()
        member = sociallogin.user if sociallogin.is_existing else _by_address(told)
        if organisation is None:
            raise ImmediateHttpResponse(_not_here(request))
        member = _placed(organisation, member, told, mine, sociallogin.is_existing)
        if member is None:
            if sociallogin.is_existing:
                sociallogin.account.save(update_fields=["extra_data"])
            raise ImmediateHttpResponse(_not_here(request))
        if not member.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
            sociallogin.user = sociallogin.account.user = member
        else:
            sociallogin.connect(request, member)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **more: Any) -> None:
        """The provider could not be asked, or said no."""
        raise ImmediateHttpResponse(render(request, "account/sso_failed.html", status=502))


def _told(data: dict[str, Any]) -> dict[str, Any]:
    """What the provider says of somebody: their own answer before the token."""
    found = data.get("userinfo") or data.get("id_token") or data
    return {**(data.get("id_token") or {}), **found} if isinstance(found, dict) else {}


def _address(told: dict[str, Any]) -> str:
    """The address the provider vouches for; "" when it does not say that it was checked."""
    vouched = told.get("email_verified") in (True, "true") or settings.NEONCARD_OIDC_TRUST_ADDRESSES
    return str(told.get("email") or "").strip().lower() if vouched else ""


def _by_address(told: dict[str, Any]) -> Member | None:
    address = _address(told)
    return Member.objects.filter(email=address).first() if address else None


def _placed(
    organisation: Organisation,
    member: Member | None,
    told: dict[str, Any],
    mine: list[str],
    known: bool,
) -> Member | None:
    """The member as their groups say; None when nobody may come in."""
    groups = queries.groups(organisation)
    if not groups:
        return member
    address = member.email if member else _address(told)
    person = (
        rules.place(address, str(told.get("name") or "")[:120], mine, groups) if address else None
    )
    here = queries.as_listed(organisation)
    if person is None:
        if member is not None and known and member.is_active:
            leave = [rules.Change(rules.LEAVE, here[member.email])]
            actions.apply_all(by=BY, organisation=organisation, changes=leave)
        return None
    if member is not None:
        person = rules.Person(member.email, None, person.team, person.roles)
    for change in rules.plan([person], here).changes:
        if refused := actions.apply_all(by=BY, organisation=organisation, changes=[change]):
            # The last admin stays one, whatever the groups say.
            return member if refused and member is not None else None
    return Member.objects.filter(email=address).first()


def _not_here(request: HttpRequest) -> Any:
    return render(request, "account/sso_not_here.html", status=403)
