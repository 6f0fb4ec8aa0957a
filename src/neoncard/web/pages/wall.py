"""The wall, its quiet screen, thanking colleagues, stories and comments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from neoncard import access
from neoncard.kit import clock
from neoncard.people.tables import Member
from neoncard.share import actions, queries
from neoncard.share import wall as wall_of
from neoncard.share.voices import queries as saying
from neoncard.web.faces import listed, undoable
from neoncard.web.pages.forms import blame
from neoncard.web.people_form import PeopleForm
from neoncard.web.posts import card, hanging


@access.only()
def wall(request: HttpRequest) -> HttpResponse:
    """`/wall`: three stories, then the team's kindnesses, newest first, 50 a page by key."""
    member = access.me(request)
    before = request.GET.get("before", "")
    seen = wall_of.page(member, before)
    older = f"{reverse('wall')}?before={seen.posts.older}" if seen.posts.older else ""
    at_top = {post.pk for post in seen.stories}
    lower = (post for post in seen.posts.rows if post.pk not in at_top)
    return render(
        request,
        "share/wall.html",
        {
            "nav": "wall",
            "stories": [card(post, member) for post in seen.stories],
            "cards": hanging(lower, member),
            "asked": seen.asked,
            "pictures": queries.pictures_asking(member),
            "reviews": saying.asked_to_look(member),
            "older": older,
            "newer": reverse("wall") if before else "",
        },
    )


@access.only()
def wall_screen(request: HttpRequest) -> HttpResponse:
    """`/wall/screen`: one released kindness at a time for a break room; the next one every minute, or held still."""
    rows = queries.on_screen()
    shown = card(rows[int(clock.now().timestamp() // 60) % len(rows)], None) if rows else None
    still = "still" in request.GET
    response = render(request, "share/screen.html", {"card": shown, "still": still})
    if not still:
        response["Refresh"] = "60"
    return response


class ThankForm(PeopleForm):
    """Thanks to one or several, with why (E7), seen by those in it unless the writer says otherwise."""

    words = forms.CharField(
        label=gettext_lazy("What for?"),
        max_length=2000,
        help_text=gettext_lazy("What they did, and what it changed. One sentence is plenty."),
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "hx-post": reverse_lazy("thank_hint"),
                "hx-trigger": "change, keyup changed delay:900ms",
                "hx-target": "#hint",
                "hx-params": "words,csrfmiddlewaretoken",
            }
        ),
        error_messages={"required": gettext_lazy("Say what for; one sentence is plenty.")},
    )
    sees = forms.ChoiceField(
        label=gettext_lazy("Who sees it?"),
        choices=[
            ("parties", gettext_lazy("Only those in it")),
            ("team", gettext_lazy("Everyone: it hangs on the wall")),
        ],
        initial="parties",
        widget=forms.RadioSelect,
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)
    encounter = forms.CharField(required=False, widget=forms.HiddenInput)


@access.only()
def thank_colleague(request: HttpRequest) -> HttpResponse:
    """`/thank`: thank colleagues; `?to=` ticks them, `?next=`: where to go then, `?encounter=`: helped with one's own."""
    member = access.me(request)
    if request.method == "POST":
        form = ThankForm(request.POST, member=member)
        if form.is_valid():
            return _thank(request, member, form)
    else:
        start: dict[str, Any] = {name: request.GET.get(name, "") for name in ("next", "encounter")}
        start["to"] = request.GET.getlist("to")
        form = ThankForm(initial=start, member=member)
    return _ask(request, form)


def _ask(request: HttpRequest, form: ThankForm) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "nav": "wall", "elsewhere": form.elsewhere(clock.today())}
    return render(request, "share/thank.html", context, status=status)


def _thank(request: HttpRequest, member: Member, form: ThankForm) -> HttpResponse:
    team = form.cleaned_data["sees"] == "team"
    words, ticket = form.cleaned_data["words"], form.cleaned_data["encounter"]
    met = access.own_encounter(member, ticket) if ticket else None
    try:
        kindness = actions.thank(by=member, to=form.chosen, words=words, team=team, encounter=met)
    except ValueError as problem:
        blame(form, problem)
        return _ask(request, form)
    names = listed(one.known_as for one in form.chosen)
    said = _("Thanked %(names)s. You can take it back for ten minutes.") % {"names": names}
    undoable(request, said, kindness)
    back = form.cleaned_data["next"]
    if back and url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return redirect(back)
    return redirect("wall") if team else redirect("kindness", kindness.pk)
