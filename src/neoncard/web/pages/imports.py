"""`/import`: an admin hands in a file of conversations and sees what became of it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from neoncard import access, uploads
from neoncard.connectors.jsonl import Report
from neoncard.kit.jobs import queries
from neoncard.kit.jobs.tables import Job

SHOWN = 200


class ImportForm(forms.Form):
    """A file, and the system it is from."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("One conversation a line, as JSON, plain or gzip."),
        widget=forms.FileInput(attrs={"accept": ".jsonl,.gz,.json,.ndjson"}),
        error_messages={"empty": gettext_lazy("This file is empty; pick another one.")},
    )
    source = forms.SlugField(
        label=gettext_lazy("From which system"),
        help_text=gettext_lazy("Ids are unique within a system. Leave it as it is if you use one."),
        initial="import",
        max_length=40,
    )


@access.only(access.ADMINS)
@never_cache
def imports(request: HttpRequest) -> HttpResponse:
    """`/import`: hand in a file; below, what became of the last ones."""
    form = ImportForm(request.POST or None, request.FILES or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        file: UploadedFile = form.cleaned_data["file"]
        job = uploads.receive(
            file.chunks(),
            name=file.name or "",
            source=form.cleaned_data["source"],
            by=access.me(request).pk,
        )
        return redirect("import_job", job.pk)
    last = [{"job": job, **_about(job)} for job in queries.of_kind(uploads.KIND)[:10]]
    context = {"nav": "settings", "form": form, "last": last}
    status = 422 if form.errors else 200
    return render(request, "encounters/import.html", context, status=status)


@access.only(access.ADMINS)
@never_cache
@require_safe
def import_job(request: HttpRequest, id: int) -> HttpResponse:
    """`/import/<id>`: how far it is, then its report; htmx asks for it again while it runs."""
    job = access.job(access.me(request), id)
    if job.kind != uploads.KIND:
        raise Http404
    context = {"nav": "settings", "job": job, **_about(job)}
    return render(request, "encounters/import_job.html", context)


def _about(job: Job) -> dict[str, Any]:
    found: dict[str, Any] = job.progress
    report = Report.from_json(found["report"]) if "report" in found else None
    done, total = found.get("done", 0), found.get("total")
    return {
        "running": job.state == Job.State.WAITING and report is None,
        "parked": job.state == Job.State.PARKED,
        "percent": min(99, done * 100 // total) if total else None,
        "report": report,
        "rows": [
            (row, reason.say(_)) for row, reason in islice(report.rejects if report else (), SHOWN)
        ],
        "more_rows": max(0, report.rejected - SHOWN) if report else 0,
        "notes": [note.say(_) for note in report.remarks()] if report else [],
    }
