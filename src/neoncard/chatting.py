"""What follows from what is said in a chat: thanks, a private follow-up, the app's home. Part of `loop`.

Whatever leaves the house is a job, so the answer to a chat never waits for the chat.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from neoncard.chat import actions, mattermost, queries, slack, teams
from neoncard.chat.rules import (
    ASK,
    BUTTON,
    HOME,
    NOTHING,
    PROVE,
    Button,
    Reply,
    Said,
)
from neoncard.chat.tables import Chat
from neoncard.kindness import actions as kindnesses
from neoncard.kindness import queries as kind
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock, outbound
from neoncard.kit.jobs.actions import Park, later
from neoncard.kit.jobs.tables import Job
from neoncard.people.queries import organisation
from neoncard.people.tables import Member
from neoncard.share import actions as share
from neoncard.share.hints import hint_on

SAY = "chat.say"
JOIN = signing.TimestampSigner(salt="neoncard.chat.join")
JOIN_LASTS = 3600
_button = signing.Signer(salt="neoncard.chat.button")
DIALECTS: dict[str, Any] = {"slack": slack, "mattermost": mattermost, "teams": teams}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire at once: JSON, or plain text when the chat asks for proof."""

    body: dict[str, Any]
    proof: str = ""


def heard(chat: Chat, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Follow what a chat sent, once, however often it is sent. Raises `rules.Unproven` when it is not from it."""
    dialect = DIALECTS[chat.kind]
    said: Said = dialect.heard(body, headers, queries.secrets_of(chat), clock.now())
    if said.what in (PROVE, NOTHING):
        return Answer({}, said.text if said.what == PROVE else "")
    written = actions.once(chat=chat, key=said.key, follow=lambda: _followed(chat, said))
    return Answer(written)


def _followed(chat: Chat, said: Said) -> dict[str, Any]:
    member = queries.members(chat.kind, (said.user,)).get(said.user)
    company = organisation()
    language = (member.language if member else "") or (company.language if company else "en")
    with translation.override(language):
        if said.what == HOME:
            _later(chat, said, "home", {})
            return {}
        reply = _follow(chat, said, member)
    if not reply.text:
        return {}
    dialect = DIALECTS[chat.kind]
    if said.what == BUTTON and chat.kind == Chat.Kind.MATTERMOST:
        return mattermost.pressed(reply)
    body = _addressed(dialect.told(reply))
    if said.reply_to or said.what == ASK:
        _later(chat, said, "reply", body)
        return {}
    return body


def _addressed(body: dict[str, Any]) -> dict[str, Any]:
    for attachment in body.get("attachments", ()):
        for action in attachment["actions"]:
            action["integration"]["url"] = f"{settings.NEONCARD_URL}/chat/mattermost"
    return body


def _follow(chat: Chat, said: Said, member: Member | None) -> Reply:
    """What is said back; no words, no answer. A heart of somebody who has not joined is answered once ever (E1, E2)."""
    if member is None:
        if said.what == ASK and not actions.first(chat=chat, key=f"join:{said.user}"):
            return Reply("")
        token = JOIN.sign_object({"kind": chat.kind, "id": said.user, "name": said.name})
        url = f"{settings.NEONCARD_URL}/chat/join?{urlencode({'as': token})}"
        if (
            chat.kind == Chat.Kind.TEAMS
        ):  # it answers to the whole channel: the link is for one person
            return Reply(_("Join this chat to your Neoncard first: your admin knows how."))
        return Reply(
            _("Join this chat to your Neoncard first, it takes one tap: %(url)s") % {"url": url}
        )
    if said.what == ASK:
        return _asked(chat, said)
    if said.what == BUTTON:
        return _pressed(said, member)
    return _thanks(chat, said, member)


def _asked(chat: Chat, said: Said) -> Reply:
    if not queries.members(chat.kind, said.mentions):
        return Reply(
            _(
                "They have not joined this chat to their Neoncard yet, so thanks can't reach them here."
            )
        )
    return Reply(
        _("You liked what they did. What was it? They see it, nobody else does."),
        thank=said.mentions[0],
    )


def _thanks(chat: Chat, said: Said, member: Member) -> Reply:
    known = queries.members(chat.kind, said.mentions)
    to = [known[one] for one in said.mentions if one in known and known[one] != member]
    if not said.mentions:
        return Reply(_("Say whom and what for: /thanks @jonas @lea for taking the gate"))
    if len(known) < len(said.mentions):
        return Reply(
            _(
                "Not everyone here has joined this chat to their Neoncard yet, so nothing was sent. Thank them at %(url)s"
            )
            % {"url": f"{settings.NEONCARD_URL}/thank"}
        )
    if not to:
        return Reply(_("Pick somebody other than yourself; your own kindness is counted on Me."))
    if not said.text:
        return Reply(_("Say what for, in a few words: that is what they keep."))
    try:
        with transaction.atomic():
            row = share.thank(by=member, to=to, words=said.text, team=False)
    except ValueError as problem:
        if (
            chat.kind == Chat.Kind.TEAMS
        ):  # why is between the two of them, and all of the channel reads
            return Reply(
                _("Nothing was sent this time. Thank them at %(url)s, where it says why.")
                % {"url": f"{settings.NEONCARD_URL}/thank"}
            )
        words = str(problem).partition(": ")[2]
        return Reply(f"{words[:1].upper()}{words[1:]}.")
    names = ", ".join(one.known_as for one in to)
    buttons = tuple(
        Button(label, _button.sign(f"{did}:{row.pk}:{said.user}"))
        for did, label in (("wall", _("On the wall too")), ("undo", _("Take it back")))
    )
    text = _("%(names)s will read it on Today.") % {"names": names}
    if chat.kind != Chat.Kind.TEAMS and (hint := hint_on(said.text)):
        # Sent all the same (E7): the buttons take it back, and what is said better is sent anew.
        text = f"{text} {hint}"
    return Reply(text, buttons)


def _pressed(said: Said, member: Member) -> Reply:
    try:
        did, number, user = _button.unsign(said.text).split(":")
    except (signing.BadSignature, ValueError):
        return Reply(_("That button is not one of ours."))
    rows = Kindness.objects.filter(giver__member=member, state=Kindness.State.KEPT)
    theirs = rows if user == said.user else rows.none()
    row = theirs.filter(pk=number).first()  # lookup: signed by us, and their own
    if row is None:
        return Reply(_("It is not there any more."))
    try:
        with transaction.atomic():
            if did == "wall":
                share.hang(by=member, kindness=row)
                return Reply(_("It hangs on the wall."))
            kindnesses.undo(by=member, kindness=row)
    except ValueError as problem:
        words = str(problem).partition(": ")[2]
        return Reply(f"{words[:1].upper()}{words[1:]}.")
    return Reply(_("Taken back. It is as if it had not been sent."))


def _later(chat: Chat, said: Said, what: str, body: dict[str, Any]) -> None:
    payload = {
        "chat": chat.kind,
        "what": what,
        "to": said.reply_to,
        "channel": said.channel,
        "user": said.user,
        "body": body,
    }
    later(SAY, f"{SAY}:{chat.pk}:{said.key}"[:200], payload)


def in_chat(member: Member) -> bool:
    """Whether a private message can reach a member in Slack. One query."""
    return queries.reaches(member, Chat.Kind.SLACK)


def dm(member: Member, text: str, key: str) -> bool:
    """Leave a private message to a member in Slack; False where they are not joined to it."""
    chat = queries.chat(Chat.Kind.SLACK)
    user = queries.handle_of(member, Chat.Kind.SLACK) if chat else ""
    if chat is None or not user:
        return False
    payload = {"chat": chat.kind, "what": "dm", "user": user, "body": {"text": text}}
    later(SAY, f"{SAY}:{key}"[:200], payload)
    return True


def say(job: Job) -> None:
    """Send what waits to a chat: a private reply, the app's home, a message."""
    data = job.payload
    chat = queries.chat(data["chat"])
    if chat is None:
        return
    if data["what"] == "reply" and data.get("to"):
        _post(data["to"], data["body"] | {"replace_original": False}, "")
        return
    calls: dict[str, Callable[[], tuple[str, dict[str, Any]]]] = {
        "reply": lambda: (
            "chat.postEphemeral",
            data["body"] | {"channel": data["channel"], "user": data["user"]},
        ),
        "dm": lambda: ("chat.postMessage", data["body"] | {"channel": data["user"]}),
        "home": lambda: ("views.publish", {"user_id": data["user"], "view": _home(data["user"])}),
    }
    method, body = calls[data["what"]]()
    api = chat.api or "https://slack.com/api"
    answer = _post(f"{api.rstrip('/')}/{method}", body, queries.secrets_of(chat).get("token", ""))
    if not answer.get("ok"):
        raise Park(f"{method}: Slack says {str(answer.get('error', 'no'))[:80]}")


def _post(url: str, body: dict[str, Any], token: str) -> dict[str, Any]:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    answer = outbound.fetch("POST", url, headers=headers, content=json.dumps(body).encode())
    if answer.status >= 300:
        raise OSError(f"the chat answered {answer.status}")
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {"ok": True}  # a response_url answers in plain text
    return found if isinstance(found, dict) else {}


def _home(user: str) -> dict[str, Any]:
    """What the app's home shows its owner: the last words they got, and nothing that counts."""
    member = queries.members(Chat.Kind.SLACK, (user,)).get(user)
    with translation.override((member.language if member else "") or "en"):
        if member is None:
            lines = [_("Join this chat to your Neoncard: type /thanks, and open the link.")]
        else:
            rows = kind.own(member).exclude(giver__member=member).exclude(words="")
            words = [row.words for row in rows.order_by("-received_at")[:3]]
            lines = [f"> {text}" for text in words] or [_("Kind words for you will stand here.")]
        lines.append(_("Type /thanks @name for … in any channel, or put a 💛 to a message."))
        return slack.home(lines, settings.NEONCARD_URL, _("Open Neoncard"))
