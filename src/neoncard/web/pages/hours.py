"""/me/hours: the week one works, and leave; and the pledge as a card to print. Nobody else's page shows any of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from neoncard import access
from neoncard.do.queries import pledge_of
from neoncard.people import actions, queries

LEAVES = 3


class DayForm(forms.Form):
    """One weekday: from, until, or free."""

    starts = forms.TimeField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends = forms.TimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        """Both or neither."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("starts")) != bool(data.get("ends")):
            raise forms.ValidationError(_("Say from when until when, or leave both empty."))
        return data


class LeaveForm(forms.Form):
    """One stretch of leave."""

    first = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        """Both or neither, in order."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if bool(first) != bool(last) or (first and last and last < first):
            raise forms.ValidationError(_("Say the first and the last day, the first one first."))
        return data


@access.only()
def hours(request: HttpRequest) -> HttpResponse:
    """`/me/hours`: a week that repeats, nights and free days too, and leave."""
    member = access.me(request)
    now = queries.hours(member)
    data = request.POST if request.method == "POST" else None
    days = []
    for number in range(7):
        pair = now.week.get(str(number)) or ("", "")
        start = {"starts": pair[0], "ends": pair[1]}
        days.append(DayForm(data, initial=start, prefix=f"day{number}"))
    leave = []
    for number in range(LEAVES):
        pair = now.leave[-LEAVES:][number] if number < len(now.leave[-LEAVES:]) else ("", "")
        leave.append(
            LeaveForm(data, initial={"first": pair[0], "last": pair[1]}, prefix=f"leave{number}")
        )
    forms_ = [*days, *leave]
    wrong = [form for form in forms_ if form.errors]
    if request.method == "POST" and not wrong:
        actions.set_hours(
            member=member,
            week={
                str(number): (f"{one['starts']:%H:%M}", f"{one['ends']:%H:%M}")
                for number, form in enumerate(days)
                if (one := form.cleaned_data).get("starts")
            },
            leave=[
                (form.cleaned_data["first"].isoformat(), form.cleaned_data["last"].isoformat())
                for form in leave
                if form.cleaned_data.get("first")
            ],
        )
        messages.success(request, _("Your hours are kept. Only you see them."))
        return redirect("me_hours")
    names = [str(name) for _number, name in sorted(WEEKDAYS.items())]
    context = {"nav": "me", "days": list(zip(names, days, strict=True)), "leave": leave}
    status = 422 if wrong else 200
    return render(request, "people/hours.html", context, status=status)


@access.only()
def pledge_card(request: HttpRequest) -> HttpResponse:
    """`/me/pledge/card`: one's own pledge, to print, or as text to share with the team's hashtag (E5)."""
    member = access.me(request)
    pledge = pledge_of(member)
    tag = member.team.hashtag if member.team else ""
    text = f"{pledge.words} #{tag}" if pledge and tag else pledge.words if pledge else ""
    context = {"nav": "me", "pledge": pledge, "text": text, "tag": tag}
    return render(request, "people/pledge_card.html", context)
