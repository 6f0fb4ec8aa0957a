"""Slack: slash command, message shortcut, reaction, app home, buttons. One address takes them all.

Written after Slack's public documentation: "Verifying requests from Slack", "Slash commands", "Handling user
interaction", "Events API". The signature is checked by slack_sdk's own verifier, five minutes included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import Clock, SignatureVerifier

from neoncard.chat.rules import (
    ASK,
    BUTTON,
    HOME,
    NOTHING,
    PROVE,
    THANKS,
    Reply,
    Said,
    Unproven,
    once,
    words_of,
)

HEART = "yellow_heart"
WRITE = "neoncard_words"
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


class _At(Clock):
    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.moment = now

    def now(self) -> float:
        return self.moment.timestamp()


def heard(
    body: bytes, headers: Mapping[str, str], secrets: Mapping[str, str], now: datetime
) -> Said:
    """What a request from Slack says. Raises Unproven unless it is signed with our secret within five minutes."""
    verifier = SignatureVerifier(secrets["signing"], clock=_At(now))
    stamp, signature = (
        headers.get("X-Slack-Request-Timestamp", ""),
        headers.get("X-Slack-Signature", ""),
    )
    try:
        proven = verifier.is_valid(body, stamp, signature)
    except ValueError:  # a timestamp that is no number
        proven = False
    if not proven:
        raise Unproven("the signature does not match, or it is older than five minutes")
    try:
        if headers.get("Content-Type", "").startswith("application/json"):
            return _event(json.loads(body))
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return _interaction(json.loads(form["payload"])) if "payload" in form else _command(form)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        raise Unproven("this is not what Slack sends") from None


def _command(form: dict[str, str]) -> Said:
    text = form.get("text", "")
    return Said(
        what=THANKS,
        key=f"command:{form['trigger_id']}",
        user=form["user_id"],
        name=form.get("user_name", ""),
        text=words_of(_MENTION.sub(" ", text)),
        mentions=once(_MENTION.findall(text)),
        channel=form.get("channel_id", ""),
    )


def _event(data: dict[str, Any]) -> Said:
    if data["type"] == "url_verification":
        return Said(what=PROVE, text=str(data["challenge"]))
    event = data["event"]
    key = f"event:{data['event_id']}"
    if event["type"] == "app_home_opened":
        return Said(what=HOME, key=key, user=event["user"])
    if event["type"] == "reaction_added" and event["reaction"].partition("::")[0] == HEART:
        author = event.get("item_user", "")
        if author and author != event["user"]:
            channel = event["item"].get("channel", "")
            # One follow-up a message and person, however often the heart is put there and taken away.
            key = f"heart:{channel}:{event['item'].get('ts', '')}:{event['user']}"
            return Said(what=ASK, key=key, user=event["user"], mentions=(author,), channel=channel)
    return Said(what=NOTHING)


def _interaction(data: dict[str, Any]) -> Said:
    user, channel = data["user"]["id"], data.get("channel", {}).get("id", "")
    reply_to = data.get("response_url", "")
    if data["type"] == "message_action":
        author = data["message"].get("user", "")
        return Said(
            what=ASK if author and author != user else NOTHING,
            key=f"shortcut:{data['trigger_id']}",
            user=user,
            mentions=once([author]),
            channel=channel,
            reply_to=reply_to,
        )
    if data["type"] != "block_actions":
        return Said(what=NOTHING)
    action = data["actions"][0]
    if action["action_id"] == "neoncard_thank":
        said = data.get("state", {}).get("values", {}).get(WRITE, {}).get(WRITE, {}).get("value")
        return Said(
            what=THANKS,
            # Each press is a deed of its own: one that was refused must not answer for the next.
            key=f"form:{data['container'].get('message_ts', '')}:{user}:{action['value']}"
            f":{action['action_ts']}",
            user=user,
            text=words_of(said or ""),
            mentions=(action["value"],),
            channel=channel,
            reply_to=reply_to,
        )
    if not action["action_id"].startswith("neoncard_button"):
        return Said(what=NOTHING)
    value = action["value"]
    return Said(
        what=BUTTON,
        key=f"button:{user}:{value}",
        user=user,
        text=value,
        channel=channel,
        reply_to=reply_to,
    )


def told(reply: Reply) -> dict[str, Any]:
    """A reply as Slack wants it: seen by its receiver alone."""
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": reply.text}}
    ]
    if reply.thank:
        blocks.append(
            {
                "type": "input",
                "block_id": WRITE,
                "label": {"type": "plain_text", "text": "💛"},
                "element": {
                    "type": "plain_text_input",
                    "action_id": WRITE,
                    "multiline": True,
                    "max_length": 2000,
                },
            }
        )
    buttons = [
        _button(f"neoncard_button_{number}", one.label, one.value)
        for number, one in enumerate(reply.buttons)
    ]
    if reply.thank:
        buttons.insert(0, _button("neoncard_thank", "💛", reply.thank))
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return {"response_type": "ephemeral", "text": reply.text, "blocks": blocks}


def _button(action: str, label: str, value: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label, "emoji": True}
    return {"type": "button", "action_id": action, "text": text, "value": value}


def home(lines: list[str], url: str, label: str) -> dict[str, Any]:
    """The app's home: a few lines, and the way to Neoncard."""
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": line}} for line in lines
    ]
    button = _button("neoncard_open", label, "open") | {"url": url}
    blocks.append({"type": "actions", "elements": [button]})
    return {"type": "home", "blocks": blocks}
