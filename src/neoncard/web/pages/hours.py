"""/me/hours: the weeks one works, and leave; and the pledge as a card to print. Nobody else's page shows any of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
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
from neoncard.kit import clock
from neoncard.people import actions, queries
from neoncard.people.hours import WEEKS_MOST, Hours

EMPTY = 2
"""Rows to write new leave in, below what is there."""

MOST = 60
KEPT = timedelta(days=400)
"""Leave that is over is there for as long as a round may be counted over it."""


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


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class WeekForm:
    """One of the weeks that take turns, this one first: its days, each with one part or two."""

    monday: date
    days: list[tuple[str, list[DayForm]]]


def _weeks(data: Any, now: Hours, monday: date, weeks: int, parts: int) -> list[WeekForm]:
    names = [str(name) for _number, name in sorted(WEEKDAYS.items())]
    found = []
    for week in range(weeks):
        first = monday + timedelta(days=7 * week)
        days = []
        for number, name in enumerate(names):
            times = list(now.times(first + timedelta(days=number)))
            times += [""] * (4 - len(times))
            prefix = f"day{week * 7 + number}"
            forms_ = [
                DayForm(
                    data,
                    initial={"starts": times[2 * part], "ends": times[2 * part + 1]},
                    prefix=prefix + "b" * part,
                )
                for part in range(parts)
            ]
            days.append((name, forms_))
        found.append(WeekForm(first, days))
    return found


def _written(weeks: list[WeekForm]) -> dict[str, list[str]]:
    """The weeks as `people.hours.Hours` writes them."""
    found = {}
    for week in weeks:
        turn = (week.monday.toordinal() - 1) // 7 % len(weeks)
        for number, (_name, parts) in enumerate(week.days):
            times = []
            for form in parts:
                if (one := form.cleaned_data).get("starts"):
                    times += [f"{one['starts']:%H:%M}", f"{one['ends']:%H:%M}"]
            found[str(turn * 7 + number)] = times
    return found


def _leave(request: HttpRequest, kept: list[tuple[str, str]]) -> list[LeaveForm]:
    if request.method == "POST":
        count = next(
            n for n in range(MOST + 1) if n == MOST or f"leave{n}-first" not in request.POST
        )
        return [LeaveForm(request.POST, prefix=f"leave{number}") for number in range(count)]
    pairs = [*kept, *[("", "")] * EMPTY]
    return [
        LeaveForm(initial={"first": first, "last": last}, prefix=f"leave{number}")
        for number, (first, last) in enumerate(pairs)
    ]


def _number(text: str | None, fewest: int, most: int) -> int:
    """A number chosen by a link, within what there is."""
    return min(max(int(text), fewest), most) if text and text in "1234" else fewest


@access.only()
def hours(request: HttpRequest) -> HttpResponse:
    """`/me/hours`: one to four weeks that take turns, nights and days in two parts too, and leave.

    `?weeks=` and `?parts=` say how many one would like to fill in; nothing changes until the form is sent.
    """
    member = access.me(request)
    now = queries.hours(member)
    data = request.POST if request.method == "POST" else None
    asked = request.POST if data is not None else request.GET
    today = clock.today(now.zone)
    split = 2 if any(len(times) > 2 for times in now.week.values()) else 1
    count = _number(asked.get("weeks"), 1, WEEKS_MOST) if asked.get("weeks") else now.weeks
    parts = _number(asked.get("parts"), 1, 2) if asked.get("parts") else split
    weeks = _weeks(data, now, _monday(today), count, parts)
    long_ago = (today - KEPT).isoformat()
    kept = [pair for pair in now.leave if pair[1] >= long_ago]
    leave = _leave(request, kept)
    days = [form for week in weeks for _name, pair in week.days for form in pair]
    wrong = [form for form in (*days, *leave) if form.errors]
    problem = ""
    if request.method == "POST" and not wrong:
        try:
            actions.set_hours(
                member=member,
                week=_written(weeks),
                leave=[
                    (form.cleaned_data["first"].isoformat(), form.cleaned_data["last"].isoformat())
                    for form in leave
                    if form.cleaned_data.get("first")
                ],
            )
        except ValueError as why:
            problem = str(why).partition(": ")[2]
        else:
            messages.success(request, _("Your hours are kept. Only you see them."))
            return redirect("me_hours")
    context = {
        "nav": "me",
        "weeks": weeks,
        "count": count,
        "counts": range(1, WEEKS_MOST + 1),
        "parts": parts,
        "leave": leave,
        "problem": problem,
    }
    status = 422 if wrong or problem else 200
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
