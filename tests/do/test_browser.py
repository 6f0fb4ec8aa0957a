"""An agent on a narrow screen: Today and beside by keyboard alone, with htmx and without script; axe on every page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from neoncard.design import actions as design
from neoncard.design.tables import Act, Journey
from neoncard.do.tables import Suggestion
from neoncard.kindness.tables import Kindness
from tests import make
from tests.keyboard import cookie, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(phone, house):
    design.install_starters(house.organisation)
    return make.encounter(house.agent, make.customer(), is_open=True, subject="Where is it?")


def enter(page, then):
    """Press Enter on what has the focus; the focus is on `then` when the page has settled."""
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_text(then)
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-added")).to_have_count(0)


def test_an_idea_by_keyboard_and_focus_stays_where_one_is(phone, house, signed_in):
    make.kindness(house.second, house.agent, words="You stayed until the last ferry.")
    page = phone("/", cookies=cookie(signed_in, house.agent))
    expect(page.locator(".said")).to_have_text("You stayed until the last ferry.")
    tab_to(page, "I’ll do this")
    enter(page, then="Done")
    enter(page, then="Take it back")
    expect(page.get_by_role("status")).to_contain_text("Kept among your kindnesses")
    assert Kindness.objects.filter(sees="giver").count() == 1
    enter(page, then="Done")
    assert Kindness.objects.filter(sees="giver").count() == 0
    assert page.url.endswith("/")


def test_swapping_keeps_the_focus_and_turns_the_card(phone, house, signed_in):
    page = phone("/", cookies=cookie(signed_in, house.agent))
    first = page.locator("#idea-customer").text_content()
    tab_to(page, "Swap")
    enter(page, then="Swap")
    expect(page.locator("#idea-customer")).not_to_have_text(first)
    expect(page.locator(":focus")).to_have_text("Swap")


@pytest.mark.parametrize("javascript", [True, False])
def test_beside_by_keyboard(phone, house, signed_in, ticket, javascript):
    page = phone(
        f"/beside?conversation={ticket.pk}",
        cookies=cookie(signed_in, house.agent),
        width=320,
        javascript=javascript,
    )
    expect(page.locator("h1")).to_have_text("Maren Oltmanns")
    assert page.locator("body").bounding_box()["width"] == 320
    third = Suggestion.objects.get().offered[2]
    title = page.locator("#act-title")
    others = [page.locator(".others button").nth(n).text_content() for n in range(2)]
    tab_to(page, "Swap")
    page.keyboard.press("Enter")
    expect(title).to_have_text(others[0])
    tab_to(page, others[1])
    page.keyboard.press("Enter")
    expect(title).to_have_text(others[1])
    tab_to(page, "Not now")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not now, then.")).to_be_visible()
    tab_to(page, "Show it again")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Done")).to_be_visible()
    tab_to(page, "Done")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()
    assert Suggestion.objects.get().chosen == third
    assert Kindness.objects.get().occasion == others[1]
    tab_to(page, "Take it back")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Not now")).to_be_visible()
    assert Kindness.objects.count() == 0


def test_the_counter_in_one_tap(phone, house, signed_in):
    design.install_starters(house.organisation)
    page = phone("/counter", cookies=cookie(signed_in, house.counter))
    title = page.locator("#act-title").text_content()
    done = page.get_by_role("button", name="I did it")
    box = done.bounding_box()
    assert box["height"] >= 64
    assert box["y"] + box["height"] <= 740
    done.click()
    expect(page.get_by_text(f"Done: {title}")).to_be_visible()
    assert Kindness.objects.get().occasion == title


def test_a_card_moves_by_keyboard_and_keeps_its_buttons(phone, house, signed_in):
    design.install_starters(house.organisation)
    row = Journey.objects.filter(starter="grocery_cashier").get()
    page = phone(reverse("journey", args=[row.pk]), cookies=cookie(signed_in, house.agent))
    step = row.steps.first()
    page.locator(f"#step-{step.pk} summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".journey > li:nth-child(2) article.step")).to_have_id(f"step-{step.pk}")
    expect(page.locator(":focus")).to_have_id(f"step-{step.pk}-later")


# The other two, dark on a phone and light at a desk, are those of tests/browser/test_pages.py.
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
def test_axe_finds_nothing(phone, house, signed_in, ticket, scheme, width):
    make.kindness(house.second, house.agent, words="You stayed until the last ferry.")
    row, act = Journey.objects.first(), Act.objects.first()
    idea = row.ideas.first()
    page = phone(
        cookies=cookie(signed_in, house.lead if width > 999 else house.agent),
        width=width,
        scheme=scheme,
    )
    own = phone(cookies=cookie(signed_in, house.agent), width=width, scheme=scheme)
    found = {}
    for where, path in (
        (page, "/"),
        (own, f"/beside?conversation={ticket.pk}"),
        (own, "/beside"),
        (page, "/counter"),
        (page, "/counter/kind-to-me"),
        (page, "/journeys/"),
        (page, reverse("journey", args=[row.pk])),
        (page, reverse("step_edit", args=[row.steps.first().pk])),
        (page, reverse("journey_idea_edit", args=[idea.pk])),
        (page, reverse("journey_idea_commit", args=[idea.pk])),
        (page, "/playbook"),
        (page, reverse("act", args=[act.pk])),
    ):
        where.goto(path)
        wide = where.evaluate("document.documentElement.scrollWidth")
        hits = [hit["id"] for hit in Axe().run(where).response["violations"]]
        if hits or wide > width:
            found[path] = (hits, wide)
    assert found == {}
