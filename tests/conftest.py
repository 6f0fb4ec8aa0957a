"""Fixtures. Every test runs in a data folder of its own (tests/settings.py), on the database that DATABASE_URL names (SQLite by default)."""

import os
import shutil
import sqlite3
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path

import hypothesis
import pytest

# A busy machine is no fault of a rule's; tests of speed measure it themselves.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


HERE = Path(__file__).parent

DATABASE = frozenset({"db", "transactional_db", "live_server"})
"""Fixtures of a test that touches the database; the mark `django_db` says the same."""

LONG = (
    "browser/test_pages.py",
    "browser/test_pages_desk.py",
    "browser/test_board_line.py",
    "browser/test_boomerang.py",
    "demo/test_build.py",
    "test_queries.py",
    "connectors/test_kill.py",
    "live/test_kill.py",
)
"""Files that take long though they hold few tests: they begin first, so that processes end together (./test)."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Whoever asks for an installation starts processes: whole. PostgreSQL has nothing to say to what touches no database.

    A browser's test says so in its file's name as well: ./test looks for them there alone.
    """
    kept, spared = [], []
    for item in items:
        if "_migrated" in item.fixturenames:
            item.add_marker(pytest.mark.whole)
        if item.get_closest_marker("browser") and "browser" not in item.nodeid.split("::")[0]:
            raise pytest.UsageError(f"{item.nodeid}: its file's name says nothing of a browser")
        touches = DATABASE & set(item.fixturenames) or item.get_closest_marker("django_db")
        (kept if touches or item.get_closest_marker("whole") else spared).append(item)
    if os.environ.get("DATABASE_URL", "").startswith("postgres") and spared:
        config.hook.pytest_deselected(items=spared)
        items[:] = kept


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def pytest_longest_first(items):
    """Files in the order in which they are handed to whoever has nothing to do."""
    where = {item: item.path.relative_to(HERE).as_posix() for item in items}
    tests = Counter(where.values())
    rank = {name: n for n, name in enumerate(LONG)}
    items.sort(
        key=lambda item: (rank.get(where[item], len(LONG)), -tests[where[item]], where[item])
    )


@pytest.fixture(autouse=True)
def _fast(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def house(db):
    """A small company: one team, an agent, two colleagues, a counter hand, a lead and an admin."""
    from tests import make

    return make.house()


@pytest.fixture
def signed_in(db):
    """A function that gives a client signed in as a member."""
    from django.test import Client

    def sign_in(member):
        client = Client()
        client.force_login(member)
        return client

    return sign_in


@pytest.fixture(scope="session")
def _migrated():
    """An installation whose database is migrated and empty, copied for each test that needs its own."""
    from tests import installation

    return installation.migrated()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """The tests' own database begins as a copy of one that is migrated; what `migrate` then finds to do is nothing."""
    from django.db import connection

    from tests import installation

    template = installation.migrated()
    if template.database:
        connection.settings_dict["TEST"]["TEMPLATE"] = template.database
        yield
        return
    create = connection.creation._create_test_db
    with closing(sqlite3.connect(template.home / "neoncard.sqlite3")) as full, ExitStack() as held:

        def copied(*args, **kwargs):
            name = create(*args, **kwargs)
            # It lies in memory, for as long as somebody holds it.
            full.backup(held.enter_context(closing(sqlite3.connect(name, uri=True))))
            return name

        connection.creation._create_test_db = copied
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Django asks a database once a process whether it knows JSON: here, not in whichever test is first."""
    from django.db import connection

    with django_db_blocker.unblock():
        assert connection.features.supports_json_field


@pytest.fixture
def own(_migrated, tmp_path):
    """An installation of its own for one test: migrated, no company yet."""
    from tests import installation

    made = installation.make(tmp_path / "home", template=_migrated)
    yield made
    installation.drop(made)


@pytest.fixture(scope="session")
def chromium():
    """A started chromium; the tests that need it are skipped where none is installed."""
    path = os.environ.get("NEONCARD_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("chromium is not installed: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    # Nobody waits so long while all goes well; on a busy machine a page may.
    expect.set_options(timeout=15_000)
    # Playwright's loop runs in this thread for as long as it lives, and tests read rows in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def phone(chromium, live_server):
    """A function that opens a page 360 px wide; `javascript=False` for a browser without it."""
    opened = []

    def open_page(path="", *, javascript=True, cookies=(), width=360, scheme="light"):
        context = chromium.new_context(
            viewport={"width": width, "height": 740},
            java_script_enabled=javascript,
            base_url=live_server.url,
            color_scheme=scheme,
        )
        opened.append(context)
        context.add_cookies([{**cookie, "url": live_server.url} for cookie in cookies])
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    yield open_page
    for context in opened:
        context.close()
