"""A post at length: told, released, withdrawn, taken down, and what is said under it."""

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
from neoncard.kindness.rules import text_hash
from neoncard.people.tables import Member
from neoncard.share import actions, queries, rules
from neoncard.share.tables import Post
from neoncard.share.voices import actions as voices
from neoncard.share.voices import queries as saying
from neoncard.share.voices.tables import Reaction
from neoncard.web.faces import listed, opening
from neoncard.web.pages.pictures import beside
from neoncard.web.posts import card

PROBLEMS = {
    rules.Comment.FEW: gettext_lazy(
        "Say it in three words or more of your own; a link may go with them."
    ),
    rules.Comment.LINKS: gettext_lazy("One link is enough; take the others out."),
    rules.Comment.LONG: gettext_lazy(
        "A comment has at most 1,000 characters. Yours is a little longer."
    ),
    rules.Story.TITLE: gettext_lazy("Give it a title of at most 120 characters."),
    rules.Story.SHORT: gettext_lazy("A story has at least 80 words. Say what it was like."),
    rules.Story.LONG: gettext_lazy("A story has at most 200 words. Leave the best ones."),
}


class StoryForm(forms.Form):
    """A story: a title and 80 to 200 words."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=rules.TITLE_MOST)
    story = forms.CharField(
        label=gettext_lazy("The story"),
        max_length=4000,
        help_text=gettext_lazy(
            "80 to 200 words: what happened, what somebody did, what came of it."
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    name_too = forms.BooleanField(label=gettext_lazy("My name may stand with it"), required=False)

    def clean(self) -> dict[str, Any]:
        """Check the length in words."""
        data = super().clean() or self.cleaned_data
        if not self.errors and (found := rules.story_problem(data["title"], data["story"])):
            self.add_error("title" if found == rules.Story.TITLE else "story", PROBLEMS[found])
        return data


@access.only()
def story_new(request: HttpRequest) -> HttpResponse:
    """`/stories/new?kindness=`: tell a kindness one is in; it shows when everyone in it has released it (P6)."""
    member = access.me(request)
    asked = request.GET.get("kindness", "")
    kindness = access.kindness_in(member, int(asked) if asked.isdecimal() else 0)
    post = Post.objects.filter(kindness=kindness, taken_down_at=None).first()
    start = {"title": post.title, "story": post.story} if post else {}
    form = StoryForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            post = actions.tell(by=member, kindness=kindness, **form.cleaned_data)
        except ValueError as problem:
            form.add_error(None, str(problem).partition(": ")[2])
        else:
            messages.success(request, _("Told. It shows once everyone in it has said yes."))
            return redirect("story", post.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "kindness": kindness, "nav": "wall"}
    return render(request, "share/story_new.html", context, status=status)


class CommentForm(forms.Form):
    """A comment; what was typed stays when it is none yet."""

    words = forms.CharField(
        label=gettext_lazy("Something to say"),
        help_text=gettext_lazy("Your own words, and one link at most."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_words(self) -> str:
        """Check what makes a comment one."""
        words: str = self.cleaned_data["words"]
        if problem := rules.comment_problem(words):
            raise forms.ValidationError(PROBLEMS[problem])
        return words


@access.only()
def story(request: HttpRequest, id: int) -> HttpResponse:
    """`/stories/<post>`: a post and what was said under it; those in it release, withdraw or take it down here."""
    member = access.me(request)
    return _story(request, member, access.post(member, id), CommentForm())


def _story(request: HttpRequest, member: Member, post: Post, form: CommentForm) -> HttpResponse:
    shown = card(post, member)
    own = queries.party_of(member, post)
    hung = queries.hung(post)
    waits = queries.waits_for(post)
    parties = queries.people(post.kindness)
    missing = [
        queries.names_of(party)[0] for party in parties if party.pk in waits and party != own
    ]
    if hung.behind and hung.behind.party in waits:
        missing.append(_("the customer"))
    said = [
        {
            "row": row,
            "links": rules.links_in(row.words),
            "own": row.by_id == member.pk,
            "name": _commenter(row.by, member, off=bool(getattr(row, "off", False))),
        }
        for row in saying.comments(post, member)
    ]
    heard = saying.reactions(post)
    context = {
        "nav": "wall",
        "card": shown,
        "post": post,
        "form": form,
        "said": said,
        "own": own,
        "links": rules.links_in(post.story),
        "picture": beside(queries.picture_of(post.kindness), post, member),
        "published": rules.released(hung),
        "my_yes": bool(own and own.pk not in waits),
        "missing": listed(name or _("a guest") for name in missing) if missing else "",
        "read": text_hash(hung.text),
        "nameless": bool(own and own.pk in post.nameless),
        "reactions": [
            {
                "word": word,
                "label": label,
                "own": any(one.member_id == member.pk and one.word == word for one in heard),
                "names": listed(
                    _commenter(one.member, member, off=bool(getattr(one, "off", False)))
                    for one in heard
                    if one.word == word
                )
                if any(one.word == word for one in heard)
                else "",
            }
            for word, label in Reaction.Word.choices
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "share/story.html", context, status=status)


def _commenter(by: Member | None, viewer: Member, *, off: bool) -> str:
    if by == viewer:
        return _("You")
    return opening(_("a colleague")) if by is None or off else by.known_as


@access.only()
@require_POST
def comment(request: HttpRequest, id: int) -> HttpResponse:
    """Say something under a post."""
    member = access.me(request)
    post = access.post(member, id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _story(request, member, post, form)
    row = actions.comment(by=member, post=post, words=form.cleaned_data["words"])
    if rules.promotes(row.words):
        voices.hold(comment=row)
        messages.info(request, _("It reads a little like promotion, so two colleagues look first."))
    return redirect("story", post.pk)


@access.only()
@require_POST
def comment_delete(request: HttpRequest, id: int) -> HttpResponse:
    """Delete a comment of one's own."""
    row = access.comment(access.me(request), id)
    post = row.post_id
    actions.uncomment(by=access.me(request), comment=row)
    messages.success(request, _("Your comment is gone."))
    return redirect("story", post)


@access.only()
@require_POST
def story_release(request: HttpRequest, id: int) -> HttpResponse:
    """Release exactly the words one has read, and separately one's name (P6)."""
    member = access.me(request)
    post = access.own_post(member, id)
    if "words" not in request.POST:
        messages.info(
            request, _("Nothing was released. Tick the words first; the name is up to you.")
        )
        return redirect("story", id)
    try:
        actions.release(
            by=member,
            post=post,
            read=request.POST.get("read", ""),
            name_too="name" in request.POST,
        )
    except ValueError as problem:
        messages.error(request, opening(str(problem).partition(": ")[2]))
    else:
        messages.success(request, _("Released. You can take it back at any time."))
    return redirect("story", id)


@access.only()
@require_POST
def story_withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """Take one's release back; the words are gone from every page at once (P6)."""
    member = access.me(request)
    actions.withdraw(by=member, post=access.own_post(member, id))
    messages.success(request, _("Taken back. The words are gone from every page."))
    return redirect("wall")


@access.only()
@require_POST
def post_name(request: HttpRequest, id: int) -> HttpResponse:
    """Take one's name off a post, or put it back."""
    member = access.me(request)
    post = access.own_post(member, id)
    if "on" in request.POST:
        actions.name_on(by=member, post=post)
    else:
        actions.name_off(by=member, post=post)
    return redirect("story", id)


@access.only()
@require_POST
def post_down(request: HttpRequest, id: int) -> HttpResponse:
    """Take a post off the wall for good; anyone in it may, without a reason."""
    member = access.me(request)
    actions.take_down(by=member, post=access.own_post(member, id))
    messages.success(request, _("It is off the wall. What happened stays between those in it."))
    return redirect("wall")
