"""Where chats call, where an admin sets one up, and where somebody joins theirs to their Neoncard."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from neoncard import access, chatting
from neoncard.chat import actions, queries
from neoncard.chat.rules import Unproven
from neoncard.chat.tables import Chat

MOST = 256_000
"""Bytes of one request; Slack's largest are far smaller."""

NAMES = {
    "slack": gettext_lazy("Signing secret"),
    "mattermost": gettext_lazy("The slash command’s token"),
    "teams": gettext_lazy("Security token"),
}


@csrf_exempt  # a chat has no cookie of ours: what stands instead is its signature
@require_POST
def hook(request: HttpRequest, kind: str) -> HttpResponse:
    """`/chat/<kind>`: what a chat sends: verified, followed once, answered at once."""
    chat = queries.chat(kind)
    size = request.headers.get("Content-Length", "0")
    if chat is None or not size.isdecimal():
        return HttpResponse(status=401)
    if int(size) > MOST:
        return HttpResponse(status=413)
    try:
        answer = chatting.heard(chat, request.body, request.headers)
    except Unproven as why:
        return JsonResponse({"error": str(why)}, status=401)
    if answer.proof:
        return HttpResponse(answer.proof, content_type="text/plain")
    return JsonResponse(answer.body) if answer.body else HttpResponse(status=200)


access.open_to_all(hook)


class ChatForm(forms.Form):
    """What one chat needs; an empty secret keeps the one there is."""

    signing = forms.CharField(
        max_length=200, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    token = forms.CharField(
        label=gettext_lazy("Bot token"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Begins with xoxb-. For private follow-ups and the app’s home."),
    )

    def __init__(self, *args: object, kind: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["signing"].label = NAMES[kind]
        if kind != Chat.Kind.SLACK:
            del self.fields["token"]


@access.only(access.ADMINS)
def chats(request: HttpRequest) -> HttpResponse:
    """`/settings/chat`: set up Slack, Mattermost or Teams."""
    there = {row.kind: row for row in Chat.objects.all()}
    rows = [
        {
            "kind": kind,
            "name": name,
            "row": there.get(kind),
            "url": request.build_absolute_uri(f"/chat/{kind}"),
            "form": ChatForm(kind=kind, prefix=kind),
        }
        for kind, name in Chat.Kind.choices
    ]
    return render(request, "connectors/chats.html", {"nav": "settings", "rows": rows})


@access.only(access.ADMINS)
@require_POST
def chat_set(request: HttpRequest, kind: str) -> HttpResponse:
    """Set one up, change its secrets, or take it away."""
    member = access.me(request)
    if kind not in Chat.Kind.values:
        raise Http404
    if "remove" in request.POST:
        if row := queries.chat(kind):
            actions.remove(by=member, chat=row)
        messages.success(request, _("It is taken away. Thanks given in it stay."))
        return redirect("chats")
    form = ChatForm(request.POST, kind=kind, prefix=kind)
    if form.is_valid():
        try:
            actions.set_up(by=member, kind=kind, secrets=form.cleaned_data)
        except ValueError as problem:
            messages.error(request, str(problem).partition(": ")[2].capitalize() + ".")
        else:
            messages.success(
                request, _("Kept. Copy the address into the chat, and type /thanks there.")
            )
    return redirect("chats")


@access.only()
def join(request: HttpRequest) -> HttpResponse:
    """`/chat/join?as=`: say that an account in a chat is one's own. Opening the link does nothing; the button does."""
    token = request.POST.get("as", "") or request.GET.get("as", "")
    try:
        who = chatting.JOIN.unsign_object(token, max_age=chatting.JOIN_LASTS)
    except signing.BadSignature:
        context = {"nav": "me", "who": None}
        return render(
            request, "connectors/chat_join.html", context, status=200 if not token else 410
        )
    if request.method == "POST":
        try:
            actions.join(member=access.me(request), kind=who["kind"], ext_id=who["id"])
        except ValueError as problem:
            messages.error(request, str(problem).partition(": ")[2].capitalize() + ".")
        else:
            messages.success(request, _("Joined. Thanks you type there go out under your name."))
        return redirect("me")
    name = dict(Chat.Kind.choices).get(who["kind"], who["kind"])
    context = {"nav": "me", "who": who, "chat": name, "token": token}
    return render(request, "connectors/chat_join.html", context)
