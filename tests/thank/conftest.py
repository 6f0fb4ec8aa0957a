"""A real chromium for the browser tests."""

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def chromium():
    """A started chromium; the tests that need it are skipped where none is installed."""
    path = os.environ.get("NEONCARD_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

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
