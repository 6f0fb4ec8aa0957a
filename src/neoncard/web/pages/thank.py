"""The customer's pages: rate, thank by name, the receipt, and what we hold. No login, no cookie, no script.

Why they take POSTs without Django's CSRF token: that token needs a cookie, and these pages set none. It guards a
signed-in person's authority against another site's form; here nobody is signed in, the only authority is the
random token in the address, and another site that knows it could use it anyway. What stands instead: the token
(128 bits, hashed), the browser's own word on where a POST comes from (`Sec-Fetch-Site`, `Origin`), a honeypot and
rate limits. GET and HEAD never write. See docs/decisions/customer-pages.md.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.core import signing as stamped
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from neoncard import access, loop
from neoncard.kindness.queries import answers_to
from neoncard.kit import clock, signing
from neoncard.people.tables import Member
from neoncard.share.voices.queries import Asked, asked_of
from neoncard.thank import actions, queries, rules
from neoncard.thank.tables import RatingLink, ThankYou
from neoncard.web import pressed
from neoncard.web.pages.thank_forms import RatingForm, ThanksForm

_FORM_LASTS = 24 * 3600
_stamp = stamped.TimestampSigner(salt="thanks form")


class SeeOther(HttpResponseRedirect):
    """A redirect after a POST that is always followed by GET."""

    status_code = 303


def _elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that another site's page sent this.

    Our own pages send `Origin: null`, because they ask for no referrer; so only a foreign name counts.
    """
    if request.headers.get("Sec-Fetch-Site", "none") in ("cross-site", "same-site"):
        return True
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.get_host()


def customer_page(view: Callable[[HttpRequest, str], HttpResponse]) -> access.View:
    """Open a page to customers: never kept by a cache, no referrer, no cookie, and 404 in a customer's words."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            if request.method == "POST" and _elsewhere(request):
                response = render(request, "thank/elsewhere.html", status=403)
            else:
                response = view(request, token)
        except Http404:
            response = render(request, "thank/gone.html", status=404)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return access.open_to_all(page)


def _language(tag: str) -> str:
    """The language of a conversation where we speak it, else what the page already speaks."""
    try:
        return translation.get_supported_language_variant(tag)
    except LookupError:
        return translation.get_language() or "en"


def wished(request: HttpRequest) -> str:
    """The language the browser asks for first, as a tag or ""; whether or not we speak it."""
    first = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip()
    return "" if first == "*" else first[:12]


def _too_many(form: ThanksForm) -> None:
    form.add_error(
        None,
        _(
            "Many messages are arriving just now, so this one was not sent. Your words are still here: please try again in ten minutes."
        ),
    )


@customer_page
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """`/r/<token>`: one question and a few words about one encounter; the last answer wins."""
    link = access.rating_link(token)
    with translation.override(_language(link.lang or link.encounter.lang)):
        if request.method == "POST":
            return _rated(request, token, link)
        given = queries.answer_to(link)
        if given and "s" not in request.GET:
            return _receipt(request, token, given)
        person = link.member if queries.takes_thanks(link.member) else None
        score = rules.score_of(request.GET.get("s"))
        before = queries.given_before(given) if given else rules.Given()
        initial = {name: getattr(before, name) for name in before.__slots__}
        initial["score"] = str(score or before.score or "")
        initial["friend"] = "" if before.friend is None else "yes" if before.friend else "no"
        form = RatingForm(initial=initial, person=person, asks_friend=link.asks_friend)
        return _ask(request, token, form, link, person)


def _rated(request: HttpRequest, token: str, link: RatingLink) -> HttpResponse:
    person = link.member if queries.takes_thanks(link.member) else None
    form = RatingForm(request.POST, person=person, asks_friend=link.asks_friend)
    if not form.is_valid():
        return _ask(request, token, form, link, person, 422)
    key = signing.token_hash(token)
    gate = pressed.gate(request, key)
    if gate == pressed.Gate.OPEN:
        lang = link.lang or link.encounter.lang or wished(request)
        loop.answered(link=link, token=token, given=form.given(lang))
        return SeeOther(reverse("receipt", args=[token]))
    if gate == pressed.Gate.ASKS:
        return _ask(request, token, form, link, person, 429, pressed.ask(key))
    _too_many(form)
    return _ask(request, token, form, link, person, 429)


def _ask(
    request: HttpRequest,
    token: str,
    form: RatingForm,
    link: RatingLink,
    person: Member | None,
    status: int = 200,
    asked: pressed.Asked | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "asked": asked,
        "person": person,
        "token": token,
        "about": link.encounter.last_at,
        "stories": _stories(None, link),
    }
    return render(request, "thank/rate.html", context, status=status)


@customer_page
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """`/thanks/<slug>`: thank a person by name, from the card or badge they show."""
    page = access.thanks_page(token)
    if not queries.takes_thanks(page.member):
        raise Http404
    if request.method != "POST":
        form = ThanksForm(person=page.member)
        response = _thank(request, form, page.member, signing.new_token(128), indexed=page.indexed)
        if page.indexed:
            response["X-Robots-Tag"] = "index, nofollow"
        return response
    form = ThanksForm(request.POST, person=page.member)
    receipt = _receipt_of(request)
    if receipt is None:
        receipt = signing.new_token(128)
        form.add_error(
            None,
            _("This page was open for a long time. Your words are still here: please send again."),
        )
    if not form.is_valid():
        return _thank(request, form, page.member, receipt, 422)
    gate = pressed.gate(request, page.slug)
    if gate == pressed.Gate.OPEN:
        loop.thanked(page=page, receipt=receipt, given=form.given(wished(request)))
        return SeeOther(reverse("receipt", args=[receipt]))
    if gate == pressed.Gate.ASKS:
        return _thank(request, form, page.member, receipt, 429, pressed.ask(page.slug))
    _too_many(form)
    return _thank(request, form, page.member, receipt, 429)


def _receipt_of(request: HttpRequest) -> str | None:
    """The receipt token this form was handed out with, if we stamped it within a day: sent twice, taken once."""
    try:
        return _stamp.unsign(request.POST.get("receipt", ""), max_age=_FORM_LASTS)
    except stamped.BadSignature:
        return None


def _thank(
    request: HttpRequest,
    form: ThanksForm,
    person: Member,
    receipt: str,
    status: int = 200,
    asked: pressed.Asked | None = None,
    *,
    indexed: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "person": person,
        "receipt": _stamp.sign(receipt),
        "asked": asked,
        "indexed": indexed,
    }
    return render(request, "thank/thanks.html", context, status=status)


@customer_page
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """`/thanks/receipt/<token>`: has it been read, what became of the idea, and what may be done with the words."""
    row = access.receipt(token)
    with translation.override(_language(row.lang)):
        if request.method != "POST":
            return _receipt(request, token, row)
        if not pressed.may_send(request, signing.token_hash(token)):
            return _receipt(request, token, row, status=429)
        credit = request.POST.get("publish", "")
        actions.allow(
            thank_you=row,
            team="team_may_read" in request.POST,
            words=credit in ("name", "customer"),
            name=credit == "name",
        )
        return SeeOther(reverse("receipt", args=[token]))


def _receipt(request: HttpRequest, token: str, row: ThankYou, status: int = 200) -> HttpResponse:
    """One page for every state that is not "read": nothing tells delivered words from held ones."""
    alive = row.link is not None and row.link.ends_at > clock.now()
    context = {
        "row": row,
        "person": row.to,
        "token": token,
        "backs": answers_to(row.kindness),
        "feedback": getattr(row, "feedback", None),
        "alive": alive,
        "busy": status == 429,
        "stories": _stories(row, row.link),
    }
    return render(request, "thank/receipt.html", context, status=status)


def _stories(row: ThankYou | None, link: RatingLink | None) -> list[Asked]:
    """The stories whose last yes is this customer's to give or to take back (P6)."""
    return asked_of(link.encounter.customer if link else None, row.kindness if row else None)


@customer_page
def story_said(request: HttpRequest, token: str) -> HttpResponse:
    """`/r/<token>/story`: a customer's yes to exactly the words of a story, and separately to their name, or no more."""
    row, link = _held(token)
    back = reverse("receipt" if row else "rate", args=[token])
    asked = request.POST.get("story", "")
    found = next((one for one in _stories(row, link) if str(one.post.pk) == asked), None)
    if request.method != "POST" or found is None:
        return SeeOther(back)
    with translation.override(_language(row.lang if row else link.encounter.lang if link else "")):
        if not pressed.may_send(request, signing.token_hash(token)):
            return render(request, "thank/story_busy.html", {"back": back}, status=429)
        loop.story_said(
            asked=found,
            thank_you=row,
            read=request.POST.get("read", ""),
            words="words" in request.POST,
            name_too="name" in request.POST,
        )
    return SeeOther(back)


@customer_page
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """`/r/<token>/mine`: everything we hold about this thank-you, as page or JSON; POST erases it (P5)."""
    row, link = _held(token)
    if request.method == "POST":
        if row is not None:
            loop.take_back(thank_you=row, stories=_stories(row, link))
        return render(request, "thank/erased.html")
    data = queries.held_about(row, link)
    if told := [one.words for one in _stories(row, link) if one.yes]:
        data["stories_you_said_yes_to"] = told
    if "json" in request.GET:
        response = JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False})
        response["Content-Disposition"] = 'attachment; filename="thank-you.json"'
        return response
    context = {"row": row, "link": link, "data": data, "token": token}
    return render(request, "thank/mine.html", context)


def _held(token: str) -> tuple[ThankYou | None, RatingLink | None]:
    """What a token opens: an answer, whose link may have ended, or a link not answered yet."""
    try:
        row = access.receipt(token)
    except Http404:
        return None, access.rating_link(token)
    return row, row.link
