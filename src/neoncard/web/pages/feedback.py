"""What customers propose for product and service: read by leads, answered, and told to its writer."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from neoncard import access
from neoncard.thank import actions, queries, rules
from neoncard.thank.tables import Feedback

PAGE = 20


class AnswerForm(forms.Form):
    """What a lead says to a piece of feedback."""

    theme = forms.CharField(
        label=gettext_lazy("Theme"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "themes"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Where it stands"),
        choices=Feedback.State,
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("What became of it"),
        help_text=gettext_lazy("Its writer sees this on their page."),
        max_length=rules.WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@access.only(access.LEADS)
@require_GET
def feedback(request: HttpRequest) -> HttpResponse:
    """`/feedback`: newest first, 20 a page, in one state or all, on one theme or all. By day, not by minute: it points at nobody."""
    return _list(request)


def _list(request: HttpRequest, failed: tuple[int, AnswerForm] | None = None) -> HttpResponse:
    state = request.GET.get("state", Feedback.State.NEW)
    theme = request.GET.get("theme", "")
    page = Paginator(queries.feedback(state, theme), PAGE).get_page(request.GET.get("page"))
    rows = []
    for row in page:
        form = AnswerForm(
            initial={"theme": row.theme, "state": row.state, "answer": row.answer},
            prefix=f"f{row.pk}",
            label_suffix="",
        )
        if failed and failed[0] == row.pk:
            form = failed[1]
        rows.append({"row": row, "form": form})
    context = {
        "nav": "feedback",
        "page": page,
        "rows": rows,
        "state": state,
        "theme": theme,
        "states": [*Feedback.State.choices, ("all", _("all"))],
        "themes": queries.themes(),
    }
    return render(request, "thank/feedback.html", context, status=422 if failed else 200)


@access.only(access.LEADS)
@require_POST
def answer(request: HttpRequest, id: int) -> HttpResponse:
    """Give one piece of feedback a theme, a state and an answer."""
    lead = access.me(request)
    row = access.feedback(lead, id)
    form = AnswerForm(request.POST, prefix=f"f{id}", label_suffix="")
    if not form.is_valid():
        return _list(request, (id, form))
    actions.answer_feedback(by=lead, feedback=row, **form.cleaned_data)
    messages.success(request, _("Saved. Its writer sees the answer on their page."))
    state = request.GET.get("state", "")
    known = state in (*Feedback.State.values, "all")
    asked = {"state": state} if known else {}
    if theme := request.GET.get("theme", ""):
        asked["theme"] = theme
    return redirect(f"{reverse('feedback')}?{urlencode(asked)}" if asked else "feedback")
