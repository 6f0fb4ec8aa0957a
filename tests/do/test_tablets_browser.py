"""The counter's tablet in a browser whose network really goes away: what is pressed is kept, sent once, and said."""

import socket
import threading
from contextlib import closing, suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from neoncard.design import actions as design
from neoncard.kindness.tables import Kindness
from neoncard.people import counter
from neoncard.web import tablets

pytestmark = pytest.mark.browser

PIN = "4711"


class Network:
    """A wire between a browser and a server that can be cut: then no connection is taken, and those there are break."""

    def __init__(self, port):
        self.to, self.up, self.open = port, True, set()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with suppress(OSError):
            while True:
                near, _address = self.door.accept()
                if not self.up:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self.to))
                self.open |= {near, far}
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one, other):
        with closing(one), closing(other):
            with suppress(OSError):
                while data := one.recv(65536):
                    other.sendall(data)
            # Closing alone ends no recv that waits in another thread, and nobody would be told.
            self._end(one, other)

    def _end(self, *sockets):
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.up = False
        self._end(*self.open)

    def mend(self):
        self.up = True


@pytest.fixture
def network(live_server):
    wire = Network(int(live_server.url.rsplit(":", 1)[1]))
    yield wire
    wire.door.close()
    wire.cut()


@pytest.fixture
def tablet(chromium, network, house):
    """The tablet's browser, enrolled: a page at the counter, at whose wire one can pull."""
    design.install_starters(house.organisation)
    counter.set_pin(member=house.counter, pin=PIN)
    _row, token = counter.enrol(by=house.lead, name="Pier 3")
    base = f"http://127.0.0.1:{network.port}"
    context = chromium.new_context(viewport={"width": 768, "height": 1024}, base_url=base)
    context.add_cookies([{"name": tablets.TABLET, "value": token, "url": base}])
    page = context.new_page()
    page.goto("/counter")
    yield page
    context.close()


def come_in(page):
    page.get_by_role("button", name="Cora").click()
    page.get_by_label("Cora, your PIN").fill(PIN)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("button", name="I did it")).to_be_visible()


KEPT = "() => JSON.parse(localStorage.getItem('neoncard-counter-taps') ?? '[]').length"
READY = """async () => {
    await navigator.serviceWorker.ready;
    const kept = await caches.open('neoncard-counter-1');
    return (await kept.match('/counter')) !== undefined && (await kept.keys()).length > 6;
}"""


def test_taps_outlast_a_lost_network_and_a_page_opened_anew(tablet, network):
    page = tablet
    come_in(page)
    page.wait_for_function(READY)
    page.get_by_role("button", name="I did it").click()
    expect(page.get_by_text("Thank you, Cora")).to_be_visible()
    assert (page.evaluate(KEPT), Kindness.objects.count()) == (0, 1)
    network.cut()
    page.get_by_role("button", name="I did it").click()
    lost = page.locator("#lost")
    expect(lost).to_have_text("No connection. One is kept here and sent when it is back.")
    page.get_by_role("button", name="Did it once more").click()
    expect(lost).to_have_text("No connection. 2 are kept here and sent when it is back.")
    expect(page.get_by_role("button", name="Cover me")).to_be_hidden()
    assert [hit["id"] for hit in Axe().run(page).response["violations"]] == []
    page.reload()
    expect(page.get_by_role("button", name="I did it")).to_be_visible()
    expect(lost).to_have_text("No connection. 2 are kept here and sent when it is back.")
    page.get_by_role("button", name="I did it").click()
    expect(lost).to_contain_text("3 are kept")
    assert Kindness.objects.count() == 1
    network.mend()
    expect(lost).to_be_hidden(timeout=30_000)
    assert (page.evaluate(KEPT), Kindness.objects.count()) == (0, 4)
    expect(page.get_by_role("button", name="Cover me")).to_be_visible()


def test_locked_without_a_network_it_stays_locked_and_sends_when_it_is_back(tablet, network):
    page = tablet
    come_in(page)
    page.wait_for_function(READY)
    network.cut()
    page.get_by_role("button", name="I did it").click()
    expect(page.locator("#lost")).to_contain_text("One is kept")
    page.get_by_role("button", name="Cora, lock").click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    network.mend()
    page.reload()
    expect(page.get_by_role("heading", name="Who is here?")).to_be_visible(timeout=30_000)
    page.wait_for_function(f"({KEPT})() === 0")
    assert Kindness.objects.get().giver.member.known_as == "Cora"


def test_it_locks_itself_when_nobody_touches_it(tablet):
    page = tablet
    page.clock.install()
    come_in(page)
    page.clock.fast_forward(60_000)
    expect(page.get_by_role("button", name="I did it")).to_be_visible()
    page.clock.fast_forward(70_000)
    expect(page.get_by_role("heading", name="Who is here?")).to_be_visible()
    assert [hit["id"] for hit in Axe().run(page).response["violations"]] == []


def test_large_targets_and_the_pin_by_keyboard(tablet):
    page = tablet
    names = page.locator(".names button")
    assert all(box.bounding_box()["height"] >= 64 for box in names.all())
    names.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute("name", "pin")
    page.keyboard.type("9999")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That is not the PIN. Try it once more.")
    assert [hit["id"] for hit in Axe().run(page).response["violations"]] == []
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    done = page.get_by_role("button", name="I did it")
    assert done.bounding_box()["height"] >= 64
