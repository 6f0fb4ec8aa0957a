"""Signed deliveries over http, as many a second as asked for, and what became of each."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SECRET = "whsec_" + base64.b64encode(b"a bench's secret of 32 bytes....").decode()
_KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
TALK = 5
TEXTS = (
    ("customer", "Hello, my ferry {n} was cancelled. What can I do now?"),
    (
        "agent",
        "Good morning, the next one leaves at 16:05 from pier {n}. Shall I change your booking?",
    ),
    ("customer", "Yes please. There are two of us, and a dog."),
    (
        "agent",
        "It is changed: booking {n}, two people and a dog, 16:05. The new tickets are in your mail.",
    ),
    ("customer", "Got them, thanks."),
)
KIND = (
    ("customer", "Hello, my ferry {n} was cancelled. What can I do now?"),
    ("agent", "Good morning! I am so sorry to hear that, I will look at booking {n} at once."),
    ("customer", "Thank you so much, you are wonderful. It isn't your fault."),
    ("agent", "I have moved you to the 14:20 and waived the fee for you, as a small surprise."),
    ("customer", "You saved my day, {n} times over."),
)


def payload(n: int, run: str) -> bytes:
    """The n-th message, of a kind conversation one time in five: five to a conversation, a customer's and an agent's by turns; both are known people."""
    talk, at = divmod(n, TALK)
    author, text = (KIND if talk % 5 == 0 else TEXTS)[at]
    who = f"c{talk}" if author == "customer" else f"agent{talk % 8}"
    said = {
        "type": "message",
        "at": 1_780_000_000 + n,
        "conversation": {
            "id": f"{run}-{talk}",
            "subject": "A ferry",
            "channel": "chat",
            "status": "open",
        },
        "customer": {"id": f"c{talk}", "name": f"Customer {talk}"},
        "agent": {"id": f"agent{talk % 8}", "name": "Ines"},
        "message": {"id": f"{run}-{n}", "text": text.format(n=n)},
        "actor": {"kind": author, "id": who, "name": "" if author == "customer" else "Ines"},
    }
    if at:
        for name in ("subject", "channel", "status"):
            del said["conversation"][name]
        del said["customer"], said["agent"]
    return json.dumps(said).encode()


def request(path: str, host: str, name: str, body: bytes) -> bytes:
    """One signed request as bytes."""
    stamp = str(int(time.time()))
    signed = b".".join([name.encode(), stamp.encode(), body])
    made = base64.b64encode(hmac.new(_KEY, signed, hashlib.sha256).digest()).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nwebhook-id: {name}\r\nwebhook-timestamp: {stamp}\r\n"
        f"webhook-signature: v1,{made}\r\n\r\n"
    )
    return head.encode() + body


@dataclass
class Sent:
    """What came of a run: acknowledged numbers with when, milliseconds each took, and statuses that were no 200."""

    acked: dict[int, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


class Sender:
    """Sends to one address over kept connections. `rate` 0: as fast as it goes."""

    def __init__(
        self, url: str, path: str, *, run: str, lanes: int = 32, patient: bool = False
    ) -> None:
        """`patient`: what is refused or broken off is sent again until it is acknowledged, as a helpdesk does."""
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.path, self.run, self.lanes, self.patient = path, run, lanes, patient
        self.sent = Sent()
        self.lines: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.over = False

    async def send(
        self,
        *,
        seconds: float,
        rate: float,
        first: int = 0,
        told: Callable[[int, float], object] | None = None,
    ) -> Sent:
        """Send from number `first` on. `told` hears each acknowledged number with when it was sent."""
        self.began = time.perf_counter()
        self.next, self.first, self.rate, self.told = first, first, rate, told
        lanes = [asyncio.create_task(self._lane(seconds)) for _ in range(self.lanes)]
        await asyncio.gather(*lanes)
        self.sent.seconds = time.perf_counter() - self.began
        return self.sent

    async def _lane(self, seconds: float) -> None:
        while not self.over:
            n = self.next
            due = (n - self.first) / self.rate if self.rate else time.perf_counter() - self.began
            if due >= seconds or time.perf_counter() - self.began >= seconds + 5:
                break
            self.next += 1
            if (early := due - (time.perf_counter() - self.began)) > 0:
                await asyncio.sleep(early)
            await self._until_kept(n)
        if self.lines:
            self.lines.pop()[1].close()

    async def _until_kept(self, n: int) -> None:
        body = payload(n, self.run)
        while True:
            at, clock = time.time(), time.perf_counter()
            status = await self._once(n, body)
            if status == "200":
                self.sent.acked[n] = at
                self.sent.took.append((time.perf_counter() - clock) * 1000)
                if self.told:
                    self.told(n, at)
                return
            self.sent.others[status] = self.sent.others.get(status, 0) + 1
            if not self.patient or self.over:
                return
            await asyncio.sleep(0.1)

    async def _once(self, n: int, body: bytes) -> str:
        """Send one over a kept connection; the status, or what broke."""
        line = self.lines.pop() if self.lines else None
        if line and line[0].at_eof():  # the server closed it while it was idle
            line[1].close()
            line = None
        try:
            line = line or await asyncio.open_connection(self.host, self.port)
            line[1].write(request(self.path, self.host, f"{self.run}-{n}", body))
            status = await asyncio.wait_for(_status(line[0]), 30)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
            if line:
                line[1].close()
            return type(error).__name__
        self.lines.append(line)
        return status


async def _status(reader: asyncio.StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    length = next(
        int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")
    )
    await reader.readexactly(length)
    return lines[0].split(b" ")[1].decode()


def company() -> tuple[str, str]:
    """A company with eight agents who have ids there, and a connector; its path, and its source."""
    from neoncard.connectors import actions, queries
    from neoncard.design import actions as design
    from neoncard.people import actions as people

    organisation = people.found(name="Bench Ferries")
    team = people.add_team(by="bench", organisation=organisation, name="Desk")
    for n in range(8):
        people.add_member(
            by="bench",
            organisation=organisation,
            email=f"agent{n}@example.test",
            name=f"Ines {n}",
            team=team,
            handles=[("bench", f"agent{n}")],
        )
    design.install_starters(by="bench", organisation=organisation)
    row = actions.add(
        by="bench",
        kind="webhook",
        name="bench",
        settings={"sender": "standard"},
        secrets={},
        signing_secret=SECRET,
    )
    return f"/hooks/{queries.secrets_of(row)['token']}", row.source


def arrived(run: str) -> set[int]:
    """The numbers whose messages are in the tables."""
    from neoncard.encounters.tables import Message

    rows = Message.objects.filter(ext_id__startswith=f"{run}-").values_list("ext_id", flat=True)
    return {int(one.rsplit("-", 1)[1]) for one in rows}


def backlog() -> int:
    """How many deliveries wait."""
    from neoncard.connectors import queries

    return queries.backlog()[0]
