"""Beside in the helpdesk's own page: two https sites, third-party cookies blocked, an honest parent and a hostile one."""

import json
import signal
import socket
import ssl
import time
from contextlib import suppress
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import installation
from tests.browser import frames
from tests.do.test_zendesk_app import jwt, pem

pytestmark = pytest.mark.browser

PASSWORD = "a ferry at dusk, and tea"

COMPANY = """
import json, sys
from neoncard import commands
commands.ready()
from tests import make
from neoncard.connectors import actions
from neoncard.design import actions as design
from neoncard.people import actions as people
org = people.found(name="Test Ferries")
design.install_starters(org)
ines = make.member(org, "Ines", password=sys.argv[2])
desk = actions.add(by="test", kind="chatwoot", name="Desk", secrets={},
                   settings={"url": sys.argv[1], "account": 1, "frame_parents": sys.argv[1]})
zen = actions.add(by="test", kind="zendesk", name="Zen", secrets={},
                  settings={"url": sys.argv[1], "frame_parents": sys.argv[1], "app_key": sys.argv[3]})
for agent, at, ticket, name in ((ines, desk, "5", "Maren Oltmanns"), (None, desk, "6", "Not Yours"),
                                (ines, zen, "5", "Ida Brandt"), (ines, zen, "9", "Wim de Boer")):
    row = make.encounter(agent, make.customer(name), is_open=True)
    row.source, row.ext_id = at.source, ticket
    row.save()
print(json.dumps({"frame": desk.pk, "zendesk": zen.pk, "email": ines.email}))
"""

KEPT = """
from neoncard import commands
commands.ready()
from neoncard.kindness.tables import Kindness
print(Kindness.objects.count())
"""


def answers(port):
    asked = Request(f"https://127.0.0.1:{port}/healthz", headers={"Host": "kind.test"})
    with suppress(OSError), suppress(HTTPError):
        try:
            urlopen(asked, timeout=5, context=ssl._create_unverified_context()).close()
        except HTTPError:
            pass
        return True
    return False


class World:
    """Our product, two helpdesks, and a browser."""

    def kept(self):
        done = self.made.python("-c", KEPT)
        assert done.returncode == 0, done.stderr
        return int(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def world(chromium, _migrated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("frames")
    here = World()
    here.made = made = installation.make(folder / "home", template=_migrated)
    cert, key = frames.certificate(folder)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    here.ours = f"https://kind.test:{port}"
    made.env |= {"NEONCARD_URL": here.ours, "NEONCARD_PORT": str(port)}
    pages = {"/cookies": "<title>Cookies</title><link rel=icon href='data:,'><h1>COOKIES</h1>"}
    with frames.helpdesk(cert, key, pages) as desk:
        here.honest, here.hostile = (
            f"https://desk.example:{desk}",
            f"https://hostile.example:{desk}",
        )
        done = made.python("-c", COMPANY, here.honest, PASSWORD, pem())
        assert done.returncode == 0, done.stderr
        here.told = json.loads(done.stdout.splitlines()[-1])
        frame = f"{here.ours}/beside/frame/{here.told['frame']}"
        said = json.dumps(frames.app_context(5))
        pages["/ticket"] = frames.PARENT.format(frame=frame, said=said)
        zendesk = f"{here.ours}/beside/frame/{here.told['zendesk']}"
        aud = f"{here.honest}/api/v2/apps/installations/77.json"
        token = jwt({"exp": int(time.time()) + 600, "aud": aud})
        for path, given in (("/zendesk", token), ("/forged", token[:-9] + "AAAAAAAAA")):
            pages[path] = frames.ZENDESK.format(frame=zendesk, origin=here.honest, token=given)
        pages["/other"] = frames.PARENT.format(frame=f"{here.hostile}/cookies", said="''")
        log = (folder / "serve.log").open("w")
        server = made.start("-c", frames.SERVER, str(port), cert, key, stdout=log)
        try:
            installation.until(lambda: answers(port), 60)
            with frames.strict_browser(chromium, folder) as browser:
                here.browser = browser
                yield here
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
            log.close()
            installation.drop(made)


@pytest.fixture
def visit(world):
    """A function that opens a page of the helpdesk; its console's errors are in `page.said`."""
    opened = []

    def open_page(address):
        page = world.browser.new_page()
        page.amiss = []
        page.on("console", lambda line: line.type == "error" and page.amiss.append(line.text))
        opened.append(page)
        page.goto(address)
        return page

    yield open_page
    for page in opened:
        page.close()


def test_third_party_cookies_are_blocked_here(world, visit):
    """The other tests' ground: what a plain third party sets in a frame is not there the next time."""
    visit(f"{world.hostile}/cookies")
    page = visit(f"{world.honest}/other")
    page.reload()
    expect(page.frame_locator("iframe").locator("h1")).to_have_text("none")


def test_a_hostile_parent_gets_no_frame(world, visit):
    page = visit(f"{world.hostile}/ticket")
    page.wait_for_function("document.readyState === 'complete'")
    inside = page.frames[1]
    inside.wait_for_load_state()
    assert inside.url.startswith("chrome-error://")
    assert any("frame-ancestors" in line for line in page.amiss)
    assert page.evaluate("window.asked") == []


def signed_in(world, page):
    """Sign in through the window that the frame in this page opens; the frame."""
    inside = page.frame_locator("iframe")
    with page.expect_popup() as popped:
        inside.get_by_role("button", name="Sign in").click()
    window = popped.value
    window.get_by_label("Email").fill(world.told["email"])
    window.get_by_label("Password").fill(PASSWORD)
    with window.expect_event("close"):
        window.get_by_role("button", name="Sign in").click()
    return inside


def test_in_an_honest_parent_one_signs_in_sees_taps_and_takes_it_back(world, visit):
    page = visit(f"{world.honest}/ticket")
    inside = signed_in(world, page)
    expect(inside.locator("h1")).to_have_text("Maren Oltmanns")
    cookies = [one for one in world.browser.cookies() if one["name"] == "__Host-beside"]
    assert [one.get("partitionKey") for one in cookies] == ["https://desk.example"]
    assert (cookies[0]["sameSite"], cookies[0]["secure"], cookies[0]["httpOnly"]) == (
        "None",
        True,
        True,
    )
    before = world.kept()
    inside.get_by_role("button", name="Done").click()
    expect(inside.locator(":focus")).to_have_text("Take it back")
    assert world.kept() == before + 1
    inside.get_by_role("button", name="Take it back").click()
    inside.get_by_role("button", name="Not now").wait_for()
    assert world.kept() == before
    with world.browser.expect_page() as opened:
        inside.get_by_role("link", name="Thank a colleague").click()
    expect(opened.value.locator("h1")).to_have_text("Thank a colleague")
    opened.value.close()
    # Another ticket, one that nobody here has, and a stranger's word about which is open.
    page.evaluate(f"window.said = {json.dumps(frames.app_context(6))}; window.tell()")
    expect(inside.locator("h1")).to_have_text("Nothing here for this ticket")
    page.evaluate(f"window.said = {json.dumps(frames.app_context(5))}; window.tell()")
    expect(inside.locator("h1")).to_have_text("Maren Oltmanns")
    visible = page.frames[1]
    wide = visible.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320
    assert [hit["id"] for hit in Axe().run(visible).response["violations"]] == []
    # htmx moves the focus; what the browser refuses is to do it by itself in a frame.
    assert [line for line in page.amiss if "autofocus" not in line] == []
    # The next day: a page loaded anew knows who it is.
    page.reload()
    expect(inside.locator("h1")).to_have_text("Maren Oltmanns")
    # Signed out meanwhile: a tap asks to sign in again, and nothing is done.
    world.browser.clear_cookies()
    inside.get_by_role("button", name="Done").click()
    expect(inside.get_by_role("button", name="Sign in")).to_be_visible()
    assert world.kept() == before


def test_a_message_from_another_origin_picks_nothing(world, visit):
    """A page that the frame itself did not come from, though it holds a handle on it."""
    page = visit(f"{world.honest}/ticket")
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("button", name="Sign in")).to_be_visible()
    with page.expect_popup() as popped:
        page.evaluate(f"window.open({json.dumps(world.hostile + '/cookies')})")
    stranger = popped.value
    stranger.wait_for_load_state()
    requests = []
    page.on("request", lambda one: requests.append(one.url))
    stranger.evaluate(
        f"opener.frames[0].postMessage({json.dumps(frames.app_context(7))}, '*');"
        f"opener.frames[0].postMessage({{neoncard: 'code', code: 'x'}}, '*')"
    )
    with page.expect_response(lambda one: "conversation=8" in one.url):
        page.evaluate(f"window.said = {json.dumps(frames.app_context(8))}; window.tell()")
    assert [url for url in requests if "conversation=7" in url or "/enter" in url] == []
    stranger.close()


def test_zendesk_shakes_hands_and_says_which_ticket_is_open(world, visit):
    """Its app framework as the SDK speaks it: a signed POST, the handshake, the ticket, and another ticket later."""
    world.browser.clear_cookies()
    page = visit(f"{world.honest}/zendesk")
    inside = signed_in(world, page)
    expect(inside.locator("h1")).to_have_text("Ida Brandt")
    assert page.evaluate("window.asked") == [
        {
            "key": "iframe.handshake",
            "message": {"version": "2.0"},
            "appGuid": "guid-1",
            "instanceGuid": "guid-1",
        }
    ]
    page.evaluate("window.turn(9)")
    expect(inside.locator("h1")).to_have_text("Wim de Boer")
    inside.get_by_role("button", name="Not now").click()
    expect(inside.get_by_text("Not now, then.")).to_be_visible()
    forged = visit(f"{world.honest}/forged")
    inside = forged.frame_locator("iframe")
    expect(inside.locator("h1")).to_have_text("This frame is not believed")
    assert inside.locator("script[src*='frame']").count() == 0
    assert forged.evaluate("window.asked") == []
