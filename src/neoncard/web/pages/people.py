"""/settings/people/list: a list of people is looked at first, then done. For admins."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from neoncard import access
from neoncard.people import actions, queries, rules
from neoncard.people.tables import Member, Role

BYTES_MAX = 1_000_000


class ListForm(forms.Form):
    """The list, as a file or pasted."""

    file = forms.FileField(
        label=gettext_lazy("A CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste it"),
        required=False,
        strip=False,
        max_length=BYTES_MAX,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "The first line names the columns: email, and any of name, team, roles, active, ids. "
            "What a column does not say stays as it is."
        ),
    )
    only = forms.BooleanField(
        label=gettext_lazy("Whoever works here and is not in the list has left"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """The file's text takes the place of what was pasted."""
        data = super().clean() or {}
        file: UploadedFile | None = data.get("file")
        if file is not None:
            if (file.size or 0) > BYTES_MAX:
                self.add_error("file", _("That is more than a million bytes."))
            else:
                raw = file.read()
                data["text"] = _decoded(raw)
        if not (data.get("text") or "").strip() and not self.errors:
            self.add_error("text", _("There is nothing in it yet: pick a file, or paste the list."))
        return data


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


@access.only(access.ADMINS)
@never_cache
def bring_in(request: HttpRequest) -> HttpResponse:
    """Look at what a list would do; with `do`, do it. What changed meanwhile is looked at again."""
    me = access.me(request)
    form = ListForm(request.POST or None, request.FILES or None, label_suffix="")
    plan = None
    if request.method == "POST" and form.is_valid():
        listed, wrong = rules.read(form.cleaned_data["text"])
        here = queries.as_listed(me.organisation)
        plan = rules.plan(listed, here, only=form.cleaned_data["only"], wrong=wrong)
        if request.POST.get("do") == _seal(plan) and not plan.wrong:
            refused = actions.apply_all(by=me, organisation=me.organisation, changes=plan.changes)
            _say(request, len(plan.changes) - len(refused), refused)
            return redirect("settings")
        form = ListForm(
            initial={"text": form.cleaned_data["text"], "only": form.cleaned_data["only"]},
            label_suffix="",
        )
    context = {
        "nav": "settings",
        "form": form,
        "plan": plan,
        "groups": _groups(plan) if plan else (),
        "wrong": [(line, why.say(_)) for line, why in plan.wrong] if plan else (),
        "seal": _seal(plan) if plan else "",
    }
    return render(request, "people/list.html", context, status=422 if form.errors else 200)


def _seal(plan: rules.Plan) -> str:
    """What a plan would do, as a mark: only exactly what was shown is done."""
    said = [
        (one.what, *(getattr(one.person, name) for name in ("email", "name", "team", "ids")))
        + (sorted(one.person.roles or ()), one.details)
        for one in plan.changes
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _groups(plan: rules.Plan) -> list[tuple[str, list[rules.Change]]]:
    titles = {
        rules.JOIN: _("Join"),
        rules.CHANGE: _("Change"),
        rules.RETURN: _("Come back"),
        rules.LEAVE: _("Leave"),
    }
    found = [(title, [c for c in plan.changes if c.what == what]) for what, title in titles.items()]
    return [(title, changes) for title, changes in found if changes]


def _say(request: HttpRequest, done: int, refused: list[tuple[str, str]]) -> None:
    said = ngettext("%(n)s person is as the list says.", "%(n)s people are as the list says.", done)
    messages.success(request, said % {"n": done})
    for email, why in refused[:20]:
        messages.error(request, f"{email}: {why}")


class GroupsForm(forms.Form):
    """What groups mean, a line each."""

    groups = forms.CharField(
        label=gettext_lazy("Groups"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: group, team, roles. Roles stand apart by spaces: agent, counter, lead, host, admin."
        ),
    )


@access.only(access.ADMINS)
@never_cache
def groups(request: HttpRequest) -> HttpResponse:
    """What groups of the sign-in provider mean; what that would change for who has signed in; then, with `do`, kept."""
    me = access.me(request)
    before = "\n".join(
        f"{one.name}, {one.team}, {' '.join(sorted(one.roles))}"
        for one in queries.groups(me.organisation)
    )
    form = GroupsForm(request.POST or None, initial={"groups": before}, label_suffix="")
    plan = None
    if request.method == "POST" and form.is_valid():
        found, wrong = rules.read_groups(form.cleaned_data["groups"])
        for line, why in wrong:
            said = {"line": line, "why": why.say(_)}
            form.add_error("groups", _("Line %(line)s: %(why)s") % said)
        if not wrong and request.POST.get("do"):
            actions.set_groups(by=me, organisation=me.organisation, groups=found)
            messages.success(request, _("Kept. It counts from each person’s next sign-in on."))
            return redirect("people_groups")
        plan = None if wrong else _meaning(me, found)
    context = {
        "nav": "settings",
        "form": form,
        "plan": plan,
        "groups": _groups(plan) if plan else (),
        "on": bool(settings.NEONCARD_OIDC_URL),
    }
    return render(request, "people/groups.html", context, status=422 if form.errors else 200)


def _meaning(me: Member, found: list[rules.Group]) -> rules.Plan:
    """What these groups would change, by the groups each was in at their last sign-in."""
    here = queries.as_listed(me.organisation)
    listed = []
    for email, mine in queries.groups_seen(me.organisation).items() if found else ():
        person = rules.place(email, here[email].name or "", mine, found)
        listed.append(person or rules.Person(email, active=False))
    return rules.plan(listed, here)


@access.only(access.ADMINS)
@require_safe
@never_cache
def take_out(request: HttpRequest) -> HttpResponse:
    """Everybody who is or was here, as a list that can be changed and brought in again."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(rules.COLUMNS)
    for one in queries.as_listed(access.me(request).organisation).values():
        roles = " ".join(role for role in Role.Name.values if role in (one.roles or ()))
        ids = "|".join(f"{source}:{ext_id}" for source, ext_id in one.ids)
        cells = [one.email, one.name or "", one.team or "", roles]
        # A cell that begins like a formula would be run by a spreadsheet.
        safe = [f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in [*cells, ids]]
        table.writerow([*safe[:4], "yes" if one.active else "no", safe[4]])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response
