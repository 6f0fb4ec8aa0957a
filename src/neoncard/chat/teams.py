"""Microsoft Teams: an outgoing webhook, called by its name in a channel.

Written after Microsoft's public documentation "Create an Outgoing Webhook": HMAC-SHA256 over the raw body with the
token's bytes, the moment inside what is signed. It answers in the channel, so the answer says no more than was said.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import html
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from neoncard.chat.rules import (
    NOTHING,
    THANKS,
    Reply,
    Said,
    Unproven,
    in_time,
    once,
    words_of,
)

_AT = re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_THANKS = re.compile(r"^\W*(?:thanks|thank|danke|gracias)\b", re.IGNORECASE)


def heard(
    body: bytes, headers: Mapping[str, str], secrets: Mapping[str, str], now: datetime
) -> Said:
    """What a request from Teams says. Raises Unproven unless it is signed with our token within five minutes."""
    try:
        key = base64.b64decode(secrets["signing"], validate=True)
        given = base64.b64decode(
            headers.get("Authorization", "").removeprefix("HMAC "), validate=True
        )
    except binascii.Error:
        raise Unproven("the signature can't be read") from None
    if not hmac.compare_digest(hmac.digest(key, body, hashlib.sha256), given):
        raise Unproven("the signature does not match")
    try:
        data = json.loads(body)
        in_time(datetime.fromisoformat(data["timestamp"].replace("Z", "+00:00")), now)
        return _said(data)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Unproven("this is not what Teams sends") from None


def _said(data: dict[str, Any]) -> Said:
    text = data["text"]
    marks = [one for one in data.get("entities", []) if one.get("type") == "mention"]
    # The first mention is the webhook's own name: that is how it was called.
    people = once(one["mentioned"]["id"] for one in marks[1:])
    plain = html.unescape(_TAG.sub(" ", _AT.sub(" ", text))).strip()
    asked = _THANKS.match(plain)
    return Said(
        what=THANKS if asked or people else NOTHING,
        key=f"message:{data['id']}",
        user=data["from"]["id"],
        name=data["from"].get("name", ""),
        text=words_of(plain[asked.end() :] if asked else plain),
        mentions=people,
    )


def told(reply: Reply) -> dict[str, Any]:
    """A reply as Teams wants it."""
    return {"type": "message", "text": html.escape(reply.text, quote=False)}
