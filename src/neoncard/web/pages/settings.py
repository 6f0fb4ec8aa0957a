"""/settings: the company, its people, what is kept and for how long. For admins."""

from __future__ import annotations

from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from neoncard import access
from neoncard.connectors import queries as connectors
from neoncard.kit import signing
from neoncard.people import actions, queries
from neoncard.people.tables import Organisation, Role, Team
from neoncard.web.pages.forms import blame

PEOPLE = 50


class CompanyForm(forms.Form):
    """The company's name and zone."""

    name = forms.CharField(label=gettext_lazy("Company"), max_length=120)
    zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=60,
        help_text=gettext_lazy("For example Europe/Berlin."),
    )


class PersonForm(forms.Form):
    """A person to add."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.Name.choices)
    team = forms.CharField(label=gettext_lazy("Team"), max_length=120, required=False)
    handle = forms.CharField(
        label=gettext_lazy("Their id in your helpdesk"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("So that imported conversations find their agent."),
    )


@access.only(access.ADMINS)
def settings(request: HttpRequest) -> HttpResponse:
    """The page; each form has its own address."""
    return _page(request)


def _page(request: HttpRequest, **forms_: forms.Form) -> HttpResponse:
    organisation = access.me(request).organisation
    named = request.GET.get("named", "").strip()[:60]
    rows = queries.everyone(organisation, named)
    page = Paginator(rows, PEOPLE).get_page(request.GET.get("page", "1"))
    here = QueryDict(mutable=True)
    here.update({"named": named} if named else {})
    context = {
        "nav": "settings",
        "company": CompanyForm(
            initial={"name": organisation.name, "zone": organisation.zone}, prefix="company"
        ),
        "person": PersonForm(prefix="person"),
        "people": page,
        "named": named,
        "found": page.paginator.count,
        "newer": _at(here, page.previous_page_number()) if page.has_previous() else "",
        "older": _at(here, page.next_page_number()) if page.has_next() else "",
        "teams": Team.objects.filter(organisation=organisation).order_by("name"),
        "keep_text": django_settings.NEONCARD_KEEP_TEXT_DAYS,
        "keep_outcome": django_settings.NEONCARD_KEEP_OUTCOME_DAYS,
        "demo": organisation.demo,
        **forms_,
    }
    return render(request, "people/settings.html", context, status=422 if forms_ else 200)


def _at(here: QueryDict, page: int) -> str:
    here["page"] = str(page)
    return f"?{here.urlencode()}#people"


@access.only(access.ADMINS)
@require_POST
def company(request: HttpRequest) -> HttpResponse:
    """Save the company's name and zone."""
    member = access.me(request)
    form = CompanyForm(request.POST, prefix="company")
    if form.is_valid():
        try:
            actions.change_organisation(
                by=member, organisation=member.organisation, **form.cleaned_data
            )
        except ValueError as problem:
            blame(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings")
    return _page(request, company=form)


@access.only(access.ADMINS)
@require_POST
def add_person(request: HttpRequest) -> HttpResponse:
    """Add a person, and show their one-time password this once."""
    member = access.me(request)
    form = PersonForm(request.POST, prefix="person")
    if form.is_valid():
        password = signing.new_token(96)
        try:
            added = _add(member.organisation, by=member, password=password, **form.cleaned_data)
        except ValueError as problem:
            blame(form, problem)
        else:
            context = {"nav": "settings", "added": added, "password": password}
            response = render(request, "people/added.html", context)
            response["Cache-Control"] = "no-store"
            return response
    return _page(request, person=form)


def _add(
    organisation: Organisation,
    *,
    by: object,
    name: str,
    email: str,
    role: str,
    team: str,
    handle: str,
    password: str,
) -> object:
    group = actions.add_team(by=by, organisation=organisation, name=team) if team else None
    return actions.add_member(
        by=by,
        organisation=organisation,
        name=name,
        email=email,
        team=group,
        roles=[role],
        password=password,
        handles=[("import", handle)] if handle else [],
    )


@access.only(access.ADMINS)
@require_POST
def end_second_step(request: HttpRequest, id: int) -> HttpResponse:
    """For somebody who lost their authenticator and their codes: their password alone is enough again."""
    admin = access.me(request)
    actions.end_second_step(by=admin, member=access.person(admin, id))
    messages.success(
        request, _("Their password alone is enough again, until they turn it on anew.")
    )
    return redirect("person", id)


@access.only(access.ADMINS)
@require_POST
def new_password(request: HttpRequest, id: int) -> HttpResponse:
    """A fresh password for somebody who lost theirs, shown this once."""
    admin = access.me(request)
    member = access.person(admin, id)
    password = actions.new_password(by=admin, member=member)
    context = {"nav": "settings", "added": member, "password": password}
    response = render(request, "people/added.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _ids(text: str) -> list[tuple[str, str]]:
    """The ids typed in, one a line. Raises ValueError naming the first that is none."""
    found = []
    for line in filter(None, (part.strip() for part in text.splitlines())):
        source, colon, ext_id = line.partition(":")
        if not (source.strip() and colon and ext_id.strip()):
            raise ValueError(f"ids: “{line[:40]}” is not source:id, like import:agent-17")
        found.append((source.strip()[:40], ext_id.strip()[:200]))
    return found


@access.only(access.ADMINS)
def person(request: HttpRequest, id: int) -> HttpResponse:
    """One person's roles and team; or let them leave. Nothing about what they did is here (P10)."""
    admin = access.me(request)
    member = access.person(admin, id)
    if request.method == "POST":
        try:
            if "leave" in request.POST:
                actions.deactivate(by=admin, member=member)
                messages.success(
                    request, _("They can't sign in any more. Their chains keep their shape.")
                )
            else:
                actions.set_ids(by=admin, member=member, ids=_ids(request.POST.get("ids", "")))
                actions.set_roles(
                    by=admin,
                    member=member,
                    roles=request.POST.getlist("roles"),
                    team=request.POST.get("team", ""),
                )
                messages.success(request, _("Saved."))
            return redirect("settings")
        except ValueError as problem:
            messages.error(request, str(problem).partition(": ")[2])
    context = {
        "nav": "settings",
        "person": member,
        "choices": [
            (value, label, value in queries.roles(member)) for value, label in Role.Name.choices
        ],
        "teams": Team.objects.filter(organisation=admin.organisation).order_by("name"),
        "ids": request.POST.get("ids")
        or "\n".join(
            f"{one.source}:{one.ext_id}" for one in member.handles.order_by("source", "pk")
        ),
        "sources": [row.source for row in connectors.connectors()],
    }
    return render(request, "people/person.html", context)
