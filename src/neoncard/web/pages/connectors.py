"""/settings/connectors: choose a helpdesk, paste, test, and see how it is. For admins."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from neoncard import access
from neoncard.connectors import actions, drop, frame, pulling, queries, sidebar, signatures
from neoncard.connectors.frame import Kind
from neoncard.connectors.tables import Connector
from neoncard.kit import clock, mail, outbound
from neoncard.kit.jobs import actions as jobs
from neoncard.kit.jobs.rules import reason
from neoncard.kit.jobs.tables import Job
from neoncard.people import queries as everybody
from neoncard.web.pages import connector_help
from neoncard.web.spans import in_words

REMOVE = "connector.remove"


def made_secret() -> str:
    """A fresh signing secret as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def form_for(kind: Kind, *args: Any, known: bool = False, **kwargs: Any) -> forms.Form:
    """The form of a kind: a name, its own fields, and a signing secret where it takes webhooks.

    `known`: the connector is set up, so a secret left empty stays as it is.
    """
    fields: dict[str, forms.Field] = {
        "name": forms.CharField(label=_("Name"), max_length=80, initial=str(kind.title))
    }
    fields |= kind.form.base_fields
    if kind.hooks:
        fields["signing_secret"] = forms.CharField(
            label=_("Signing secret"),
            max_length=300,
            required=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            help_text=_("Leave it empty and one is made.")
            if kind.makes_secret
            else _("From your helpdesk’s webhook page; it may follow later."),
        )
    if kind.sidebar is not None:
        fields["frame_parents"] = forms.CharField(
            label=_("Who may show Neoncard in a frame"),
            max_length=800,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
            help_text=_(
                "The address your people see while they work, such as https://help.example.org; one a line. "
                "Empty: nobody may."
            ),
        )
    if kind.tell is not None:
        fields |= _switches(kind)
    form: forms.Form = type("ConnectorForm", (forms.Form,), fields)(*args, **kwargs)
    form.order_fields(("name", *(kind.form.field_order or ())))
    if known and "days" in form.fields:
        form.fields["days"].help_text = _(
            "Changed later, it counts once you have everything heard again (at the end of this page)."
        )
    for name in kind.form.SECRETS:
        form.fields[name].widget = forms.PasswordInput(attrs={"autocomplete": "off"})
        form.fields[name].required = not known
        if known:
            form.fields[name].help_text = _("Kept sealed. Leave it empty to keep it.")
    if known and kind.hooks:
        form.fields["signing_secret"].help_text = _(
            "Kept sealed. A new one is added; the one before it stays good until you take it back."
        )
    return form


def _switches(kind: Kind) -> dict[str, forms.Field]:
    """What may go back: off until somebody ticks it."""
    note = forms.BooleanField(
        label=_("A private note on the ticket when an act was done or thanks arrived"),
        required=False,
    )
    survey = forms.BooleanField(
        label=_("A survey to the customer when a conversation is over"),
        required=False,
        help_text=_("One question, at most once in 14 days, never to spam or blocked senders."),
    )
    friend = forms.BooleanField(
        label=_("The survey’s second question: did a friend send you?"), required=False
    )
    fields: dict[str, forms.Field] = {"write_back": note} if kind.notes else {}
    return fields | {"survey": survey, "ask_friend": friend}


def _checked(kind: Kind, form: forms.Form) -> bool:
    """Whether the form is right; a Standard Webhooks secret must be base64."""
    if not form.is_valid():
        return False
    secret = form.cleaned_data.get("signing_secret", "")
    verifier = kind.verifier or signatures.SENDERS.get(form.cleaned_data.get("sender", ""))
    if secret and verifier is not None and verifier.key == "base64":
        try:
            signatures.decoded(secret, verifier.key_prefix)
        except ValueError as problem:
            form.add_error("signing_secret", str(problem).partition(": ")[2])
            return False
    if form.cleaned_data.get("survey") and kind.mails and not mail.works():
        form.add_error(
            "survey",
            _("It goes out by mail, and no mail can be sent yet: set NEONCARD_MAIL_URL first."),
        )
        return False
    try:
        sidebar.parents(form.cleaned_data.get("frame_parents", ""))
    except ValueError as problem:
        form.add_error("frame_parents", str(problem).partition(": ")[2])
        return False
    return True


def _parts(kind: Kind, form: forms.Form) -> dict[str, Any]:
    """What was typed, apart: settings, secrets, the signing secret, the name."""
    found = dict(form.cleaned_data)
    if "zone" in found:
        organisation = everybody.organisation()
        found["zone"] = found["zone"] or (organisation.zone if organisation else "UTC")
    return {
        "name": found.pop("name"),
        "signing_secret": found.pop("signing_secret", ""),
        "secrets": {name: found.pop(name) for name in kind.form.SECRETS},
        "settings": found,
    }


def _kind(name: str) -> Kind:
    try:
        return frame.kinds()[name]
    except KeyError:
        raise Http404 from None


@access.only(access.ADMINS)
def connectors(request: HttpRequest) -> HttpResponse:
    """What is connected, and what can be."""
    rows = [(row, frame.kinds().get(row.kind)) for row in queries.connectors()]
    context = {"nav": "settings", "rows": rows, "kinds": frame.kinds().values()}
    return render(request, "connectors/list.html", context)


@access.only(access.ADMINS)
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Set one up."""
    chosen = _kind(kind)
    form = form_for(chosen, request.POST or None, label_suffix="")
    if request.method == "POST" and _checked(chosen, form):
        parts = _parts(chosen, form)
        if chosen.makes_secret and not parts["signing_secret"]:
            parts["signing_secret"] = made_secret()
        row = actions.add(by=access.me(request), kind=kind, **parts)
        if chosen.pull is not None:
            pulling.ask(row)
        messages.success(request, _("It is set up. Now give your helpdesk what is written below."))
        return redirect("connector", row.pk)
    context = {"nav": "settings", "kind": chosen, "form": form}
    status = 422 if form.errors else 200
    return render(request, "connectors/add.html", context, status=status)


@access.only(access.ADMINS)
@never_cache
def connector(request: HttpRequest, id: int) -> HttpResponse:
    """How a connector is, what the helpdesk needs of us, and its settings."""
    me = access.me(request)
    row = access.connector(me, id)
    kind = _kind(row.kind)
    initial = {"name": row.name, **row.settings}
    known = queries.opens(row)
    form = form_for(kind, request.POST or None, known=known, initial=initial, label_suffix="")
    if request.method == "POST" and _checked(kind, form):
        actions.change(by=me, connector=row, **_parts(kind, form))
        messages.success(request, _("Saved."))
        return redirect("connector", row.pk)
    status = 422 if form.errors else 200
    return render(request, "connectors/one.html", _about(row, kind, form), status=status)


def _about(row: Connector, kind: Kind, form: forms.Form) -> dict[str, Any]:
    job = pulling.latest(row) if kind.pull else None
    running = job is not None and job.state == Job.State.WAITING
    done, total = (job.progress.get("done"), job.progress.get("total")) if job else (0, None)
    opens = queries.opens(row)
    kept = queries.secrets_of(row) if opens else {"signing": []}
    live = queries.live(row)
    left = pulling.estimate(job) if job and running else None
    unknown, here = connector_help.strangers(row.source)
    frame_url = f"{settings.NEONCARD_URL}{reverse('beside_frame', args=[row.pk])}"
    return {
        "nav": "settings",
        "row": row,
        "kind": kind,
        "form": form,
        "parents": sidebar.parents(row.settings.get("frame_parents", "")) if kind.sidebar else [],
        "paste": kind.sidebar.paste(frame_url) if kind.sidebar else "",
        "https": settings.NEONCARD_URL.startswith("https://"),
        "opens": opens,
        "live": live,
        "lag": in_words(live.lag) if live.lag else "",
        "quiet_for": _quiet_for(row, live.last_at),
        "strangers": unknown,
        "here": here,
        "hook": queries.hook_url(row) if opens and (kind.hooks or kind.hints) else "",
        "by_path": kind.own_verifier and row.settings.get("sender") == signatures.PATH,
        "secret": kept["signing"][0] if kind.makes_secret and kept["signing"] else "",
        "secrets": len(kept["signing"]),
        "folder": drop.folder(row.source) if kind.pull is drop.pull else "",
        "job": job,
        "running": running,
        "percent": min(100, round(100 * done / total)) if done and total else None,
        "left": in_words(left) if left else "",
    }


def _quiet_for(row: Connector, last_at: datetime | None) -> int:
    """For how many days nothing came in, as far as we keep what did; 0 while it is newer than that, or not quiet."""
    days = settings.NEONCARD_KEEP_RAW_DAYS
    old = row.made_at < clock.now() - timedelta(days=days)
    return days if last_at is None and old else 0


@access.only(access.ADMINS)
@require_POST
def test(request: HttpRequest, id: int) -> HttpResponse:
    """Try the settings, and say exactly what is wrong."""
    row = access.connector(access.me(request), id)
    kind = _kind(row.kind)
    if kind.test is None:
        raise Http404
    try:
        found = kind.test(pulling.asking(row))
    except (frame.TroubleError, outbound.OutboundError, ValueError) as error:
        messages.error(request, _("It does not work yet. %(why)s") % {"why": error})
    except Exception as error:  # noqa: BLE001 whatever answers over there, the page says what came of it
        said = _(
            "It does not work yet. It answers something we do not know (%(why)s): is this the address of its API?"
        )
        messages.error(request, said % {"why": reason(error)})
    else:
        messages.success(request, _("It works: %(found)s.") % {"found": found})
    return redirect("connector", row.pk)


@access.only(access.ADMINS)
@require_POST
def pull(request: HttpRequest, id: int) -> HttpResponse:
    """Pull now; a pull that was parked is tried again."""
    me = access.me(request)
    row = access.connector(me, id)
    connector_help.ask_now(me, row)
    messages.success(request, _("It is being asked for everything new."))
    return redirect("connector", row.pk)


@access.only(access.ADMINS)
@require_POST
def again(request: HttpRequest, id: int) -> HttpResponse:
    """Hear everything again, as after giving people their ids."""
    row = access.connector(access.me(request), id)
    payload = {"connector": row.pk, "by": access.me(request).pk}
    jobs.later(pulling.AGAIN, f"{pulling.AGAIN}:{row.pk}:{clock.now():%Y%m%d%H%M}", payload)
    messages.success(request, _("Everything is heard again. Nothing doubles."))
    return redirect("connector", row.pk)


@access.only(access.ADMINS)
@require_POST
def pause(request: HttpRequest, id: int) -> HttpResponse:
    """Stop taking in, or go on."""
    me = access.me(request)
    row = access.connector(me, id)
    actions.pause(by=me, connector=row, paused=not row.paused)
    if not row.paused:
        pulling.ask(row)
    messages.success(
        request, _("Paused.") if row.paused else _("It goes on, and pulls what it missed.")
    )
    return redirect("connector", row.pk)


@access.only(access.ADMINS)
@require_POST
def secret(request: HttpRequest, id: int) -> HttpResponse:
    """Make a new signing secret, or take back the old one (`end`)."""
    me = access.me(request)
    row = access.connector(me, id)
    if request.POST.get("end"):
        actions.end_old_secret(by=me, connector=row)
        messages.success(request, _("Only the newest secret counts now."))
    elif _kind(row.kind).makes_secret:
        actions.rotate(by=me, connector=row, secret=made_secret())
        messages.success(
            request, _("A new secret is below; the old one stays good until you take it back.")
        )
    return redirect("connector", row.pk)


@access.only(access.ADMINS)
@require_POST
def remove(request: HttpRequest, id: int) -> HttpResponse:
    """Remove it; with `data`, every conversation it brought too."""
    me = access.me(request)
    row = access.connector(me, id)
    actions.pause(by=me, connector=row, paused=True)
    payload = {"connector": row.pk, "data": bool(request.POST.get("data"))}
    jobs.later(REMOVE, f"{REMOVE}:{row.pk}", payload)
    messages.success(request, _("It takes nothing in any more, and is being removed."))
    return redirect("connectors")


@access.only(access.ADMINS)
@require_POST
def retry(request: HttpRequest, id: int) -> HttpResponse:
    """Let a parked delivery be tried again."""
    me = access.me(request)
    actions.retry(by=me, delivery=access.delivery(me, id))
    messages.success(request, _("It will be tried again now."))
    return redirect("status")
