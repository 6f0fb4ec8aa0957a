"""/tablets: which devices stand at a counter for everyone; enrolled from the device itself, withdrawn from anywhere."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from neoncard import access
from neoncard.people import counter
from neoncard.people.tables import Team
from neoncard.web import tablets as devices
from neoncard.web.pages.forms import blame


class TabletForm(forms.Form):
    """Where it stands, and for whom."""

    name = forms.CharField(
        label=gettext_lazy("Where it stands"),
        max_length=80,
        help_text=gettext_lazy("For example: the ticket window at pier 3."),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Whose names it shows"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=gettext_lazy("Everyone’s"),
    )


@access.only(access.LEADS)
def tablets(request: HttpRequest) -> HttpResponseBase:
    """The tablets in use; a POST makes the device one is at a tablet, and signs one out on it."""
    lead = access.me(request)
    form = TabletForm(request.POST or None, label_suffix="")
    teams = form.fields["team"]
    assert isinstance(teams, forms.ModelChoiceField)  # noqa: S101 - for the type checker
    teams.queryset = Team.objects.filter(organisation=lead.organisation).order_by("name")
    if request.method == "POST" and form.is_valid():
        try:
            _row, token = counter.enrol(by=lead, **form.cleaned_data)
        except ValueError as problem:
            blame(form, problem)
        else:
            logout(request)
            response = redirect("counter")
            devices.enrolled(response, token)
            return response
    context = {
        "nav": "tablets",
        "form": form,
        "tablets": list(counter.tablets(lead.organisation)),
    }
    status = 422 if form.errors else 200
    return render(request, "do/tablets.html", context, status=status)


@access.only(access.LEADS)
@require_POST
def withdraw(request: HttpRequest, id: int) -> HttpResponseBase:
    """Withdraw a tablet, wherever it is by now."""
    lead = access.me(request)
    counter.withdraw(by=lead, tablet=access.tablet(lead, id))
    messages.success(request, _("Withdrawn. It knows nobody any more."))
    return redirect("tablets")
