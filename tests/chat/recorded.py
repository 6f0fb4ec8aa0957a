"""What chats send, written after their public documentation and signed as they sign; a fake API of Slack's on loopback."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from slack_sdk.signature import SignatureVerifier

from neoncard import chatting
from neoncard.kit.jobs.tables import Job

HERE = Path(__file__).with_name("payloads")
NOW = datetime(2026, 11, 26, 9, 1, tzinfo=UTC)
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xr3j5x3p4pfk7kk6ck7b4e6ghh"
TEAMS = base64.b64encode(b"a key that Teams made for us").decode()
FORM = "application/x-www-form-urlencoded"


def recorded(name):
    return (HERE / name).read_text().strip()


def from_slack(body, kind=FORM, at=NOW, secret=SECRET):
    stamp = str(int(at.timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return body, {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
        "Content-Type": kind,
    }


def interaction(name, **more):
    return from_slack(urlencode({"payload": json.dumps(json.loads(recorded(name)) | more)}))


def event(name):
    return from_slack(recorded(name), "application/json")


def trigger(at=NOW, n=1):
    text = f"client{n}:U0INES:{int(at.timestamp() * 1000)}:c2lnbmF0dXJl"
    return base64.b64encode(text.encode()).decode()


def from_mattermost(at=NOW, token=TOKEN, n=1):
    body = recorded("mattermost_command.txt").replace(
        "TRIGGER", urlencode({"": trigger(at, n)})[1:]
    )
    return body.replace(TOKEN, token), {"Content-Type": FORM}


def from_teams(body=None, secret=TEAMS):
    body = body or recorded("teams_message.json")
    digest = hmac.digest(base64.b64decode(secret), body.encode(), hashlib.sha256)
    return body, {
        "Authorization": f"HMAC {base64.b64encode(digest).decode()}",
        "Content-Type": "application/json",
    }


def send(kind, request, client=None):
    body, headers = request
    headers = dict(headers)
    content_type = headers.pop("Content-Type")
    return (client or Client()).post(
        f"/chat/{kind}", body.encode(), content_type=content_type, headers=headers
    )


COMMANDS = {
    "slack": lambda: from_slack(recorded("slack_command.txt")),
    "mattermost": from_mattermost,
    "teams": from_teams,
}
every = pytest.mark.parametrize("kind", COMMANDS)


class FakeApi(BaseHTTPRequestHandler):
    asked: list[tuple[str, str, dict]] = []
    ok = True

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append((self.path, self.headers.get("Authorization", ""), body))
        out = json.dumps({"ok": self.ok, "error": "" if self.ok else "not_in_channel"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    def log_message(self, *args):
        """Say nothing."""


def works():
    for job in Job.objects.filter(kind=chatting.SAY, state="waiting").order_by("pk"):
        chatting.say(job)


def button(answer, number):
    return answer.json()["blocks"][1]["elements"][number]


def press(pressed, user="U0INES"):
    more = {
        "actions": [
            {"action_id": pressed["action_id"], "value": pressed["value"], "action_ts": "1.2"}
        ],
        "user": {"id": user},
    }
    return send("slack", interaction("slack_form.json", **more))
