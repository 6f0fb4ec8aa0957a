"""Today is hard, a hand, grace and cover."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from neoncard import access
from neoncard.care import actions, queries
from neoncard.kindness.actions import customer_party, guest_party, member_party
from neoncard.kindness.tables import Party
from neoncard.web.faces import listed, undoable
from neoncard.web.people_form import PeopleField, PeopleForm

TODAY = "today"
COLLEAGUE, CUSTOMER = "colleague", "customer"


@access.only()
@require_POST
def hard_day(request: HttpRequest) -> HttpResponse:
    """Today is hard, or (`back`) not so hard any more. Nobody else sees it (E19)."""
    member = access.me(request)
    if "back" in request.POST:
        actions.take_back_hard(member=member)
        messages.success(request, _("Good. Nothing of it was kept."))
    else:
        actions.say_hard(member=member)
        messages.success(request, _("All right. Today stays light, and only you know."))
    return redirect(TODAY)


class HandForm(PeopleForm):
    """Could use a hand: one person or a few, a word if one likes."""

    words = forms.CharField(
        label=gettext_lazy("A word to them"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only they read it, and it is gone when your shift ends."),
    )


@access.only()
def hand(request: HttpRequest) -> HttpResponse:
    """`/hand`: tell one colleague or a few that one could use a hand; whoever comes is thanked."""
    member = access.me(request)
    form = HandForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        actions.ask_hands(member=member, to=form.chosen, words=form.cleaned_data["words"])
        names = listed(one.known_as for one in form.chosen)
        messages.success(request, _("%(name)s will see it on Today.") % {"name": names})
        return redirect(TODAY)
    status = 422 if form.errors else 200
    return render(request, "care/hand.html", {"form": form, "nav": "today"}, status=status)


@access.only()
@require_POST
def hand_back(request: HttpRequest) -> HttpResponse:
    """Take the asking back."""
    actions.take_back_hand(member=access.me(request))
    return redirect(TODAY)


@access.only()
@require_POST
def hand_coming(request: HttpRequest, id: int) -> HttpResponse:
    """ "I'm coming", said by the one who was asked."""
    member = access.me(request)
    row = access.hand_for(member, id)
    going, name = actions.come(hand=row), row.member.known_as
    if going == member:
        messages.success(request, _("%(name)s knows you are coming.") % {"name": name})
    else:
        names = {"who": going.known_as, "name": name}
        messages.info(request, _("%(who)s is going to %(name)s already. Good of you.") % names)
    return redirect(TODAY)


class GraceForm(PeopleForm):
    """A pass on a bad day, for a colleague or a customer."""

    one = True
    who = forms.ChoiceField(
        label=gettext_lazy("For whom?"),
        choices=[
            (CUSTOMER, gettext_lazy("A customer")),
            (COLLEAGUE, gettext_lazy("A colleague")),
        ],
        widget=forms.RadioSelect,
        initial=CUSTOMER,
    )
    name = forms.CharField(label=gettext_lazy("Their name"), max_length=120, required=False)
    to = PeopleField(label=gettext_lazy("Which colleague?"), required=False)
    words = forms.CharField(
        label=gettext_lazy("What was it?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "For example: he shouted, and it was about the missed funeral, not about me."
        ),
    )
    dug_deeper = forms.BooleanField(
        label=gettext_lazy("I dug a little deeper and found what was behind it"), required=False
    )
    told = forms.BooleanField(
        label=gettext_lazy("They may see it"),
        help_text=gettext_lazy("Otherwise only you do."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A colleague, and one, has to be picked when it is for one."""
        data = super().clean() or self.cleaned_data
        if data.get("who") == COLLEAGUE and len(data.get("to") or ()) != 1:
            self.add_error("to", _("Pick the colleague it is for."))
        return data


@access.only()
def grace(request: HttpRequest) -> HttpResponse:
    """`/grace`: give a pass on a bad day; `?encounter=` one's own ticket says which customer."""
    member = access.me(request)
    ticket = request.GET.get("encounter", "")
    encounter = access.own_encounter(member, ticket) if ticket else None
    customer = encounter.customer if encounter else None
    start: dict[str, Any] = {
        "name": customer.name if customer else "",
        "to": request.GET.getlist("to")[:1],
    }
    if start["to"]:
        start["who"] = COLLEAGUE
    form = GraceForm(request.POST or None, initial=start, member=member)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        to: Party
        if data["who"] == COLLEAGUE:
            to = member_party(form.chosen[0])
        else:
            to = customer_party(customer) if customer else guest_party(data["name"])
        row = actions.give_grace(
            by=member,
            to=to,
            words=data["words"],
            dug_deeper=data["dug_deeper"],
            quiet=not data["told"],
            encounter=encounter,
        )
        undoable(request, _("A pass, given. You can take it back for ten minutes."), row.kindness)
        return redirect("kindness", row.kindness_id)
    status = 422 if form.errors else 200
    return render(request, "care/grace.html", {"form": form, "nav": "today"}, status=status)


@access.only()
def cover_me(request: HttpRequest) -> HttpResponse:
    """`/cover-me`: ask a lead for cover, with one's own conversation if one likes (P11); see who took it."""
    member = access.me(request)
    ticket = request.POST.get("encounter", "") or request.GET.get("encounter", "")
    encounter = access.own_encounter(member, ticket) if ticket else None
    if request.method == "POST":
        actions.ask_cover(member=member, encounter=encounter)
        messages.success(request, _("The leads see it now. You may step away."))
        return redirect("cover_me")
    context = {"cover": queries.own_cover(member), "encounter": encounter, "ticket": ticket}
    return render(request, "care/cover_me.html", {**context, "nav": "today"})


@access.only()
@require_POST
def cover_back(request: HttpRequest) -> HttpResponse:
    """Take the asking back."""
    actions.take_back_cover(member=access.me(request))
    messages.success(request, _("Taken back."))
    return redirect(TODAY)


@access.only(access.LEADS)
def covers(request: HttpRequest) -> HttpResponse:
    """`/covers`: who asks for cover now. Never counted, never kept past the shift (P11)."""
    return render(request, "care/covers.html", {"covers": queries.covers(), "nav": "covers"})


@access.only(access.LEADS)
@require_POST
def cover_take(request: HttpRequest, id: int) -> HttpResponse:
    """Take over."""
    member = access.me(request)
    row = access.cover(member, id)
    if actions.take_cover(by=member, cover=row):
        messages.success(
            request, _("You cover for %(name)s. They can see it.") % {"name": row.member.known_as}
        )
    else:
        messages.info(request, _("Another lead was a moment faster."))
    return redirect("covers")
