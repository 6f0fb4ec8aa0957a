"""The demo company, built and served as a person would, for the tests that walk all of it."""

import os
import signal
import socket
from contextlib import suppress
from urllib.request import urlopen

import pytest

from tests import installation


@pytest.fixture(scope="session")
def built(tmp_path_factory, testrun_uid):
    """The demo company as a person builds it; once, though several processes of tests serve a copy of it."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    home = root / f"built-{testrun_uid}"
    with installation.alone(home.with_suffix(".lock")):
        if not home.exists():
            made = installation.make(home.with_suffix(".new"))
            done = made.run("init", "--demo", timeout=600)
            assert done.returncode == 0, done.stderr
            made.home.rename(home)
    return installation.Installation({}, home)


@pytest.fixture(scope="session")
def saltmarsh(built, tmp_path_factory):
    """The address at which the demo company is served, worker and all."""
    made = installation.make(tmp_path_factory.mktemp("saltmarsh"), template=built)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    made.env |= {"NEONCARD_URL": base, "NEONCARD_PORT": str(port)}
    server = made.serve()
    try:
        installation.until(lambda: answers(f"{base}/healthz"), 60)
        yield base
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        installation.drop(made)


def answers(address):
    with suppress(OSError), urlopen(address, timeout=5) as page:
        return page.status == 200
    return False


@pytest.fixture(scope="session")
def company(_migrated, tmp_path_factory):
    """A company whose boards are live, served in a process of its own."""
    from tests.browser import workshop

    found = workshop.company(_migrated, tmp_path_factory.mktemp("board"))
    yield found
    found.stop()
    installation.drop(found.made)


@pytest.fixture
def board(company):
    """A new board: its `id`, and a `link` for guests."""
    return company.board()


@pytest.fixture
def sit(chromium, company, board):
    """A function that sits somebody down at the board: lead, agent or second; without a name, a guest."""
    from tests.browser import workshop

    people = []

    def sit_down(who="", **how):
        path = f"/journeys/{board['id']}/board" if who else f"/board/{board['link']}"
        person = workshop.Person(chromium, company, path, who, **how)
        people.append(person)
        if not who:
            person.page.get_by_label("How shall the others call you?").fill("Ada")
            person.page.get_by_role("button", name="Come in").click()
        return person.seated()

    yield sit_down
    for person in people:
        assert person.amiss == []
        person.leave()
