"""After a call by keyboard alone: it comes by itself, one key a step, the keys can be turned off; axe finds nothing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from neoncard.design import actions as design
from neoncard.encounters.tables import WrapUp
from neoncard.kindness.tables import Kindness
from tests.do.test_calls import call
from tests.keyboard import cookie

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(phone, house, signed_in):
    design.install_starters(house.organisation)
    return lambda **how: phone("/calls", cookies=cookie(signed_in, house.agent), **how)


def test_a_call_comes_by_itself_and_goes_by_one_key(desk, house):
    page = desk(width=1440)
    expect(page.locator("h1")).to_have_text("No call to wrap up")
    row = call(house.agent, name="Lea Brandt")
    expect(page.locator("h1")).to_have_text("Lea Brandt")
    title = page.locator("#act-title").text_content()
    page.keyboard.press("s")
    expect(page.locator("#act-title")).not_to_have_text(title)
    title = page.locator("#act-title").text_content()
    page.keyboard.press("1")
    page.keyboard.press("d")
    expect(page.locator("h1")).to_have_text("No call to wrap up")
    assert (WrapUp.objects.get().how, Kindness.objects.get().occasion) == ("solved", title)
    page.keyboard.press("u")
    expect(page.locator("h1")).to_have_text("Lea Brandt")
    assert (WrapUp.objects.count(), Kindness.objects.count()) == (0, 0)
    page.keyboard.press("3")
    page.keyboard.press("n")
    expect(page.get_by_text("Take the time you need")).to_be_visible()
    assert WrapUp.objects.get().encounter == row
    page.get_by_label("Keys work anywhere").uncheck()
    page.keyboard.press("u")
    page.reload()
    expect(page.get_by_label("Keys work anywhere")).not_to_be_checked()
    assert WrapUp.objects.count() == 1


def test_a_call_is_wrapped_up_in_at_most_three_keys(desk, house):
    row = call(house.agent, name="Lea Brandt")
    page = desk(width=1440)
    expect(page.locator("h1")).to_have_text("Lea Brandt")
    keys = ["s", "2", "d"]  # another act; it will come again; done
    title = page.locator("#act-title").text_content()
    for key in keys:
        page.keyboard.press(key)
        if key == "s":
            expect(page.locator("#act-title")).not_to_have_text(title)
    expect(page.locator("h1")).to_have_text("No call to wrap up")
    assert (WrapUp.objects.get().how, WrapUp.objects.get().encounter) == ("again", row)
    assert (len(keys), Kindness.objects.count()) == (3, 1)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_axe_finds_nothing_after_a_call(desk, house, width, scheme):
    page = desk(width=width, scheme=scheme)
    found = {"empty": [hit["id"] for hit in Axe().run(page).response["violations"]]}
    call(house.agent)
    page.reload()
    found["call"] = [hit["id"] for hit in Axe().run(page).response["violations"]]
    page.get_by_label("Heavy").check()
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_text("Take the time you need")).to_be_visible()
    found["heavy"] = [hit["id"] for hit in Axe().run(page).response["violations"]]
    assert found == {"empty": [], "call": [], "heavy": []}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
