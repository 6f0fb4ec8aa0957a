"""Picking one or several colleagues: a list of checkboxes with a filter, other teams in sight (E10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from neoncard.people.queries import colleagues
from neoncard.people.tables import Member


class PeopleField(forms.MultipleChoiceField):
    """One or several colleagues; `members` after cleaning. Its choices are set for the member who picks."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": _("Pick at least one person.")})
        super().__init__(**kwargs)


class PeopleForm(forms.Form):
    """A form that begins with picking colleagues. One query."""

    to = PeopleField(label=_("To whom?"))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = member.team_id
        self.people = list(colleagues(member))
        own = [one for one in self.people if member.team_id and one.team_id == member.team_id]
        others = [one for one in self.people if one not in own]
        self.groups = [
            (_("Your team"), [(str(one.pk), one.known_as) for one in own]),
            (
                _("Other teams") if own else _("Everyone"),
                [(str(one.pk), _with_team(one)) for one in others],
            ),
        ]
        self.groups = [group for group in self.groups if group[1]]
        field = self.fields["to"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = self.groups

    def elsewhere(self, day: date) -> list[Member]:
        """Two people of other teams to think of today, others tomorrow (E10); nobody where there is one team."""
        theirs = [one for one in self.people if one.team_id and one.team_id != self.team]
        start = day.toordinal() % len(theirs) if self.team and theirs else 0
        return (theirs[start:] + theirs[:start])[:2] if self.team else []

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
