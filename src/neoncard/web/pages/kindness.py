"""One kindness: its words, and what its people may do with it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from neoncard import access
from neoncard.kindness import actions
from neoncard.kindness.actions import UNDO
from neoncard.kindness.rules import sight
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.pass_on import actions as pass_on
from neoncard.pass_on import queries as chains
from neoncard.people.tables import Member
from neoncard.share import actions as share
from neoncard.share import rules as wall
from neoncard.share.queries import hanging, hung, picture_of, shown_to_all, words_to_all
from neoncard.share.tables import Post
from neoncard.web.faces import face, from_to, undoable
from neoncard.web.pages.forms import blame
from neoncard.web.pages.landing import mirror
from neoncard.web.pages.pictures import beside
from neoncard.web.people_form import PeopleForm


def _inside(kindness: Kindness, member: Member) -> tuple[bool, bool]:
    """Whether the member gave it, and whether they received it."""
    received = any(party.member_id == member.pk for party in kindness.receivers.all())
    return kindness.giver.member_id == member.pk, received


@access.only()
def kindness(request: HttpRequest, id: int) -> HttpResponse:
    """`/kindness/<id>`: to those in it all of it; to others what the wall shows (docs/decisions/wall.md)."""
    member = access.me(request)
    row = access.kindness(member, id)
    gave, received = _inside(row, member)
    in_it = gave or received
    post = hanging(row)
    about = hung(post)
    shows = wall.Shows.WORDS if in_it else shown_to_all(post, about)
    if shows == wall.Shows.NOTHING:
        raise Http404
    by_id = {party.pk: party for party in (row.giver, *row.receivers.all())}
    faces = [
        face(by_id[one.party], wall.seen(one, about, in_it=in_it), member) for one in about.people
    ]
    linked = in_it and bool(row.chain_id or row.leads_on)  # type: ignore[attr-defined]
    kept = row.state == Kindness.State.KEPT
    proposal = row.state == Kindness.State.PROPOSED
    return render(
        request,
        "share/kindness.html",
        {
            "kindness": row,
            "line": from_to(faces[0], faces[1:], to_self=gave and received),
            "giver": faces[0],
            "words": row.words if in_it or words_to_all(post, about) else "",
            "quote": _quote(row) if in_it else "",
            "in_it": in_it,
            "gave": gave and kept,
            "received": received and kept and not gave,
            "proposal": proposal and (gave or row.giver.member_id is None),
            "undo": (fresh := gave and kept and clock.now() - row.received_at < UNDO),
            "also": PeopleForm(member=member)
            if fresh and not row.passed_on_from_id and _to_colleagues(row, member)
            else None,
            "mirror": mirror(row, member, gave)
            if in_it and kept and _to_colleagues(row, member)
            else None,
            "showable": received and kept and bool(row.words),
            "picture": beside(picture_of(row), post, member),
            "post": post if post.pk else None,
            "chain": linked,
            "boomerang": linked and chains.came_back(row),
            "answerable": received and kept and not gave and _reachable(row),
            "sees": SeesForm(initial={"sees": _seen_now(row, post)}) if gave and kept else None,
            "hangable": received
            and kept
            and _from_outside(row)
            and not post.pk
            and share.may_hang(row),
        },
    )


def _seen_now(row: Kindness, post: Post) -> str:
    """Who sees it: a story that everyone in it released is for everyone, whatever was said before it was told."""
    return Kindness.Sees.TEAM if shown_to_all(post) == wall.Shows.STORY else row.sees


def _to_colleagues(row: Kindness, member: Member) -> bool:
    """Whether colleagues gave it to colleagues, and it was not kept to oneself: somebody can say how it landed."""
    to = [party for party in row.receivers.all() if party.pk != row.giver_id]
    among = bool(to) and all(party.member_id for party in to) and row.giver.member_id is not None
    return among and row.sees != Kindness.Sees.GIVER and bool(row.words)


def _from_outside(row: Kindness) -> bool:
    return row.giver.member_id is None


def _reachable(row: Kindness) -> bool:
    """Whether a line back reaches the giver: a colleague, or a customer through their own page."""
    return not _from_outside(row) or getattr(row, "thank_you", None) is not None


def _quote(row: Kindness) -> str:
    """The sentence that was noticed, while its message is still there (P7)."""
    if not row.quote or row.quote_start is None:
        return ""
    return row.quote.text[row.quote_start : row.quote_end].strip()


class SeesForm(forms.Form):
    """Who may see a kindness one gave."""

    sees = forms.ChoiceField(
        label=gettext_lazy("Who sees it?"),
        choices=[
            (Kindness.Sees.GIVER, gettext_lazy("Only me")),
            (Kindness.Sees.PARTIES, gettext_lazy("Those in it")),
            (Kindness.Sees.TEAM, gettext_lazy("Everyone: it hangs on the wall")),
        ],
    )


@access.only()
@require_POST
def keep(request: HttpRequest, id: int) -> HttpResponse:
    """Keep a proposal, with words if one likes; or keep a received one: it rests among one's own."""
    member = access.me(request)
    row = access.kindness_in(member, id)
    if row.state == Kindness.State.PROPOSED:
        actions.keep(
            by=member, kindness=access.proposal(member, id), words=_own_words(request, row)
        )
        messages.success(request, _("Kept. Those in it can see it now."))
    else:
        pass_on.rest(by=member, kindness=access.received(member, id))
        messages.success(request, _("Kept, for you."))
        return redirect("today")
    return redirect("kindness", id)


def _own_words(request: HttpRequest, row: Kindness) -> str:
    # Words stand as the giver's: only the giver writes them.
    own = row.giver.member_id == access.me(request).pk
    return request.POST.get("words", "") if own else ""


@access.only()
@require_POST
def not_this(request: HttpRequest, id: int) -> HttpResponse:
    """Not a kindness, or not worth keeping: the proposal goes, silently."""
    member = access.me(request)
    actions.withdraw(by=member, kindness=access.proposal(member, id))
    return redirect("today")


class AnswerForm(forms.Form):
    """A line back."""

    words = forms.CharField(
        label=gettext_lazy("Your words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write a line; one sentence is plenty.")},
    )


def _dear(form: AnswerForm, member: Member, row: Kindness) -> bool:
    """Whether these words may go back to a colleague now; the form says why not."""
    to = [row.giver.member] if row.giver.member else []
    try:
        actions.dear(by=member, to=to, words=form.cleaned_data["words"], answers=True)
    except ValueError as problem:
        blame(form, problem)
    return form.is_valid()


@access.only()
def answer(request: HttpRequest, id: int) -> HttpResponse:
    """`/kindness/<id>/answer`: write back, a kindness that answers one (E8); a customer reads it on their own page."""
    member = access.me(request)
    row = access.answerable(member, id)
    name = face(row.giver, sight(row.giver.kind, in_it=True), member).name
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _dear(form, member, row):
        back = actions.record(
            by=member,
            giver=actions.member_party(member),
            receivers=[row.giver],
            words=form.cleaned_data["words"],
            answers=row,
        )
        said = _("Written back to %(name)s. You can take it back for ten minutes.")
        undoable(request, said % {"name": name}, back)
        return redirect("kindness", id)
    status = 422 if form.errors else 200
    context = {"form": form, "kindness": row, "name": name, "outside": _from_outside(row)}
    return render(request, "share/answer.html", context, status=status)


@access.only()
@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponse:
    """Undo one's own kindness within ten minutes: as if it had not been."""
    member = access.me(request)
    try:
        actions.undo(by=member, kindness=access.given(member, id))
    except ValueError as problem:
        words = str(problem).partition(": ")[2]
        messages.error(request, words[:1].upper() + words[1:] + ".")
        return redirect("kindness", id)
    messages.success(request, _("Taken back. It is as if it had not been sent."))
    return redirect("wall")


@access.only()
@require_POST
def withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """Withdraw one's own kindness: its words go from every page, its place in a chain stays (P6)."""
    member = access.me(request)
    row = access.given(member, id)
    share.drop_picture(by=member, kindness=row)
    actions.withdraw(by=member, kindness=row)
    messages.success(request, _("Withdrawn. The words are gone from every page."))
    return redirect("wall")


@access.only()
@require_POST
def seen_by(request: HttpRequest, id: int) -> HttpResponse:
    """Say who may see a kindness one gave, or hang up what a customer said to one."""
    member = access.me(request)
    row = access.kindness_in(member, id)
    form = SeesForm(request.POST)
    if not form.is_valid():
        return redirect("kindness", id)
    sees = form.cleaned_data["sees"]
    try:
        if sees == Kindness.Sees.TEAM:
            share.hang(by=member, kindness=row)
        else:
            share.keep_to(by=member, kindness=access.given(member, id), sees=sees)
    except ValueError as problem:
        words = str(problem).partition(": ")[2]
        messages.error(request, words[:1].upper() + words[1:] + ".")
    else:
        messages.success(request, _("Done."))
    return redirect("kindness", id)
