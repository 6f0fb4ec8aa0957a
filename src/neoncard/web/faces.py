"""How people are called on a page: names, "you", "a colleague", and lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from neoncard.kindness.rules import Sight
from neoncard.kindness.tables import Kindness, Party
from neoncard.people.tables import Member

NOBODY = "·"


@dataclass(frozen=True, slots=True)
class Face:
    """A party as a viewer sees it: what to call it, two letters, and `kind`: you, member, customer, someone, gone."""

    name: str
    initials: str
    kind: str


def face(party: Party, how: Sight, viewer: Member | None) -> Face:
    """What `viewer` reads for a party seen in this way; no query when member and customer are fetched.

    None: on a screen in the room or on paper, where nobody is "you".
    """
    if viewer and party.member_id == viewer.pk:
        return Face(_("you"), viewer.initials, "you")
    if how == Sight.NAMED:
        if party.member:
            return Face(party.member.known_as, party.member.initials, "member")
        name = party.customer.name if party.customer else party.name
        if name:
            return Face(name, _initials(name), "customer")
        how = Sight.CUSTOMER
    if how == Sight.COLLEAGUE:
        return Face(_("a colleague"), NOBODY, "member")
    if how == Sight.CUSTOMER:
        return Face(_("a customer"), NOBODY, "customer")
    if how == Sight.GONE:
        return Face(_("someone who has left"), NOBODY, "gone")
    return Face(_("someone"), NOBODY, "someone")


def _initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2]).upper()


def listed(names: Iterable[str]) -> str:
    """Ines; Ines and Jonas; Ines, Jonas and Lea."""
    *first, last = list(names) or [_("someone")]
    if not first:
        return last
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


def from_to(giver: Face, receivers: Sequence[Face], *, to_self: bool = False) -> str:
    """Ines to Jonas and Lea; `to_self`: being kind to oneself is one name."""
    if to_self:
        return _("%(giver)s, to themself") % {"giver": opening(giver.name)}
    names = {"giver": opening(giver.name), "receivers": listed(_together(receivers))}
    return _("%(giver)s to %(receivers)s") % names


def _together(faces: Sequence[Face]) -> list[str]:
    """The names, those that say the same of several people drawn together: "two people"."""
    if all(one.initials != NOBODY for one in faces):
        return [one.name for one in faces]
    nameless = _nameless()
    names = [one.name for one in faces if one.name not in nameless]
    for name, several in nameless.items():
        count = sum(one.name == name for one in faces)
        if count:
            names.append(name if count == 1 else several % {"count": count})
    return names


def _nameless() -> dict[str, str]:
    return {
        _("a colleague"): _("%(count)s colleagues"),
        _("a customer"): _("%(count)s customers"),
        _("someone who has left"): _("%(count)s people who have left"),
        _("someone"): _("%(count)s people"),
    }


def opening(name: str) -> str:
    """A name at the start of a sentence: "You", "A colleague"."""
    return name[:1].upper() + name[1:]


def undoable(request: HttpRequest, words: str, kindness: Kindness) -> None:
    """A toast that offers to take a kindness back (components/toasts.html makes a form of `extra_tags`)."""
    undo = reverse("kindness_undo", args=[kindness.pk])
    messages.success(request, words, extra_tags=undo)
