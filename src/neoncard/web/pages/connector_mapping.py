"""/settings/connectors/<id>/mapping: where in a payload things stand, previewed on one before it is kept. For admins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from neoncard import access
from neoncard.connectors import actions, frame, sheets
from neoncard.connectors.frame import Kind
from neoncard.connectors.tables import Connector
from neoncard.kit import clock
from neoncard.kit.fields import Rejected
from neoncard.kit.jobs.rules import reason
from neoncard.web.mapping_words import SAID


class MappingForm(forms.Form):
    """Where in the payload things stand, and one payload to try it on."""

    payload = forms.CharField(
        label=gettext_lazy("One payload, to try it on"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        required=False,
        max_length=200_000,
        help_text=gettext_lazy("JSON, or the first two lines of a table. It is not kept."),
    )

    def __init__(self, *args: Any, kind: Kind, mapping: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name, default in {**kind.paths, **kind.words}.items():
            label, about = SAID.get(name, (name, ""))
            self.fields[name] = forms.CharField(
                label=label,
                help_text=about,
                required=False,
                max_length=200,
                initial=mapping.get(name, default),
            )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields but the payload, in two groups with their headings."""
        groups = [
            (_("Where it stands in a payload"), [self[name] for name in self.kind.paths]),
            (_("Which words mean what"), [self[name] for name in self.kind.words]),
        ]
        return [(title, fields) for title, fields in groups if fields]

    def mapping(self) -> dict[str, str]:
        """What was typed."""
        names = (*self.kind.paths, *self.kind.words)
        return {name: self.cleaned_data[name] for name in names}


@access.only(access.ADMINS)
@never_cache
def mapping(request: HttpRequest, id: int) -> HttpResponse:
    """The mapping page: previewed on a payload, then saved."""
    me = access.me(request)
    row = access.connector(me, id)
    kind = frame.kinds().get(row.kind)
    if kind is None or not kind.maps:
        raise Http404
    form = MappingForm(
        request.POST or None, kind=kind, mapping=row.settings.get("mapping", {}), label_suffix=""
    )
    preview = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("save"):
            actions.change(
                by=me,
                connector=row,
                name=row.name,
                settings={"mapping": form.mapping()},
                secrets={},
            )
            messages.success(
                request, _("Saved. What was parked can be retried on the status page.")
            )
            return redirect("connector", row.pk)
        preview = _preview(kind, row, form)
    context = {"nav": "settings", "row": row, "form": form, "preview": preview}
    status = 422 if form.errors else 200
    return render(request, "connectors/mapping.html", context, status=status)


def _preview(kind: Kind, row: Connector, form: MappingForm) -> list[Any] | None:
    """What would come of the payload; None with an error on the form when nothing would."""
    context = frame.Context(row.source, clock.now(), {**row.settings, "mapping": form.mapping()})
    try:
        found = sheets.pasted(form.cleaned_data["payload"] or "{}")
    except (ValueError, RecursionError):
        form.add_error("payload", _("This is no JSON, and no table; paste one payload whole."))
        return None
    try:
        return list(kind.mapping(found, context))
    except Rejected as rejected:
        form.add_error("payload", rejected.reason.say(_))
    except Exception as error:  # noqa: BLE001 whatever is pasted, the page says what came of it
        said = _("The mapping does not know this: %(why)s")
        form.add_error("payload", said % {"why": reason(error)})
    return None
