"""Smile Cards: a kindness on paper, for somebody without an account, that comes back into the chain."""

from __future__ import annotations

import io
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from neoncard import access
from neoncard.pass_on import actions, queries
from neoncard.pass_on.tables import SmileCard
from neoncard.thank import rules
from neoncard.web import pressed
from neoncard.web.pages.thank import SeeOther, customer_page, wished
from neoncard.web.pages.thank_forms import Words

REFUSED = (rules.HOSTILE, rules.LINKS)


class TellForm(forms.Form):
    """What happened, and a first name if one likes."""

    words = Words(
        rows=4,
        label=gettext_lazy("What happened?"),
        hint=gettext_lazy("What somebody did for you, or what you did for the next one."),
    )
    name = forms.CharField(
        label=gettext_lazy("Your first name"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "dir": "auto"}),
    )
    more = forms.CharField(required=False)

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang, self.held = lang, False
        self.label_suffix = ""
        self.fields["words"].required = True

    def clean(self) -> dict[str, Any]:
        """Nothing hostile and no links reach a person this way; what the software can't read waits for a lead."""
        data = super().clean() or {}
        given = rules.Given(words=data.get("words", ""), name=data.get("name", ""), lang=self.lang)
        verdict = rules.weigh(given)
        self.held = not verdict.passes
        if data.get("more") or verdict.why in REFUSED:
            raise forms.ValidationError(
                _("This can’t go to a person as it is. Say it in other words, without a link.")
            )
        return data


@customer_page
def smile(request: HttpRequest, token: str) -> HttpResponse:
    """`/smile/<token>`: somebody holds a card: say what happened, once, and take the card that goes on."""
    card = access.smile_card(token)
    if request.method == "POST" and "erase" in request.POST:
        actions.untell(card=card)
        return SeeOther(reverse("smile", args=[token]))
    if card.told_at is not None:
        return _told(request, card, token)
    form = TellForm(request.POST or None, lang=wished(request))
    status = 200 if request.method != "POST" else 422
    asked = None
    if request.method == "POST" and form.is_valid():
        gate = pressed.gate(request, card.nonce)
        if gate == pressed.Gate.OPEN:
            name = form.cleaned_data["name"]
            words = form.cleaned_data["words"]
            actions.tell(card=card, words=words, name=name, held=form.held)
            return SeeOther(reverse("smile", args=[token]))
        status = 429
        if gate == pressed.Gate.ASKS:
            asked = pressed.ask(card.nonce)
        else:
            form.add_error(
                None,
                _(
                    "Much is arriving just now, so nothing was sent. Please try again in ten minutes."
                ),
            )
    giver = card.kindness.giver.member
    context = {"form": form, "giver": giver, "card": card, "token": token, "asked": asked}
    return render(request, "pass_on/smile.html", context, status=status)


def _told(request: HttpRequest, card: SmileCard, token: str) -> HttpResponse:
    onward = getattr(card.told, "smile_card", None) if card.told else None
    context = {
        "card": card,
        "told": card.told,
        # The same page for words that arrived and words that wait: nothing here tells which.
        "words": (card.told.words if card.told else "") or card.held,
        "token": token,
        "onward": queries.token_of(onward) if onward else "",
    }
    return render(request, "pass_on/smile_told.html", context)


@customer_page
def smile_qr(request: HttpRequest, token: str) -> HttpResponse:
    """`/smile/<token>/qr.svg`: the code on a card."""
    card = access.smile_card(token)
    out = io.BytesIO()
    code = segno.make(queries.card_url(card), error="m", micro=False)
    code.save(out, kind="svg", border=4, omitsize=True, light="#ffffff", svgclass=None)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@access.only()
def smile_mine(request: HttpRequest, token: str) -> HttpResponse:
    """`/smile/<token>/mine`: a card came to somebody who works here; the button takes it, opening does not."""
    member = access.me(request)
    card = access.smile_card(token)
    if request.method == "POST":
        try:
            kindness = actions.came_to(member=member, card=card)
        except ValueError as problem:
            messages.error(request, str(problem).partition(": ")[2].capitalize() + ".")
            return redirect("today")
        return redirect("pass_on", kindness.pk)
    return render(request, "pass_on/smile_mine.html", {"nav": "today", "token": token})


@access.only()
@require_POST
def card_make(request: HttpRequest) -> HttpResponse:
    """Make a card in one tap, on from a kindness one received, or from nothing."""
    member = access.me(request)
    asked = request.POST.get("kindness", "")
    kindness = access.received(member, int(asked)) if asked.isdecimal() else None
    card = actions.make_card(by=member, kindness=kindness)
    return redirect("card", card.pk)


@access.only()
def card(request: HttpRequest, id: int) -> HttpResponse:
    """`/cards/<id>`: one's own card, to print or to show, and what came of it."""
    row = access.own_card(access.me(request), id)
    url = queries.card_url(row)
    context = {"nav": "me", "card": row, "token": queries.token_of(row), "url": url}
    return render(request, "pass_on/card.html", context)


@access.only()
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """`/cards`: the cards one made, and where they went."""
    context = {"nav": "me", "cards": queries.cards(access.me(request))}
    return render(request, "pass_on/cards.html", context)
