"""Deliveries as a helpdesk sends them, straight into the ASGI door."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from datetime import UTC, datetime

import standardwebhooks

from neoncard.connectors import actions, inbox, queries

SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of a secret....").decode()


def connector(kind="webhook", name="Desk", secret=SECRET, settings=None, **secrets):
    return actions.add(
        by="test",
        kind=kind,
        name=name,
        settings={"sender": "standard"} if settings is None else settings,
        secrets=secrets,
        signing_secret=secret,
    )


def path(row):
    return f"/hooks/{queries.secrets_of(row)['token']}"


def signed(body: bytes, *, name="msg_1", secret=SECRET, at=None):
    at = int(at or time.time())
    made = standardwebhooks.Webhook(secret).sign(
        name, datetime.fromtimestamp(at, UTC), body.decode()
    )
    return {"webhook-id": name, "webhook-timestamp": str(at), "webhook-signature": made}


def message(
    n=1, talk="T-1", author="customer", text="Thank you so much, you are wonderful.", **more
):
    at = more.pop("at", 1_780_000_000 + n)
    return {
        "type": f"message.{author}",
        "at": at,
        "conversation": {"id": talk},
        "message": {"id": f"m{n}", "text": text},
        "actor": {"kind": author, "id": f"{author}-1", "name": more.pop("name", "")},
        **more,
    }


async def send(address, body=b"", headers=None, method="POST", chunks=None, query=b""):
    """One request; (status, answer's JSON, answer's headers)."""
    parts = [body] if chunks is None else list(chunks)
    said = []

    async def receive():
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def tell(message):
        said.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": address,
        "query_string": query,
        "headers": [(k.encode(), str(v).encode()) for k, v in (headers or {}).items()],
    }
    await inbox.hook(scope, receive, tell)
    return said[0]["status"], json.loads(said[1]["body"]), dict(said[0]["headers"])


def post(row, payload, **more):
    """A signed delivery of a payload; the status."""
    body = json.dumps(payload).encode()
    return asyncio.run(send(path(row), body, signed(body, **more)))[0]
