"""By keyboard: the way past the navigation comes first, and focus is always to be seen."""

from __future__ import annotations

import pytest

from neoncard.design import actions as design
from tests.browser.person import sitting
from tests.do.test_pages import propose
from tests.keyboard import cookie

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/", "/wall", "/me", "/journeys/", "/counter"])
def test_the_first_tab_leads_past_the_navigation(phone, house, signed_in, path):
    page = phone(path, cookies=cookie(signed_in, house.agent))
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    assert skip.is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_whatever_has_focus_shows_it_and_tab_gets_round(phone, house, signed_in):
    page = phone("/", cookies=cookie(signed_in, house.agent), width=1440)
    seen = set()
    for _n in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
              const e = document.activeElement, s = getComputedStyle(e);
              return e === document.body ? null : [
                e.outerHTML.slice(0, 80), s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0];
            }"""
        )
        if here is None:
            break
        assert here[1], f"no outline on {here[0]}"
        seen.add(here[0])
    assert len(seen) >= 8


def test_what_goes_away_as_it_is_pressed_leaves_the_focus_where_one_was(phone, house, signed_in):
    design.install_starters(house.organisation)
    sit = sitting("keyboard", phone, signed_in)
    cora = sit(house.counter).to("/counter").press("I did it").sees("Thank you, Cora.")
    cora.press("Take it back")
    cora.page.get_by_text("Thank you, Cora.").wait_for(state="detached")
    cora.page.locator("main:focus").wait_for()
    cora.press("Cover me").sees("The leads see it now.")
    cora.page.locator("#c-cover:focus").wait_for()
    propose(house)
    ines = sit(house.agent).to("/").sees("Noticed in your conversations").press("Not this")
    ines.page.locator("#noticed").wait_for(state="detached")
    ines.page.locator("main:focus").wait_for()
