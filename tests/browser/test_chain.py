"""The picture of a chain grows, shrinks and goes back in time where it stands; the list beside it tells the same."""

import pytest

from neoncard.pass_on import actions
from tests import make
from tests.browser.person import sitting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["mouse", "keyboard"])
def person(request, phone, signed_in):
    return sitting(request.param, phone, signed_in)


def width(page):
    return page.locator("svg.chain:visible").bounding_box()["width"]


def sized(person, percent):
    """Press a size, see it taken and the focus still on it; how wide the picture is then."""
    person.press(f"Size {percent}%", "link")
    here = ":focus" if person.keys else ""
    person.page.locator(f"main a[aria-current]{here}", has_text=f"{percent}%").wait_for()
    return width(person.page)


def test_a_chain_is_seen_larger_smaller_and_as_it_was(house, person):
    row = make.kindness(house.agent, house.second, words="You took the gate.")
    for by, to in ((house.second, house.third), (house.third, house.lead)):
        row = actions.pass_on(by=by, kindness=row, to=[to])
    last = actions.pass_on(by=house.lead, kindness=row, to=[house.agent], words="Your coat.")
    ines = person(house.agent).to(f"/chains/{last.pk}").sees("A boomerang").well()
    page = ines.page
    page.evaluate("window.here = true")
    plain, told = width(page), page.locator(".chain-list > li")
    assert (told.count(), page.locator("svg.chain:visible circle").count()) == (4, 4)
    assert [round(sized(ines, percent) / plain, 1) for percent in (160, 240, 60)] == [1.6, 2.4, 0.6]

    time = page.get_by_role("slider")
    box = time.bounding_box()

    def drawn_until(n, key, across):
        if ines.keys:
            ines.strike(time, key)
        else:
            time.click(position={"x": box["width"] * across, "y": box["height"] / 2})
        ines.sees(f"As it was after {n} of 4")
        return told.count(), page.locator("svg.chain:visible circle").count()

    assert drawn_until(1, "Home", 0.02) == (1, 2)
    assert page.get_by_text("A boomerang").count() == 0
    assert drawn_until(2, "ArrowRight", 0.33) == (2, 3)
    assert ines.well().page.url.endswith("?upto=2&zoom=1")
    assert drawn_until(4, "End", 0.98) == (4, 4)
    assert page.locator("main").inner_text().count("A boomerang") == 1
    assert page.evaluate("window.here")
    assert page.reload().status == 200
    assert round(width(page) / plain, 1) == 0.6
