"""The Kindness Drive: a team's rounds, ideas people write, hours and the one nudge a shift."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from neoncard import access, chatting
from neoncard.do import queries as doing
from neoncard.do.drive import actions, queries, rules
from neoncard.do.drive.tables import Nudge, Round, WrittenIdea
from neoncard.kit import clock
from neoncard.people import actions as people
from neoncard.people import queries as people_queries
from neoncard.people.hours import day_of
from neoncard.people.tables import Member
from neoncard.standing import standing
from neoncard.web.pages.forms import blame


class RoundForm(forms.Form):
    """A round, as its host words it."""

    title = forms.CharField(
        label=gettext_lazy("What is it called?"),
        max_length=80,
        initial=gettext_lazy("Kindness Drive"),
    )
    days = forms.ChoiceField(
        label=gettext_lazy("How long?"),
        choices=Round.Days.choices,
        widget=forms.RadioSelect,
        initial=Round.Days.THREE_WEEKS,
        help_text=gettext_lazy("Each person’s own worked days; leave and days off don’t count."),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("From which day?"), widget=forms.DateInput(attrs={"type": "date"})
    )
    invitation = forms.CharField(
        label=gettext_lazy("The invitation"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Why you would like it, and that nobody has to."),
    )
    guide = forms.CharField(
        label=gettext_lazy("A little guide"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    themes = forms.CharField(
        label=gettext_lazy("Themes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line, seven at most; they share the days evenly."),
    )
    hashtag = forms.CharField(
        label=gettext_lazy("The team’s hashtag"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "For pledges their owners want to show outside. For example #pier3."
        ),
    )

    def said(self) -> dict[str, Any]:
        """The words of a round."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "invitation": data["invitation"],
            "guide": data["guide"],
            "themes": data["themes"].splitlines(),
        }


class IdeaForm(forms.Form):
    """An idea in one's own words."""

    toward = forms.ChoiceField(
        label=gettext_lazy("For whom?"),
        choices=WrittenIdea.Toward.choices,
        widget=forms.RadioSelect,
        initial=WrittenIdea.Toward.CUSTOMER,
    )
    title = forms.CharField(label=gettext_lazy("What would you do?"), max_length=60)
    detail = forms.CharField(
        label=gettext_lazy("A little more about it"), max_length=140, required=False
    )
    offer = forms.BooleanField(
        label=gettext_lazy("Offer it to the team"),
        required=False,
        help_text=gettext_lazy(
            "The host lays it into the team’s deck. Your name does not go with it."
        ),
    )


@access.only()
def drive(request: HttpRequest) -> HttpResponse:
    """`/drive`: the round one is in, the one that is open, those before, and when one hears of it."""
    member = access.me(request)
    rounds = queries.of_team(member)
    going = standing(member).round
    behind = queries.behind(member)
    context = {
        "nav": "me",
        "going": None if going is None or going.over else going,
        "behind": behind | {going.id} if going and going.over else behind,
        "open": [row for row in rounds if row.ended_at is None],
        "past": [row for row in rounds if row.ended_at is not None],
        "nudge": queries.nudge_of(member),
        "in_chat": chatting.in_chat(member),
        "written": queries.own_ideas(member),
        "idea_form": IdeaForm(prefix="idea"),
    }
    return render(request, "do/drive.html", context)


@access.only()
def drive_begin(request: HttpRequest) -> HttpResponse:
    """`/drive/begin`: open a round for one's team and be its host."""
    member = access.me(request)
    start = {"hashtag": member.team.hashtag} if member.team else {}
    form = RoundForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        if member.team is None:
            form.add_error(None, _("You are in no team yet; an admin can add you to one."))
        else:
            try:
                row = actions.begin(
                    by=member,
                    team=member.team,
                    days=int(form.cleaned_data["days"]),
                    starts_on=form.cleaned_data["starts_on"],
                    **form.said(),
                )
            except ValueError as problem:
                blame(form, problem)
            else:
                _tag(member, row, form)
                messages.success(request, _("The round is open. Your team sees the invitation."))
                return redirect("drive_round", row.pk)
    status = 422 if form.errors else 200
    return render(request, "do/drive_begin.html", {"form": form, "nav": "me"}, status=status)


def _tag(by: Member, row: Round, form: RoundForm) -> None:
    people.set_hashtag(by=by, team=row.team, hashtag=form.cleaned_data["hashtag"])


@access.only()
def drive_round(request: HttpRequest, id: int) -> HttpResponse:
    """`/drive/<round>`: the invitation, the guide, and one's own calendar of worked days."""
    member = access.me(request)
    row = access.drive_round(member, id)
    mine = row.takings.filter(member=member).first()
    since = mine.joined_on if mine else row.starts_on
    now = clock.now()
    hours = people_queries.hours(member, min(actions.since_of(member, since), now))
    day = day_of(hours, now)
    days = rules.days_of(hours, since, row.days, row.themes)
    context = {
        "nav": "me",
        "round": row,
        "mine": mine,
        "days": days,
        "today": rules.standing(days, day),
        "over": rules.over(days, day),
        "hosts": access.hosts(member, row),
        "pledges": doing.shown_pledges(row.pk) if mine else [],
    }
    return render(request, "do/drive_round.html", context)


@access.only()
def drive_change(request: HttpRequest, id: int) -> HttpResponse:
    """`/drive/<round>/change`: the host words it anew."""
    member = access.me(request)
    row = access.hosted_round(member, id)
    start = {
        "title": row.title,
        "days": row.days,
        "starts_on": row.starts_on,
        "invitation": row.invitation,
        "guide": row.guide,
        "themes": "\n".join(row.themes),
        "hashtag": row.team.hashtag,
    }
    form = RoundForm(request.POST or None, initial=start)
    for fixed in ("days", "starts_on"):
        form.fields[fixed].disabled = True
    if request.method == "POST" and form.is_valid():
        actions.change(by=member, round=row, **form.said())
        _tag(member, row, form)
        messages.success(request, _("Saved."))
        return redirect("drive_round", row.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "round": row, "nav": "me"}
    return render(request, "do/drive_begin.html", context, status=status)


@access.only()
@require_POST
def drive_end(request: HttpRequest, id: int) -> HttpResponse:
    """The host ends a round; its stories stay."""
    member = access.me(request)
    actions.end(by=member, round=access.hosted_round(member, id))
    messages.success(request, _("The round is over. Its stories are on a page to print."))
    return redirect("drive_stories", id)


@access.only()
@require_POST
def drive_join(request: HttpRequest, id: int) -> HttpResponse:
    """Take part (E5)."""
    member = access.me(request)
    try:
        actions.join(member=member, round=access.drive_round(member, id), day=standing(member).day)
    except ValueError as problem:
        messages.error(request, str(problem).partition(": ")[2].capitalize() + ".")
    else:
        messages.success(request, _("You are in. Nobody counts, and you can leave at any time."))
    return redirect("drive_round", id)


@access.only()
@require_POST
def drive_leave(request: HttpRequest, id: int) -> HttpResponse:
    """Leave, without a reason and without a trace (P5)."""
    member = access.me(request)
    actions.leave(member=member, round=access.drive_round(member, id))
    messages.success(request, _("You have left the round. Nobody is told."))
    return redirect("drive")


@access.only()
def drive_stories(request: HttpRequest, id: int) -> HttpResponse:
    """`/drive/<round>/stories`: what people gave to the round's page, to read and to print."""
    member = access.me(request)
    row = access.drive_round(member, id)
    context = {"nav": "me", "round": row, "lines": queries.stories(row)}
    return render(request, "do/drive_stories.html", context)


@access.only()
@require_POST
def line_back(request: HttpRequest, id: int) -> HttpResponse:
    """Take one's own line back; it is gone from the round's page at once (P6)."""
    line = access.line(access.me(request), id)
    round_id = line.round_id
    actions.take_back_line(line=line)
    messages.success(request, _("Taken back. Your line is gone."))
    return redirect("drive_stories", round_id) if round_id else redirect("today")


@access.only()
def drive_ideas(request: HttpRequest) -> HttpResponse:
    """`/drive/ideas`: the team's own ideas, and those that wait for the host; nobody's name is on one."""
    return _ideas(request, IdeaForm(prefix="idea", initial={"offer": True}))


def _ideas(request: HttpRequest, form: IdeaForm) -> HttpResponse:
    member = access.me(request)
    ideas = queries.ideas_of_team(member)
    context = {
        "nav": "me",
        "waiting": [idea for idea in ideas if idea.state == WrittenIdea.State.PROPOSED],
        "ideas": [idea for idea in ideas if idea.state == WrittenIdea.State.ACCEPTED],
        "hosts": access.hosts_team(member),
        "idea_form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "do/drive_ideas.html", context, status=status)


@access.only()
@require_POST
def drive_idea_write(request: HttpRequest) -> HttpResponse:
    """Write an idea: one's own, or offered to the team."""
    member = access.me(request)
    form = IdeaForm(request.POST, prefix="idea")
    if not form.is_valid():
        return _ideas(request, form)
    idea = actions.write(member=member, **form.cleaned_data)
    if idea.state == WrittenIdea.State.PROPOSED:
        messages.success(request, _("Offered. The host reads it."))
        return redirect("drive_ideas")
    messages.success(request, _("Kept. It comes round in your own deck."))
    return redirect("drive")


@access.only()
@require_POST
def drive_idea_accept(request: HttpRequest, id: int) -> HttpResponse:
    """The host lays an idea into the team's deck."""
    member = access.me(request)
    actions.accept(by=member, idea=access.team_idea(member, id))
    messages.success(request, _("In the team’s deck from tomorrow."))
    return redirect("drive_ideas")


@access.only()
@require_POST
def drive_idea_back(request: HttpRequest, id: int) -> HttpResponse:
    """The host hands an idea back; it stays its writer's own."""
    member = access.me(request)
    actions.hand_back(by=member, idea=access.team_idea(member, id))
    messages.success(request, _("Handed back; its writer keeps it."))
    return redirect("drive_ideas")


@access.only()
@require_POST
def drive_idea_drop(request: HttpRequest, id: int) -> HttpResponse:
    """Drop an idea of one's own."""
    actions.drop(idea=access.own_idea(access.me(request), id))
    messages.success(request, _("Gone."))
    return redirect("drive")


@access.only()
@require_POST
def drive_nudge(request: HttpRequest) -> HttpResponse:
    """Choose how one hears of today's ideas: one channel, once a shift, or never."""
    member, channel = access.me(request), request.POST.get("channel", "")
    if channel == Nudge.Channel.CHAT and not chatting.in_chat(member):
        messages.error(request, _("You are not in the chat yet: type /thanks there, and join."))
        return redirect("drive")
    try:
        actions.set_nudge(
            member=member, channel=channel, moment=request.POST.get("moment", "start")
        )
    except ValueError as problem:
        messages.error(request, str(problem).partition(": ")[2].capitalize() + ".")
    else:
        messages.success(request, _("Saved."))
    return redirect("drive")
