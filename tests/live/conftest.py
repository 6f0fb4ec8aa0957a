"""A real server with boards on it, one for all these tests; on PostgreSQL when DATABASE_URL says so."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass

import pytest

from tests import installation
from tests.cli.test_serve import free_port
from tests.installation import Installation, until

FILL = """
import django, json, sys
django.setup()
from bench.boards import company
from neoncard.design.board import actions, queries
from neoncard.design.tables import Journey
from neoncard.web import guests
from django.http import HttpResponse
boards = [company.board(int(sys.argv[1])) for _n in range(2)]
rows = [Journey.objects.filter(pk=board.id)[0] for board in boards]
members = company.members(2)
token = actions.make_link(by=members[0], journey=rows[0])
link = queries.links(rows[0])[0]
guest = actions.join(link=link, name="Ada")
answer = HttpResponse()
guests.give(answer, guest, rows[0].pk, "/board/x")
print(json.dumps({
    "boards": [board.id for board in boards], "cookies": boards[0].cookies, "seq": boards[0].seq,
    "guest": answer.cookies[guests.COOKIE].value, "token": token, "link": link.pk,
}))
"""


@dataclass
class Served:
    """`boards` are two; `cookies` members' sessions, the first made both; `guest` a cookie for the first board."""

    port: int
    own: Installation
    boards: list[int]
    cookies: list[str]
    seq: int
    guest: str
    token: str
    link: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def socket(self, board: int | None = None) -> str:
        return f"ws://127.0.0.1:{self.port}/live/journeys/{board or self.boards[0]}"


def fill(own: Installation, people: int) -> dict:
    done = own.python("-c", FILL, str(people))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def listens(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def start(own: Installation, port: int):
    own.env["NEONCARD_URL"] = f"http://127.0.0.1:{port}"
    process = own.serve("--no-worker", "--port", str(port))
    until(lambda: listens(port), 60)
    return process


@pytest.fixture(scope="module")
def served(_migrated, tmp_path_factory):
    own = installation.make(tmp_path_factory.mktemp("live") / "home", template=_migrated)
    found = fill(own, 200)
    port = free_port()
    process = start(own, port)
    yield Served(port=port, own=own, **found)
    process.kill()
    process.wait()
    installation.drop(own)
