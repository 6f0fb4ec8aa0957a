"""By keyboard: the way past the navigation comes first, and focus is always to be seen."""

from __future__ import annotations

import pytest

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
