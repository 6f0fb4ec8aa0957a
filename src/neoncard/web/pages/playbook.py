"""The playbook: the acts a team has committed to, with all that makes each a principle and not a script."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from neoncard import access
from neoncard.design import actions, queries
from neoncard.design.tables import Act, Aim, Kind
from neoncard.do import queries as doing
from neoncard.do.rules import SITUATIONS
from neoncard.kit import clock
from neoncard.people import queries as people
from neoncard.people.tables import Member, Organisation

FITS = dict(
    zip(
        SITUATIONS,
        (
            gettext_lazy("a problem is open"),
            gettext_lazy("something technical"),
            gettext_lazy("they had to come back about it"),
            gettext_lazy("it is out of our hands"),
            gettext_lazy("they are waiting"),
            gettext_lazy("a first meeting"),
            gettext_lazy("a heavy moment"),
            gettext_lazy("another language"),
            gettext_lazy("they thank us"),
            gettext_lazy("saying goodbye"),
        ),
        strict=True,
    )
)
ANY = "any"


def week_began(organisation: Organisation, now: datetime) -> datetime:
    """The Monday midnight before `now` where the company is: figures stay still between Mondays (P3)."""
    zone = ZoneInfo(organisation.zone)
    day = now.astimezone(zone).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), zone)


def count(member: Member, acts: Iterable[Act]) -> None:
    """Lay beside each act, as `counts`, what it has done since, where P3 lets that be said. Two queries."""
    found = figures(member.organisation)
    for act in acts:
        act.counts = found.get(act.pk)  # type: ignore[attr-defined]


def figures(organisation: Organisation) -> dict[int, dict[str, int]]:
    """What each act has done since, by its id, where P3 lets that be said. Two queries."""
    found = doing.act_counts(week_began(organisation, clock.now()))
    return {int(key): counts for key, counts in found.items() if key.isdecimal()}


class ActForm(forms.Form):
    """An act. What it may cost in money is a lead's to say."""

    title = forms.CharField(label=gettext_lazy("In a few words"), max_length=80)
    principle = forms.CharField(
        label=gettext_lazy("The principle behind it"),
        help_text=gettext_lazy("Why it helps, so that everyone can do it in their own way."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    instance = forms.CharField(
        label=gettext_lazy("One example of it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it made of?"), choices=Kind.choices, widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes it takes"), min_value=0, max_value=240)
    money = forms.DecimalField(
        label=gettext_lazy("Money it may cost"),
        help_text=gettext_lazy("Treats only."),
        min_value=0,
        max_value=10_000,
        decimal_places=2,
        required=False,
    )
    may_decide = forms.CharField(
        label=gettext_lazy("What one may decide without asking"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    fits = forms.MultipleChoiceField(
        label=gettext_lazy("When it fits"),
        help_text=gettext_lazy("None ticked: always."),
        choices=list(FITS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    aim = forms.ChoiceField(label=gettext_lazy("What might it raise?"), choices=Aim.choices)
    anyway = forms.BooleanField(
        label=gettext_lazy("We do this anyway"),
        help_text=gettext_lazy("Because it is right. No figure ever retires it."),
        required=False,
    )
    light = forms.BooleanField(label=gettext_lazy("Light enough for a hard day"), required=False)
    asks_smile = forms.BooleanField(
        label=gettext_lazy("It needs a smile"),
        help_text=gettext_lazy("Then it is never suggested on a hard day."),
        required=False,
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not people.leads(member):
            del self.fields["money"]

    def clean_money(self) -> int:
        """Money in minor units."""
        return int((self.cleaned_data.get("money") or 0) * 100)

    def clean_fits(self) -> list[str]:
        """Situations, or `any`."""
        return list(self.cleaned_data.get("fits") or [ANY])


@access.only()
@require_GET
def playbook(request: HttpRequest) -> HttpResponse:
    """The acts in use, by `?kind=` and `?fits=`; `?retired=1` shows those put to rest."""
    member = access.me(request)
    kind = request.GET.get("kind", "")
    fits = request.GET.get("fits", "")
    retired = request.GET.get("retired") == "1"
    rows = queries.acts().filter(retired_at__isnull=not retired)
    found = [
        act
        for act in rows
        if (not kind or act.kind == kind)
        and (fits not in FITS or fits in act.fits or ANY in act.fits)
    ]
    count(member, found)
    return render(
        request,
        "design/playbook.html",
        {
            "nav": "playbook",
            "acts": found,
            "kinds": Kind.choices,
            "kind": kind,
            "fits": FITS.items(),
            "fit": fits,
            "retired": retired,
        },
    )


@access.only()
@require_GET
def act(request: HttpRequest, id: int) -> HttpResponse:
    """One act, whole."""
    member = access.me(request)
    row = access.act(member, id)
    count(member, [row])
    return render(
        request,
        "design/act.html",
        {
            "nav": "playbook",
            "act": row,
            "fits": [FITS[name] for name in row.fits if name in FITS],
            "money": f"{row.money / 100:.2f} {member.organisation.currency}" if row.money else "",
            "leads": people.leads(member),
        },
    )


@access.only(access.LEADS)
def act_edit(request: HttpRequest, id: int) -> HttpResponseBase:
    """Write an act anew."""
    member = access.me(request)
    row = access.act(member, id)
    initial = {name: getattr(row, name) for name in ActForm.base_fields}
    initial["money"] = f"{row.money / 100:.2f}" if row.money else None
    form = ActForm(request.POST or None, member=member, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_act(by=member, act=row, **form.cleaned_data)
        except ValueError as why:
            field, _colon, text = str(why).partition(": ")
            form.add_error(field if field in form.fields else None, text)
        else:
            return redirect("act", row.pk)
    words = {"nav": "playbook", "form": form, "title": row.title, "act": row}
    return render(request, "design/form.html", words)


@access.only(access.LEADS)
@require_POST
def act_retire(request: HttpRequest, id: int) -> HttpResponseBase:
    """Retire an act, or bring it back: people decide, never results."""
    member = access.me(request)
    row = access.act(member, id)
    back = row.retired_at is not None
    actions.retire_act(by=member, act=row, back=back)
    said = _("Back in the playbook.") if back else _("Retired. You can bring it back at any time.")
    messages.success(request, said)
    return redirect("act", row.pk)
