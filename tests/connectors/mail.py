"""A real IMAP server for tests (pymap, a process of its own), and mails of our own writing to put into it."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from neoncard.connectors import frame, pulling
from neoncard.connectors.imap.pull import pull, watch
from tests.installation import until

USER, PASSWORD = "desk@ferries.test", "tide-table-9"
INES = "Ines Albers <ines@ferries.test>"
MAREN = "Maren Oltmanns <maren@island.test>"
NOW = datetime.now(UTC).replace(microsecond=0)


class Server:
    """pymap with one account; `box()` signs in as somebody who may write."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [str(Path(sys.executable).parent / "pymap"), "--host", "127.0.0.1", "--no-tls"]
        account = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port), *account],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as line:
                return line.recv(4) == b"* OK"
        except OSError:
            return False

    def box(self) -> imaplib.IMAP4:
        box = imaplib.IMAP4("127.0.0.1", self.port)
        box.login(USER, PASSWORD)
        return box

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(20)


class Desk:
    """Two folders of the server for one test, and what is asked of the connector about them."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.box = server, server.box()
        self.inbox, self.sent = f"In-{name}", f"Sent-{name}"
        for folder in (self.inbox, self.sent):
            self.box.create(folder)
        self.settings = {
            "host": "127.0.0.1", "port": server.port, "security": "plain", "user": USER,
            "password": PASSWORD, "folders": f"{self.inbox}, {self.sent}",
            "ours": "help@ferries.test, @ferries.test", "days": 30,
        }  # fmt: skip

    def put(self, *mails: EmailMessage | bytes, folder: str = "") -> None:
        for mail in mails:
            raw = mail if isinstance(mail, bytes) else bytes(mail)
            said, why = self.box.append(folder or self.inbox, None, None, raw)
            assert said == "OK", why

    def asking(self, **changes) -> frame.Asking:
        return frame.Asking({**self.settings, **changes}, datetime.now(UTC))

    def pull(self, cursor=None, **changes):
        """Everything new: (bodies, the cursor after)."""
        bodies, after = [], dict(cursor or {})
        for page in pull(after, self.asking(**changes)):
            bodies += page.bodies
            after = page.cursor
        return bodies, after


def mail(n, words, *, who=MAREN, to="help@ferries.test", re=None, refs=(), at=0, **headers):
    """A plain mail. `re`: the id of the one it answers; `headers`: more of them, with _ for -."""
    made = EmailMessage()
    made["From"], made["To"] = who, to
    made["Subject"] = headers.pop("subject", "The 14:20 to Harl")
    made["Message-ID"] = f"<{n}@island.test>"
    made["Date"] = format_datetime(NOW - timedelta(hours=5) + timedelta(minutes=at))
    if re:
        made["In-Reply-To"] = f"<{re}@island.test>"
    if refs:
        made["References"] = " ".join(f"<{one}@island.test>" for one in refs)
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(words)
    return made


def bring(row, desk):
    """Pull into the inbox and take it in, as the worker does; how many were refused."""
    from threading import Event

    from neoncard import loop
    from neoncard.connectors import actions
    from neoncard.connectors.intake import Intake

    asking = frame.Asking({**pulling.asking(row).settings, **desk.settings}, datetime.now(UTC))
    for page in pull(dict(row.cursor), asking):
        actions.pulled(connector=row, bodies=page.bodies, cursor=page.cursor)
    return Intake(loop.heard_news, Event()).drain()


def news_are_told(desk) -> None:
    """A mail that comes in while somebody watches is told of at once."""
    over, told = threading.Event(), threading.Event()
    heard = watch(desk.asking(), over)
    next(heard)

    def listen():
        next(heard)
        told.set()
        over.set()
        list(heard)

    thread = threading.Thread(target=listen)
    thread.start()
    desk.put(mail(1, "News"))
    assert told.wait(10)
    thread.join(10)
    assert not thread.is_alive()
