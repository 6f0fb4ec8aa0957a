"""What an admin hands a connector on its page: whose the ids are that came in, and files. For admins."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from neoncard import access
from neoncard.connectors import drop, frame, pulling
from neoncard.connectors.tables import Connector
from neoncard.kit.jobs import actions as jobs
from neoncard.kit.jobs.tables import Job
from neoncard.people import actions as people
from neoncard.people import queries as everybody
from neoncard.people.tables import Member, Stranger

MOST = 50
"""Ids on a page at once; the rest come when these are given."""


def strangers(source: str) -> tuple[list[Stranger], list[Member]]:
    """Ids of a source that nobody has, each with who may be meant (`guess`), and everybody it may be. Up to two queries."""
    rows = list(everybody.strangers(source)[:MOST])
    if not rows:
        return [], []
    organisation = everybody.organisation()
    here = list(Member.objects.filter(organisation=organisation, is_active=True).order_by("name"))
    by_name: dict[str, list[Member]] = {}
    for one in here:
        by_name.setdefault(one.name.casefold(), []).append(one)
    for row in rows:
        same = by_name.get(row.name.casefold(), [])
        row.guess = same[0].email if len(same) == 1 else ""  # type: ignore[attr-defined]
    return rows, here


def ask_now(me: Member, row: Connector) -> None:
    """Have a connector asked at once; a pull that was parked is tried again."""
    last = pulling.latest(row)
    if last is not None and last.state == Job.State.PARKED:
        jobs.retry(by=me, job=last)
    else:
        pulling.ask(row)


@access.only(access.ADMINS)
@require_POST
def ids(request: HttpRequest, id: int) -> HttpResponse:
    """Give ids to people, by their address; their conversations are heard again."""
    me = access.me(request)
    row = access.connector(me, id)
    given = 0
    typed = [
        (one, address)
        for one in everybody.strangers(row.source)
        if (address := request.POST.get(f"whose-{one.pk}", "").strip().lower())
    ]
    named = {address for _one, address in typed}
    found = Member.objects.filter(organisation=me.organisation, email__in=named)
    by_address = {member.email: member for member in found}
    for one, address in typed:
        member = by_address.get(address)
        if member is None:
            said = _("%(name)s: nobody here has the address %(address)s.")
            values = {"name": one.name or one.ext_id, "address": address[:80]}
            messages.error(request, said % values)
            continue
        people.add_ids(by=me, member=member, ids=[(row.source, one.ext_id)])
        given += 1
    if given:
        pulling.hear_again_soon(row, by=me.pk)
        said = ngettext(
            "%(n)s id is somebody’s now. What came in is heard again, in a minute.",
            "%(n)s ids are somebody’s now. What came in is heard again, in a minute.",
            given,
        )
        messages.success(request, said % {"n": given})
    return redirect("connector", row.pk)


@access.only(access.ADMINS)
@require_POST
def upload(request: HttpRequest, id: int) -> HttpResponse:
    """Hand in a file instead of dropping it into the connector's folder; from there it goes the same way."""
    me = access.me(request)
    row = access.connector(me, id)
    kind = frame.kinds().get(row.kind)
    if kind is None or kind.pull is not drop.pull:
        raise Http404
    file: UploadedFile | None = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Pick a file first."))
    elif (file.size or 0) > drop.UPLOAD_MOST:
        messages.error(
            request,
            _("At most %(most)s MB; put a larger file into the folder, or pack it with gzip.")
            % {"most": drop.UPLOAD_MOST // 1_000_000},
        )
    else:
        try:
            drop.put(row.source, file.name or "", file.chunks())
        except ValueError:
            said = _("Only files that end with %(endings)s are read.")
            messages.error(request, said % {"endings": ", ".join(drop.ENDINGS)})
        else:
            ask_now(me, row)
            messages.success(request, _("It is here, and is being read."))
    return redirect("connector", row.pk)
