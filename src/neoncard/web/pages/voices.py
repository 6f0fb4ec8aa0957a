"""Reactions, reports and their two reviewers, the feed of released stories, the month on a page, and the first day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from neoncard import access, gather, library
from neoncard.kit import clock
from neoncard.learn import queries as learnt
from neoncard.people import actions as people
from neoncard.people.tables import Member
from neoncard.share import actions as share
from neoncard.share import queries as wall
from neoncard.share import rules
from neoncard.share.tables import Post
from neoncard.share.voices import actions, queries
from neoncard.share.voices.tables import Report
from neoncard.web.pages.stories import PROBLEMS
from neoncard.web.posts import Card, card


def _said(problem: ValueError) -> str:
    words = str(problem).partition(": ")[2] or str(problem)
    return f"{words[:1].upper()}{words[1:]}."


@access.only()
@require_POST
def react(request: HttpRequest, id: int) -> HttpResponse:
    """Say one of few things to a post, or take it back."""
    member = access.me(request)
    try:
        actions.react(
            member=member, post=access.post(member, id), word=request.POST.get("word", "")
        )
    except ValueError as problem:
        messages.error(request, _said(problem))
    return redirect("story", id)


@access.only()
@require_POST
def report(request: HttpRequest, id: int) -> HttpResponse:
    """Report a post: hidden at once, two people look."""
    member = access.me(request)
    return _report(request, lambda: actions.report(by=member, post=access.post(member, id)))


@access.only()
@require_POST
def comment_report(request: HttpRequest, id: int) -> HttpResponse:
    """Report a comment: hidden at once, two people look."""
    member = access.me(request)
    row = access.seen_comment(member, id)
    return _report(request, lambda: actions.report(by=member, comment=row))


LOOK = {
    "two": gettext_lazy("Hidden. Two colleagues look at it, neither of them a lead."),
    "few": gettext_lazy(
        "Hidden. No two colleagues are free to look at it, so somebody who leads nobody in it does."
    ),
    "": gettext_lazy(
        "Hidden. Nobody who is not in it is free to look at it yet; it stays hidden until somebody is."
    ),
}


def _report(request: HttpRequest, act: Callable[[], Report]) -> HttpResponse:
    try:
        row = act()
    except ValueError as problem:
        messages.error(request, _said(problem))
    else:
        messages.success(request, LOOK[queries.who_looks(row)])
    return redirect("wall")


@access.only()
@require_POST
def comment_reword(request: HttpRequest, id: int) -> HttpResponse:
    """Say a comment of one's own better."""
    member = access.me(request)
    row = access.comment(member, id)
    try:
        share.reword(by=member, comment=row, words=request.POST.get("words", ""))
    except ValueError as problem:
        found = problem.args[0]
        messages.error(request, PROBLEMS.get(found, str(found)))
    else:
        if rules.promotes(row.words) and row.hidden_at is None:
            actions.hold(comment=row)
        messages.success(request, _("Reworded."))
    return redirect("story", row.post_id)


@access.only()
def reviews(request: HttpRequest) -> HttpResponse:
    """`/reviews`: what one is asked to look at, as one of two; nobody else's page shows it."""
    member = access.me(request)
    rows = queries.to_look_at(member)
    posts = queries.reported(one.report.post_id for one in rows if one.report.post_id)
    cards = [
        (one, queries.read_of(one.report), _as_reported(posts.get(one.report.post_id or 0), member))
        for one in rows
    ]
    return render(request, "share/reviews.html", {"nav": "wall", "reviews": cards})


def _as_reported(post: Post | None, viewer: Member) -> Card | None:
    """A post as everyone saw it before it was reported, for who looks at it; never a word more (P6)."""
    return card(post, viewer, reported=True) if post else None


@access.only()
@require_POST
def look(request: HttpRequest, id: int) -> HttpResponse:
    """Say whether it may stand."""
    try:
        actions.look(
            review=access.review(access.me(request), id),
            word=request.POST.get("word", ""),
            read=request.POST.get("read", ""),
        )
    except ValueError as problem:
        messages.error(request, _said(problem))
    return redirect("reviews")


@access.only()
@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """Choose the hour of the letter, or none."""
    hour = request.POST.get("hour", "")
    try:
        actions.set_letter(
            member=access.me(request),
            hour=int(hour) if hour.isdecimal() and len(hour) < 3 else None,
        )
    except ValueError as problem:
        messages.error(request, _said(problem))
    else:
        messages.success(request, _("Saved."))
    return redirect("me")


@access.only()
@require_POST
def feed_new(request: HttpRequest) -> HttpResponse:
    """Give one's feed a new address; whoever had the old one reads no more."""
    people.renew_feed(member=access.me(request))
    messages.success(request, _("Your feed has a new address. The old one is closed."))
    return redirect("me")


def feed_key(member: Member) -> str:
    """The key in a member's feed address: nothing of their password is in it, and a new address ends it."""
    said = f"{member.pk}.{member.feed}"
    return f"{member.pk}.{salted_hmac('neoncard.feed', said, algorithm='sha256').hexdigest()[:32]}"


class _Quiet(Rss201rev2Feed):
    """A feed whose date is its newest story's, not the moment somebody asks."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else datetime(2026, 1, 1, tzinfo=UTC)


class Stories(Feed):  # type: ignore[type-arg]
    """Released stories as RSS; the address is a member's own."""

    link = "/wall"
    feed_type = _Quiet

    def title(self) -> str:
        """What a reader calls it."""
        return _("Stories from our wall")

    def items(self) -> list[Post]:
        """What everyone in it released, twenty at most."""
        return wall.newly_shown(most=20)

    def item_title(self, item: Post) -> str:
        """A story's title."""
        return item.title

    def item_description(self, item: Post) -> str:
        """Its words."""
        return item.story

    def item_link(self, item: Post) -> str:
        """Its page."""
        return reverse("story", args=[item.pk])

    def item_pubdate(self, item: Post) -> Any:
        """When it came to show: the last yes it waited for."""
        return wall.shown_since(item)


_stories = Stories()


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """`/wall/stories.rss?key=`: released stories, for a feed reader that can't sign in."""
    key = request.GET.get("key", "")
    member = access.by_feed_key(key.partition(".")[0])
    if not constant_time_compare(feed_key(member), key):
        raise Http404
    answer: HttpResponse = _stories(request)
    answer["Cache-Control"] = "private, max-age=300"
    return answer


access.open_to_all(feed)


@access.only(access.LEADS)
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """`/report/<year>-<month>`: one page for the boss: frozen weeks, released stories, what customers proposed."""
    member = access.me(request)
    if not 1 <= month <= 12 or not 2000 <= year <= 2200:
        raise Http404
    first = date(year, month, 1)
    context = {
        "nav": "team",
        "first": first,
        "weeks": learnt.weeks_of(member.organisation, first),
        "stories": [
            card(post, None) for post in wall.released_in(year, month, member.organisation.zone)
        ],
        "themes": learnt.themes_of(first),
    }
    return render(request, "learn/month.html", context)


@access.only(access.LEADS)
def this_month(request: HttpRequest) -> HttpResponse:
    """`/report/`: to the month that is nearly over, or just was."""
    today = clock.today(access.me(request).organisation.zone)
    return redirect("report", today.year, today.month)


@access.only()
def start(request: HttpRequest) -> HttpResponse:
    """`/start`: twenty minutes for somebody new: the principles, three released stories, a first act."""
    member = access.me(request)
    context = {
        "nav": "today",
        "stories": [card(post, member) for post in wall.stories()],
        "acts": [act for act in library.acts(member.language or "en") if act.light][:3],
        "ideas": gather.ideas(member)[:1],
    }
    return render(request, "share/start.html", context)
