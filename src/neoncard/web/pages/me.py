"""/me: one's own counter, pledge, shifts, settings, tokens, export, erase. Nobody else's page shows any of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from neoncard import access, keeping
from neoncard.do import actions as do
from neoncard.kindness.queries import own_count
from neoncard.kit import clock
from neoncard.people import actions, counter, queries
from neoncard.people.tables import CounterPin, Member, OptOut
from neoncard.web.pages.forms import blame
from neoncard.web.pages.voices import feed_key


class SelfForm(forms.Form):
    """What a member may change about themselves."""

    known_as = forms.CharField(label=gettext_lazy("What people call you"), max_length=60)
    say_it = forms.CharField(
        label=gettext_lazy("How to say it"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For example: EE-nes, the s is soft."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("As my browser says")), *settings.TEAM_LANGUAGES],
    )
    zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Leave it empty to use the company's."),
    )


class PledgeForm(forms.Form):
    """A promise in one's own words (E5)."""

    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    shown = forms.BooleanField(
        label=gettext_lazy("Colleagues in my round may read it"), required=False
    )


class ShiftForm(forms.Form):
    """A shift as really worked: today's, or an extra one on another day."""

    day = forms.DateField(
        label=gettext_lazy("Which day?"),
        required=False,
        help_text=gettext_lazy("Today, if you leave it empty."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    starts = forms.TimeField(
        label=gettext_lazy("From"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    ends = forms.TimeField(
        label=gettext_lazy("Until"), widget=forms.TimeInput(attrs={"type": "time"})
    )


class PinForm(forms.Form):
    """The PIN one comes in with at a shared tablet."""

    pin = forms.CharField(
        label=gettext_lazy("PIN"),
        min_length=counter.SHORTEST,
        max_length=counter.LONGEST,
        help_text=gettext_lazy("4 to 8 digits, and none you use anywhere else."),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class SuggestionsForm(forms.Form):
    """How many suggestions beside tickets a shift, at most (E2: never a nag)."""

    most = forms.IntegerField(
        label=gettext_lazy("Suggestions a shift, at most"), min_value=0, max_value=50
    )


class TokenForm(forms.Form):
    """A name to tell one token from another."""

    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=80)


@access.only()
def me(request: HttpRequest) -> HttpResponse:
    """The page itself; a form that failed comes back with what was typed."""
    return _page(request)


def _page(request: HttpRequest, **forms_: forms.Form) -> HttpResponse:
    member = access.me(request)
    rows = Member.objects.select_related("pledge", "letter")
    kept = rows.filter(pk=member.pk).first()  # lookup: oneself
    pledge = getattr(kept, "pledge", None)
    queries.opted_out(member, OptOut.Feature.IDEAS)
    context = {
        "nav": "me",
        "given": own_count(member),
        "letter": getattr(kept, "letter", None),
        "hours": range(5, 23),
        "feed": feed_key(member),
        "pledge": pledge,
        "shift_end": queries.shift_end(member),
        "features": [
            (value, label, queries.opted_out(member, value))
            for value, label in OptOut.Feature.choices
        ],
        "tokens": list(member.api_tokens.filter(ended_at=None).order_by("-made_at")),
        "self_form": SelfForm(
            initial={
                "known_as": member.known_as,
                "say_it": member.say_it,
                "language": member.language,
                "zone": member.zone,
            },
            prefix="self",
        ),
        "pledge_form": PledgeForm(
            initial={"words": pledge.words, "shown": pledge.shown} if pledge else None,
            prefix="pledge",
        ),
        "shift_form": ShiftForm(prefix="shift"),
        "pin_set_at": CounterPin.objects.filter(member=member)
        .values_list("set_at", flat=True)
        .first(),
        "pin_form": PinForm(prefix="pin"),
        "suggestions_form": SuggestionsForm(
            initial={"most": member.suggestions_a_shift}, prefix="suggestions"
        ),
        "token_form": TokenForm(prefix="token"),
        **forms_,
    }
    return render(request, "people/me.html", context, status=422 if forms_ else 200)


@access.only()
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Save one's own settings."""
    form = SelfForm(request.POST, prefix="self")
    if form.is_valid():
        try:
            actions.change_self(member=access.me(request), **form.cleaned_data)
        except ValueError as problem:
            blame(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("me")
    return _page(request, self_form=form)


@access.only()
@require_POST
def pledge(request: HttpRequest) -> HttpResponse:
    """Make, change or take back one's pledge (E5)."""
    member = access.me(request)
    if "end" in request.POST:
        do.end_pledge(member=member)
        messages.success(request, _("Your pledge is taken back. Nobody is told."))
        return redirect("me")
    form = PledgeForm(request.POST, prefix="pledge")
    if not form.is_valid():
        return _page(request, pledge_form=form)
    row = do.make_pledge(member=member, **form.cleaned_data)
    said = _("Your pledge is kept here, for your eyes.")
    messages.success(request, _("Your round may read your pledge.") if row.shown else said)
    return redirect("me")


@access.only()
@require_POST
def opt(request: HttpRequest, feature: str) -> HttpResponse:
    """Turn a feature off or on again, without a reason (P5)."""
    member = access.me(request)
    if feature not in OptOut.Feature.values:
        return HttpResponse(status=404)
    if "off" in request.POST:
        actions.opt_out(member=member, feature=feature)
        messages.success(request, _("Off. Nothing else changes."))
    else:
        actions.opt_in(member=member, feature=feature)
        messages.success(request, _("On again."))
    return redirect("me")


@access.only()
@require_POST
def shift(request: HttpRequest) -> HttpResponse:
    """Say when a shift runs, today or another day; past midnight when it ends before it starts."""
    member = access.me(request)
    form = ShiftForm(request.POST, prefix="shift")
    if not form.is_valid():
        return _page(request, shift_form=form)
    zone = ZoneInfo(member.zone or member.organisation.zone)
    today = clock.now().astimezone(zone).date()
    day = form.cleaned_data["day"] or today
    if abs(day - today) > timedelta(days=365):
        form.add_error("day", _("Pick a day within a year of today."))
        return _page(request, shift_form=form)
    starts = datetime.combine(day, form.cleaned_data["starts"], zone)
    ends = datetime.combine(day, form.cleaned_data["ends"], zone)
    if ends <= starts:
        ends = datetime.combine(day + timedelta(days=1), form.cleaned_data["ends"], zone)
    actions.set_shift(member=member, starts_at=starts, ends_at=ends)
    messages.success(request, _("Your shift is set."))
    return redirect("me")


@access.only()
@require_POST
def pin(request: HttpRequest) -> HttpResponse:
    """Set, change or take back the PIN for shared tablets."""
    member = access.me(request)
    if "end" in request.POST:
        counter.end_pin(member=member)
        messages.success(request, _("Your PIN is gone. No tablet lets you in."))
        return redirect("me")
    form = PinForm(request.POST, prefix="pin")
    if form.is_valid():
        try:
            counter.set_pin(member=member, pin=form.cleaned_data["pin"])
        except ValueError as problem:
            blame(form, problem)
        else:
            messages.success(request, _("Your PIN is set. Your name is on the tablet now."))
            return redirect("me")
    return _page(request, pin_form=form)


@access.only()
@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """How many suggestions a shift one wants beside one's tickets."""
    form = SuggestionsForm(request.POST, prefix="suggestions")
    if not form.is_valid():
        return _page(request, suggestions_form=form)
    actions.set_suggestions(member=access.me(request), most=form.cleaned_data["most"])
    messages.success(request, _("Saved."))
    return redirect("me")


@access.only()
@require_POST
def token_make(request: HttpRequest) -> HttpResponse:
    """Make a personal API token and show it this once."""
    form = TokenForm(request.POST, prefix="token")
    if not form.is_valid():
        return _page(request, token_form=form)
    member = access.me(request)
    text = actions.make_token(member=member, name=form.cleaned_data["name"])
    response = render(request, "people/token.html", {"nav": "me", "token": text})
    response["Cache-Control"] = "no-store"
    return response


@access.only()
@require_POST
def token_end(request: HttpRequest, id: int) -> HttpResponse:
    """End one of one's own tokens."""
    actions.end_token(token=access.api_token(access.me(request), id))
    messages.success(request, _("That token opens nothing any more."))
    return redirect("me")


@access.only()
def export(request: HttpRequest) -> HttpResponse:
    """Everything about oneself, as JSON (P5); no names but one's own (P4)."""
    member = access.me(request)
    response = JsonResponse(keeping.export_member(member), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="neoncard-me.json"'
    response["Cache-Control"] = "no-store"
    return response


@access.only()
def erase(request: HttpRequest) -> HttpResponse:
    """Ask once, then erase everything about oneself (P5)."""
    member = access.me(request)
    if request.method != "POST":
        return render(request, "people/erase.html", {"nav": "me"})
    if request.POST.get("name", "").strip() != member.known_as:
        error = _("Write %(name)s to go on.") % {"name": member.known_as}
        return render(request, "people/erase.html", {"nav": "me", "error": error}, status=422)
    try:
        keeping.erase_member(member)
    except ValueError as problem:
        return render(
            request, "people/erase.html", {"nav": "me", "error": str(problem)}, status=422
        )
    logout(request)
    return redirect("account_login")
