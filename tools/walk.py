"""Start the product with scratch data and walk every page over http as each kind of person: `./run --check`.

Pages come from two places: every address of the table in web/urls.py that needs no argument, and every link found on
the way. What is linked must open for who sees the link. What is not for somebody (tests/access.txt) must stay shut.
"""

from __future__ import annotations

import contextlib
import http.client
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROLES = ("agent", "lead", "admin", "counter")
STRANGER = "stranger"
A_KIND = 25
"""How many pages of one kind (one route) are walked for each person."""
MAY = {
    "open": {*ROLES, STRANGER},
    "everyone": set(ROLES),
    "leads": {"lead", "admin"},
    "admins": {"admin"},
}
LEAVE = ("/signout", "/static/")
MIDWAY = ("/signin/again/", "/signin/cancelled/", "/wall/stories.rss")
"""What opens only midway through something, or with a key of one's own: walked where it is linked."""


class Links(HTMLParser):
    """The addresses a page leads to or needs, and its csrf token."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.parts: list[str] = []
        self.csrf = ""
        self.hidden: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what this tag points at."""
        at = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in at and "download" not in at:
            self.links.append(at["href"])
        if tag == "form" and at.get("method", "get").lower() == "get" and at.get("action"):
            self.links.append(at["action"])
        if tag == "link" and at.get("rel") in {"stylesheet", "icon", "preload", "manifest"}:
            self.parts.append(at.get("href", ""))
        if tag in {"script", "img", "use", "source", "iframe"}:
            self.parts.append(at.get("src") or at.get("href") or "")
        if at.get("type") == "hidden" and at.get("name"):
            self.hidden[at["name"]] = at.get("value", "")
        self.csrf = self.hidden.get("csrfmiddlewaretoken", "")


class Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers here; where they lead is walked as a link."""

    def redirect_request(self, *_args: Any) -> None:
        """Never follow."""


@dataclass
class Answer:
    """What came back: status, where it would redirect, the text when it is html."""

    status: int
    location: str = ""
    text: str = ""

    @property
    def to_signin(self) -> bool:
        """Whether it sends a person to sign in first."""
        return urllib.parse.urlsplit(self.location).path == "/signin/"


@dataclass
class Person:
    """A browser of one kind of person."""

    who: str
    base: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        self._open = urllib.request.build_opener(cookies, Stay).open

    def ask(self, path: str, data: dict[str, str] | None = None) -> Answer:
        """GET, or POST when there is data."""
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(self.base + path, body, {"Origin": self.base})
        try:
            with self._open(request, timeout=30) as page:
                return self._answer(page)
        except urllib.error.HTTPError as page:
            with page:
                return self._answer(page)

    def _answer(self, page: Any) -> Answer:
        is_html = "html" in page.headers.get("Content-Type", "")
        text = page.read().decode("utf-8", "replace") if is_html else ""
        return Answer(page.status, page.headers.get("Location", ""), text)

    def sign_in(self) -> None:
        """Through the demo's one-click button."""
        page = self.ask("/signin/")
        token = Links(page.text).csrf
        answer = self.ask(f"/demo/sign-in/{self.who}", {"csrfmiddlewaretoken": token})
        if answer.status not in {302, 303}:
            raise SystemExit(f"walk: signing in as {self.who} answered {answer.status}")


def routes() -> list[tuple[str, str, re.Pattern[str]]]:
    """Every address of the product: its name, its path when it needs no argument (else ""), and its pattern."""
    from django.urls import URLPattern, get_resolver

    def inside(patterns: list[Any], before: str, regex: str) -> Iterator[tuple[str, str, Any]]:
        for entry in patterns:
            said = before + str(entry.pattern)
            whole = regex + entry.pattern.regex.pattern.lstrip("^").replace("\\Z", "")
            if isinstance(entry, URLPattern):
                plain = "" if "<" in said or "(" in said else "/" + said
                yield entry.name or said, plain, re.compile(f"^/{whole.rstrip('$')}$")
            else:
                yield from inside(entry.url_patterns, said, whole)

    return list(inside(get_resolver().url_patterns, "", ""))


def access_table() -> dict[str, tuple[str, str]]:
    """tests/access.txt: a route's name → its method and who may."""
    file = ROOT / "tests" / "access.txt"
    rows = [line.split() for line in file.read_text().splitlines() if line.strip()[:1] not in "#"]
    table: dict[str, tuple[str, str]] = {}
    for name, method, who, *_rest in rows:
        if name not in table or method == "GET":
            table[name] = (method, who)
    return table


@dataclass
class Walk:
    """One walk through the product; `faults` is what went wrong."""

    base: str
    faults: list[str] = field(default_factory=list)
    walked: Counter[str] = field(default_factory=Counter)
    customer_pages: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    absent: dict[str, set[int]] = field(default_factory=dict)
    """Addresses of the table, and what they answered: one may be empty for one person, not for all."""

    def person(self, who: str) -> None:
        """Walk all that `who` can reach, and try what they must not."""
        person = Person(who, self.base)
        if who != STRANGER:
            person.sign_in()
        kinds, table = routes(), access_table()
        seen: set[str] = set()
        count: Counter[str] = Counter()
        todo = deque([("/", "")])
        if who == STRANGER:
            todo.extend((path, "a page of the team") for path in sorted(self.customer_pages))
        for name, path, _pattern in kinds:
            method, may = table.get(name, ("GET", ""))
            if path and method == "GET" and not path.startswith((*LEAVE, *MIDWAY)):
                if who in MAY.get(may, set()):
                    todo.append((path, ""))
                elif may in MAY:
                    self.shut(person, path)
        while todo:
            path, found_on = todo.popleft()
            kind = next(
                (name for name, _path, pattern in kinds if pattern.match(path.split("?")[0])), path
            )
            if path in seen or count[kind] >= A_KIND or path.startswith(LEAVE):
                continue
            seen.add(path)
            count[kind] += 1
            self.open(person, path, found_on, todo)

    def open(self, person: Person, path: str, found_on: str, todo: deque[tuple[str, str]]) -> None:
        """Open a page that must open, and note where it leads."""
        answer = person.ask(path)
        self.walked[person.who] += 1
        if not found_on:
            self.absent.setdefault(path, set()).add(answer.status)
            if answer.status == 404:
                return
        if answer.status >= 400 or (answer.to_signin and person.who in ROLES):
            where = f", linked on {found_on}" if found_on else ""
            self.faults.append(f"{person.who}: {path} answered {answer.status}{where}")
            return
        page = Links(answer.text)
        for link in [*page.links, *([answer.location] if answer.location else [])]:
            target = self.here(path, link)
            if target.startswith(("/thanks/", "/r/")):
                self.customer_pages.add(target)
            if target:
                todo.append((target, path))
        for part in page.parts:
            target = self.here(path, part).split("?")[0]
            if target.startswith("/static/"):
                self.parts.add(target)
            elif part and target:
                todo.append((target, path))

    def here(self, path: str, link: str) -> str:
        """Where a link on a page leads; "" when that is elsewhere, or lies in the page itself."""
        parts = urllib.parse.urlsplit(urllib.parse.urljoin(self.base + path, link))
        if f"{parts.scheme}://{parts.netloc}" != self.base:
            return ""
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def shut(self, person: Person, path: str) -> None:
        """Try a page that must not open for this person."""
        answer = person.ask(path)
        self.walked[person.who] += 1
        refused = answer.status in {401, 403, 404} or answer.to_signin
        if not refused:
            self.faults.append(f"{person.who}: {path} must stay shut, but answered {answer.status}")

    def customer(self) -> None:
        """As a customer: a rating link opened, answered, its receipt and what we hold read; a person thanked."""
        person = Person("customer", self.base)
        token = rating_token()
        if token is None:
            self.faults.append("customer: the demo has no conversation to rate")
            return
        self.send(person, f"/r/{token}", {"score": "5", "words": "Thank you for staying with it."})
        for path in (f"/r/{token}", f"/r/{token}/mine", f"/thanks/receipt/{token}"):
            self.open(person, path, "the link in the mail", deque())
        slugs = [page for page in self.customer_pages if re.fullmatch(r"/thanks/[^/]+", page)]
        for path in sorted(slugs)[:1]:
            self.send(person, path, {"words": "You found my bag.", "name": "Maren"})
        if person.jar:
            self.faults.append("customer: a customer page set a cookie")

    def send(self, person: Person, path: str, data: dict[str, str]) -> None:
        """Fill in the form of a page and send it; its redirect must lead somewhere that opens."""
        page = person.ask(path)
        answer = person.ask(path, {**Links(page.text).hidden, **data})
        self.walked[person.who] += 2
        if page.status != 200 or answer.status not in {302, 303}:
            self.faults.append(f"{person.who}: {path} gave {page.status}, then {answer.status}")
            return
        self.open(person, urllib.parse.urlsplit(answer.location).path, path, deque())

    def empty(self) -> None:
        """An address of the table that nobody found anything at."""
        for path, answers in self.absent.items():
            if answers == {404}:
                self.faults.append(f"everyone: {path} answered 404")

    def static(self) -> None:
        """Every stylesheet, script, picture and font a page asked for."""
        person = Person(STRANGER, self.base)
        for path in sorted(self.parts):
            self.walked["static files"] += 1
            if (status := person.ask(path).status) != 200:
                self.faults.append(f"static: {path} answered {status}")


def rating_token() -> str | None:
    """A fresh rating link's token for the demo's latest conversation, or None when there is none."""
    from neoncard.encounters.tables import Encounter
    from neoncard.thank import actions

    rows = Encounter.objects.exclude(customer=None).exclude(agent=None)
    latest = rows.order_by("-last_at").first()
    return actions.make_rating_link(encounter=latest) if latest else None


def neoncard(*args: str, **kwargs: Any) -> subprocess.Popen[bytes]:
    """The command, started."""
    return subprocess.Popen([sys.executable, "-m", "neoncard", *args], **kwargs)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def wait_for(base: str, server: subprocess.Popen[bytes]) -> None:
    """Until /healthz says 200: pages, database and worker live."""
    status = 0
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit(f"walk: the server ended with {server.returncode}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            status = Person(STRANGER, base).ask("/healthz").status
            if status == 200:
                return
        time.sleep(0.2)
    raise SystemExit(f"walk: after a minute /healthz still answers {status or 'nothing'}")


def main() -> int:
    """Build, start, walk, stop. 0 when every page answered as it should."""
    with tempfile.TemporaryDirectory(prefix="neoncard-check-") as scratch:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        for name in [name for name in os.environ if name.startswith("NEONCARD_")]:
            del os.environ[name]
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {
            "NEONCARD_HOME": scratch,
            "NEONCARD_SECRETS": f"{scratch}/keys/keys.json",
            "NEONCARD_URL": base,
            "NEONCARD_PORT": str(port),
            "NEONCARD_LOG_JSON": "1",
            "DJANGO_SETTINGS_MODULE": "neoncard.settings",
        }
        if neoncard("init", "--demo").wait() != 0:
            return 1
        import django

        django.setup()
        log = Path(scratch) / "serve.log"
        server = neoncard("serve", stderr=log.open("wb"))
        walk = Walk(base)
        try:
            wait_for(base, server)
            for who in (*ROLES, STRANGER):
                walk.person(who)
            walk.customer()
            walk.empty()
            walk.static()
        except SystemExit:
            print(log.read_text())
            raise
        finally:
            server.send_signal(signal.SIGTERM)
            ended = server.wait(30)
        if ended != 0:
            walk.faults.append(f"the server ended with {ended}")
        errors = [line for line in log.read_text().splitlines() if '"level": "error"' in line]
        errors = [line for line in errors if "Service Unavailable: /healthz" not in line]
        walk.faults += [f"log: {line}" for line in errors[:10]]
    print("Walked " + ", ".join(f"{count} as {who}" for who, count in walk.walked.items()))
    for fault in walk.faults:
        print(f"amiss  {fault}")
    print("Every page answered as it should." if not walk.faults else f"{len(walk.faults)} amiss.")
    return int(bool(walk.faults))


if __name__ == "__main__":
    sys.exit(main())
