"""Picking one or several colleagues: a list of checkboxes with a filter, other teams in sight (E10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from neoncard.people.queries import colleagues, elsewhere, near
from neoncard.people.tables import Member

ALL = 100
"""How many people one is shown to tick at once."""


class PeopleField(forms.MultipleChoiceField):
    """One or several colleagues; `members` after cleaning. Its choices are set for the member who picks."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": _("Pick at least one person.")})
        super().__init__(**kwargs)


class PeopleForm(forms.Form):
    """A form that begins with picking colleagues.

    A company of up to `ALL` people is there to tick at once; in a larger one the own team is, and a name typed finds
    others. Pressing "Find" sends the form without ending it: what was typed and ticked comes back. Three queries.
    `one`: one of them is picked and no more; a form that says so checks it.
    """

    one = False
    to = PeopleField(label=_("To whom?"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        member: Member,
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        looks = data if data is not None and "find" in data else None
        if looks is not None:
            initial = {**looks.dict(), "to": looks.getlist("to")}
            kwargs.pop("files", None)  # a browser doesn't send a file's place again
        super().__init__(None if looks is not None else data, initial=initial, **kwargs)
        self.typed = looks.get("pick", "").strip()[:60] if looks is not None else ""
        self.member = member
        self.people = list(colleagues(member)[: ALL + 1])
        self.many = len(self.people) > ALL
        if self.many:
            picked = [int(one) for one in self.ticked if one.isdecimal() and len(one) < 18]
            self.people = near(member, typed=self.typed, picked=picked)
        team = member.team_id
        own = [one for one in self.people if team and one.team_id == team]
        others = [one for one in self.people if not team or one.team_id != team]
        rest = _("Others") if self.many else _("Other teams") if own else _("Everyone")
        groups = [
            (_("Your team"), [(str(one.pk), one.known_as) for one in own]),
            (rest, [(str(one.pk), _with_team(one)) for one in others]),
        ]
        self.groups = [group for group in groups if group[1]]
        field = self.fields["to"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = self.groups

    def elsewhere(self, day: date) -> list[Member]:
        """Two people of other teams to think of today, others tomorrow (E10). Two queries in a large company."""
        if self.many:
            return elsewhere(self.member, day.toordinal())
        team = self.member.team_id
        theirs = [one for one in self.people if one.team_id and one.team_id != team]
        start = day.toordinal() % len(theirs) if team and theirs else 0
        return (theirs[start:] + theirs[:start])[:2] if team else []

    @property
    def chosen(self) -> list[Member]:
        """The members picked, by name."""
        wanted = set(self.cleaned_data["to"])
        return [one for one in self.people if str(one.pk) in wanted]

    @property
    def ticked(self) -> set[str]:
        """Ids as text, of those picked so far."""
        value: Iterable[Any] = self["to"].value() or ()
        return {str(one) for one in value}


def _with_team(member: Member) -> str:
    return f"{member.known_as} · {member.team.name}" if member.team else member.known_as
