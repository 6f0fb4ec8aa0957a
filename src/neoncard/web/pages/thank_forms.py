"""What a customer may send: the one question, a few words, a name, feedback, and what they allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from neoncard.people.tables import Member
from neoncard.thank import rules

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Words(forms.CharField):
    """Words of a customer, tidied before their length is judged; line ends count once."""

    def __init__(self, *, rows: int, hint: StrOrPromise = "", **kwargs: Any) -> None:
        area = forms.Textarea(attrs={"rows": rows, "dir": "auto", "placeholder": hint})
        errors = {"required": gettext_lazy("Write a few words first. A sentence is plenty.")}
        super().__init__(widget=area, required=False, error_messages=errors, **kwargs)

    def to_python(self, value: Any) -> str:
        """The tidied text; refuses more than 2,000 characters and says how many there are."""
        text = rules.tidy(str(value or ""))
        if len(text) > rules.WORDS_MAX:
            raise forms.ValidationError(
                _("That is %(n)s characters. At most %(most)s fit: please shorten it a little.")
                % {"n": len(text), "most": rules.WORDS_MAX}
            )
        return text


class ThanksForm(forms.Form):
    """What a thanker may send to a person."""

    words = Words(rows=4, hint=gettext_lazy("A sentence is plenty."))
    name = forms.CharField(
        label=gettext_lazy("Your first name"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "dir": "auto"}),
    )
    feedback = Words(
        rows=2,
        label=gettext_lazy("About our product or service"),
        help_text=gettext_lazy("It goes to the team’s list without anybody’s name."),
    )
    team_may_read = forms.BooleanField(
        label=gettext_lazy("The team may read my words too"), required=False
    )
    may_publish_words = forms.BooleanField(
        label=gettext_lazy("You may publish my words, exactly as I wrote them"), required=False
    )
    may_publish_name = forms.BooleanField(
        label=gettext_lazy("You may publish my first name with them"), required=False
    )
    more = forms.CharField(required=False)
    words_required = True

    def __init__(self, *args: Any, person: Member | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        if person is None:
            for field in (
                "words",
                "name",
                "team_may_read",
                "may_publish_words",
                "may_publish_name",
            ):
                del self.fields[field]
        else:
            self.fields["words"].label = _("What did %(name)s do?") % {"name": person.known_as}
            self.fields["words"].required = self.words_required

    def checks(self) -> list[forms.BoundField]:
        """The boxes, in order: each is unticked until the customer ticks it (P6)."""
        names = ("team_may_read", "may_publish_words", "may_publish_name")
        return [self[name] for name in names if name in self.fields]

    def permits(self) -> bool:
        """Whether a box is ticked or refused, so that it must be seen."""
        return any(field.value() or field.errors for field in self.checks())

    def clean_name(self) -> str:
        """A first name: one line, at most 60 characters, no link."""
        name = " ".join(rules.tidy(self.cleaned_data["name"]).split())
        if len(name) > rules.NAME_MAX:
            raise forms.ValidationError(_("That is long for a first name. 60 letters fit."))
        if rules.has_link(name):
            raise forms.ValidationError(_("That looks like a link. A first name is enough."))
        return name

    def clean(self) -> dict[str, Any]:
        """Refuse what a person can't have sent, and what says nothing."""
        data = super().clean() or {}
        if data.get("more"):
            raise forms.ValidationError(
                _(
                    "A field that people can’t see was filled in, perhaps by your browser. It is empty again: please send once more."
                )
            )
        if data.get("may_publish_name") and not data.get("may_publish_words"):
            self.add_error(
                "may_publish_name",
                _("A name alone says little: tick the words as well, or neither."),
            )
        return data

    def given(self, lang: str) -> rules.Given:
        """What was sent, for the action."""
        data = {
            key: value
            for key, value in self.cleaned_data.items()
            if key not in ("more", "score", "friend")
        }
        score = rules.score_of(self.cleaned_data.get("score"))
        friend = {"yes": True, "no": False}.get(self.cleaned_data.get("friend", ""))
        return rules.Given(score=score, friend=friend, lang=lang, **data)


class RatingForm(ThanksForm):
    """The same, and the one question; then words are a gift."""

    words_required = False
    score = forms.ChoiceField(
        label=gettext_lazy("Did we help you?"),
        required=False,
        choices=[
            ("1", gettext_lazy("not at all")),
            ("2", gettext_lazy("a little")),
            ("3", gettext_lazy("partly")),
            ("4", gettext_lazy("mostly")),
            ("5", gettext_lazy("fully")),
        ],
        widget=forms.RadioSelect,
    )
    friend = forms.ChoiceField(
        label=gettext_lazy("Did a friend send you to us?"),
        required=False,
        choices=[("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, asks_friend: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_friend:
            del self.fields["friend"]

    def clean(self) -> dict[str, Any]:
        """Refuse an answer that says nothing at all."""
        data = super().clean()
        said = ("score", "words", "feedback", "friend")
        if not any(data.get(name) or name in self.errors for name in said):
            self.add_error(None, _("Pick an answer, or write a few words. Either is enough."))
        return data
