"""Mattermost: a slash command and buttons under its answer.

Written after Mattermost's public documentation: "Custom slash commands" and "Interactive messages". The command
carries its token and no signature; the moment stands inside the trigger's id. Buttons carry back what we signed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from neoncard.chat.rules import (
    BUTTON,
    THANKS,
    Reply,
    Said,
    Unproven,
    in_time,
    once,
    words_of,
)

_NAME = re.compile(r"(?<!\w)@[\w.-]+")


def heard(
    body: bytes, headers: Mapping[str, str], secrets: Mapping[str, str], now: datetime
) -> Said:
    """What a request from Mattermost says. Raises Unproven for another token, or a trigger that is five minutes old."""
    try:
        if headers.get("Content-Type", "").startswith("application/json"):
            return _button(json.loads(body))
        form = parse_qs(body.decode())
        given = form.get("token", [""])[0] or headers.get("Authorization", "").removeprefix(
            "Token "
        )
        if not hmac.compare_digest(given.encode(), secrets["signing"].encode()):
            raise Unproven("the token is not ours")
        in_time(_sent(form["trigger_id"][0]), now)
        text = form.get("text", [""])[0]
        ids = form.get("user_mentions_ids", []) or form.get("user_mentions_ids[]", [])
        return Said(
            what=THANKS,
            key=f"command:{form['trigger_id'][0]}",
            user=form["user_id"][0],
            name=form.get("user_name", [""])[0],
            text=words_of(_NAME.sub(" ", text)),
            mentions=once(ids),
            channel=form.get("channel_id", [""])[0],
        )
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        raise Unproven("this is not what Mattermost sends") from None


def _sent(trigger: str) -> datetime:
    """When a trigger was pulled: base64 of id, user, milliseconds and signature, with colons between."""
    try:
        parts = base64.b64decode(trigger, validate=True).decode().split(":")
        return datetime.fromtimestamp(int(parts[2]) / 1000, UTC)
    except (binascii.Error, IndexError, OverflowError, OSError):
        raise ValueError("trigger_id: not one of Mattermost's") from None


def _button(data: dict[str, Any]) -> Said:
    # Nothing of this is signed by Mattermost; the value is ours, names who may press it, and works once.
    value = data["context"]["value"]
    user = data["user_id"]
    return Said(what=BUTTON, key=f"button:{user}:{value}", user=user, text=value)


def told(reply: Reply) -> dict[str, Any]:
    """A reply as Mattermost wants it: seen by its receiver alone. A button's address is set by who knows ours."""
    said: dict[str, Any] = {"response_type": "ephemeral", "text": reply.text}
    if reply.buttons:
        actions = [
            {
                "id": f"b{number}",
                "name": one.label,
                "type": "button",
                "integration": {"url": "", "context": {"value": one.value}},
            }
            for number, one in enumerate(reply.buttons)
        ]
        said["attachments"] = [{"fallback": reply.text, "actions": actions}]
    return said


def pressed(reply: Reply) -> dict[str, Any]:
    """The answer to a pressed button."""
    return {"ephemeral_text": reply.text}
