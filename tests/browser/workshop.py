"""A company served with a board, and people at it: what the board's browser tests share."""

from __future__ import annotations

import json
import re
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.request import urlopen

from axe_playwright_python.sync_playwright import Axe

from tests import installation

AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
COMPANY = """
import django, json; django.setup()
from django.test import Client
from neoncard.design import actions as design
from neoncard.design.board import actions as board
from tests import make
house = make.house()
out = {}
for name in ("lead", "agent", "second"):
    client = Client(); client.force_login(getattr(house, name))
    out[name] = {cookie: morsel.value for cookie, morsel in client.cookies.items()}
print(json.dumps(out))
"""
BOARDS = """
import django, json, sys; django.setup()
from neoncard.design import actions as design
from neoncard.design.board import actions as board
from neoncard.people.tables import Member
lead = Member.objects.get(name="Lena Test")
rows = [design.begin_journey(by=lead, title="Missed the last ferry") for _n in range(30)]
print(json.dumps([{"id": row.pk, "link": board.make_link(by=lead, journey=row)} for row in rows]))
"""
"""Many, for Python starts once for them all."""


@dataclass
class Company:
    """A served installation; `cookies` by who it is."""

    made: installation.Installation
    base: str
    server: object = None
    cookies: dict = field(default_factory=dict)
    boards: list = field(default_factory=list)

    def serve(self) -> None:
        self.server = self.made.serve()
        installation.until(self.answers, 60)

    def stop(self) -> None:
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(30)

    def answers(self) -> bool:
        with suppress(OSError), urlopen(f"{self.base}/healthz", timeout=5) as page:
            return page.status == 200
        return False

    def board(self) -> dict:
        """One that nobody has been at."""
        self.boards = self.boards or self.told(BOARDS)
        return self.boards.pop()

    def told(self, script: str):
        done = self.made.python("-c", script)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


def company(template, home) -> Company:
    """Founded and served; the caller stops it."""
    made = installation.make(home, template=template)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    made.env |= {"NEONCARD_URL": base, "NEONCARD_PORT": str(port)}
    found = Company(made, base)
    found.cookies = found.told(COMPANY)
    found.serve()
    return found


class Person:
    """One person's browser at the board."""

    def __init__(self, chromium, company, path, who="", *, width=1440, scheme="light", touch=False):
        self.context = chromium.new_context(
            viewport={"width": width, "height": 900 if width > 700 else 740},
            base_url=company.base,
            color_scheme=scheme,
            has_touch=touch,
        )
        self.context.add_cookies(
            [
                {"name": n, "value": v, "url": company.base}
                for n, v in company.cookies.get(who, {}).items()
            ]
        )
        self.page = self.context.new_page()
        self.amiss = []
        self.page.on("pageerror", lambda error: self.amiss.append(str(error)))
        self.page.on("console", self._said)
        self.page.goto(path)

    def _said(self, line) -> None:
        # A lost connection is what some of these tests are about; the browser notes it as an error.
        if line.type == "error" and not re.search(
            "WebSocket|ERR_INTERNET|ERR_CONNECTION", line.text
        ):
            self.amiss.append(line.text)

    def seated(self):
        self.page.locator(".board").wait_for()
        return self

    @property
    def phase(self) -> str:
        return self.page.locator(".board").get_attribute("data-phase")

    def at(self, phase) -> None:
        self.page.locator(f".board[data-phase={phase}]").wait_for()

    def button(self, name, within=None):
        return (within or self.page).get_by_role("button", name=name)

    def sees(self, text) -> None:
        self.page.locator(".board").get_by_text(text, exact=False).first.wait_for()

    def words(self) -> str:
        return self.page.locator("body").inner_text()

    def row(self) -> list[str]:
        """The board as it lies: each white card, then the neon cards after it."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('.table [data-card]')].map(card =>
                (card.classList.contains('step') ? '# ' : '') + card.getAttribute('aria-label'))"""
        )

    def comes_to(self, row) -> None:
        try:
            installation.until(lambda: self.row() == row)
        except AssertionError:
            assert self.row() == row

    def said(self) -> str:
        """What the live region says."""
        return self.page.locator("[data-live]").inner_text().replace("\u00a0", "")

    def hears(self, words) -> None:
        """The live region comes to say it."""
        installation.until(lambda: self.said() == words)

    def focus(self, of, value) -> None:
        """The focus comes to lie where `of`, a way down from the element that has it, is this value."""
        self.page.wait_for_function(f"value => document.activeElement{of} === value", arg=value)

    def axe(self) -> list[str]:
        found = Axe().run(self.page, options=AXE).response["violations"]
        return [
            f"axe {rule['id']}: {[node['target'] for node in rule['nodes']][:3]}" for rule in found
        ]

    def wide(self) -> bool:
        """Whether the page itself scrolls sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth > innerWidth")

    def leave(self) -> None:
        self.context.close()


class Mouse:
    """Does things by pointing."""

    def press(self, target) -> None:
        target.click()

    def write(self, target, words, *, send="Enter") -> None:
        target.fill(words)
        target.press(send)


class Tap:
    """Does things with one finger: everything it touches is at least 24 px."""

    def press(self, target) -> None:
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box["width"] >= 24, box
        assert box["height"] >= 24, box
        target.tap()

    def write(self, target, words, *, send="Enter") -> None:
        target.tap()
        target.fill(words)
        target.press(send)


class Keyboard:
    """Does the same with Tab, Enter and letters alone; focus is always to be seen."""

    def reach(self, target) -> None:
        page = target.page
        target.wait_for()
        for _n in range(250):
            if target.evaluate("e => e === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {target}")

    def press(self, target) -> None:
        self.reach(target)
        shown = "e => getComputedStyle(e).outlineStyle !== 'none' || e.matches('input')"
        assert target.evaluate(shown)
        target.page.keyboard.press("Enter")

    def write(self, target, words, *, send="Enter") -> None:
        self.reach(target)
        target.page.keyboard.type(words)
        target.page.keyboard.press(send)
