"""A browser that opens every link we send, scripts and all, writes nothing; and "has read this" waits for somebody's eyes."""

import pytest
from django.apps import apps
from django.urls import reverse
from playwright.sync_api import expect

from neoncard.thank import actions as thank
from neoncard.thank.rules import Given
from neoncard.thank.tables import ThankYou
from tests import make
from tests.browser.wire import Wire
from tests.keyboard import cookie
from tests.samples import samples
from tests.web.test_prefetch import OURS, SENT

pytestmark = pytest.mark.browser

COUNTED = {"Limit"}
"""How often an open door was knocked at; that is what keeps guessers out."""

BEHIND = """
  let seen = false;
  Object.defineProperty(document, "visibilityState", { get: () => (seen ? "visible" : "hidden") });
  window.look = () => { seen = true; document.dispatchEvent(new Event("visibilitychange")); };
"""
AHEAD = """
  let seen = false;
  Object.defineProperty(document, "prerendering", { get: () => !seen });
  window.look = () => { seen = true; document.dispatchEvent(new Event("prerenderingchange")); };
"""


def everything():
    """Every row of every table of ours."""
    tables = apps.get_app_config("neoncard").get_models()
    kept = (table for table in tables if table.__name__ not in COUNTED)
    return {table.__name__: list(table._default_manager.order_by("pk").values()) for table in kept}


def addresses(house, names):
    for name in names:
        given = samples(name, house)
        yield reverse(name, kwargs={k: v for k, v in given.items() if k != "?"}) + given.get(
            "?", ""
        )


def test_a_browser_that_opens_every_link_we_send_writes_nothing(phone, signed_in):
    house = make.house()
    links = list(addresses(house, [name for name in SENT if name != "smile_qr"]))
    ours = list(addresses(house, OURS))
    signed_in(house.agent).get("/")  # the day's ideas are dealt
    before = everything()
    for page, addresses_ in (
        (phone(), (*links, *ours)),
        (phone(cookies=cookie(signed_in, house.agent)), ours),
    ):
        wire = Wire(page)
        for address in addresses_:
            page.goto(address)
            wire.settle()
    after = everything()
    assert {name for name in after if after[name] != before[name]} <= {"Member"}  # last_login
    times = [[{**row, "last_login": None} for row in one["Member"]] for one in (before, after)]
    assert times[0] == times[1]


@pytest.mark.parametrize("unseen", [BEHIND, AHEAD], ids=["a tab behind", "drawn ahead"])
def test_words_are_read_when_somebody_sees_them(phone, signed_in, unseen):
    house = make.house()
    given = Given(words="You found my bear.")
    thank.thank(page=thank.open_page(member=house.agent), receipt="r", given=given)
    page = phone(cookies=cookie(signed_in, house.agent))
    page.add_init_script(unseen)
    page.goto("/me/thanks", wait_until="networkidle")
    assert ThankYou.objects.get().read_at is None
    with page.expect_response("**/read"):
        page.evaluate("look()")
    expect(page.get_by_text("They can see that you have read it.")).to_be_visible()
    assert ThankYou.objects.get().read_at is not None
