"""A customer with a phone, a keyboard and no script; and axe on every page of this room."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from neoncard import access
from neoncard.share import actions as share
from neoncard.thank import actions
from neoncard.thank.rules import Given
from neoncard.thank.tables import ThankYou
from neoncard.web import pressed
from tests import make
from tests.keyboard import cookie, tab_to
from tests.share.telling import STORY, read

pytestmark = pytest.mark.browser

KIND = "Thank you Ines, you stayed on the line until we were home."


@pytest.fixture
def token(phone, house):
    talk = make.encounter(house.agent, make.customer(), texts=[("customer", "Where is my ferry?")])
    return actions.make_rating_link(encounter=talk)


def test_rating_by_keyboard_on_a_phone_without_script(phone, token, house):
    page = phone(reverse("rate", args=[token]) + "?s=4", javascript=False)
    tab_to(page, "score")
    page.keyboard.press("ArrowRight")
    tab_to(page, "words")
    page.keyboard.type(KIND)
    tab_to(page, "name")
    page.keyboard.type("Maren")
    tab_to(page, "May others read it?")
    page.keyboard.press("Enter")
    tab_to(page, "team_may_read")
    page.keyboard.press("Space")
    tab_to(page, "Send it to Ines")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("On its way to Ines")
    row = ThankYou.objects.get()
    assert (row.score, row.words, row.name, row.team_may_read) == (5, KIND, "Maren", True)
    assert page.context.cookies() == []
    actions.read(member=house.agent, kindness=row.kindness)
    page.reload()
    expect(page.locator(".read")).to_have_text("Ines has read this.")


@pytest.fixture
def press(monkeypatch, house):
    """One message, and forms ask."""
    monkeypatch.setattr(pressed, "NETWORK", (4, 10**9))

    def press(page):
        talk = make.encounter(house.agent, make.customer())
        page.goto(reverse("rate", args=[actions.make_rating_link(encounter=talk)]))
        page.fill("[name=words]", KIND)
        page.click("main form button")
        expect(page.locator("h1")).to_have_text("On its way to Ines")

    return press


def test_pressed_the_device_does_a_sum_and_the_words_go_off_by_themselves(phone, token, press):
    page = phone(reverse("rate", args=[token]))
    press(page)
    page.goto(reverse("rate", args=[token]))
    page.fill("[name=words]", KIND)
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("On its way to Ines", timeout=30_000)
    assert ThankYou.objects.count() == 2


def test_pressed_without_script_a_minute_is_asked_for_and_the_words_stay(phone, token, press):
    page = phone(reverse("rate", args=[token]), javascript=False)
    press(page)
    page.goto(reverse("rate", args=[token]))
    page.fill("[name=words]", KIND)
    page.click("main form button")
    expect(page.locator(".notice")).to_contain_text("please wait a minute, then send again")
    assert page.input_value("[name=words]") == KIND
    assert ThankYou.objects.count() == 1


def test_thanking_by_name_refusal_and_erasing_without_script(phone, token, house):
    slug = actions.open_page(member=house.agent).slug
    page = phone(reverse("thanks", args=[slug]), javascript=False)
    page.fill("[name=words]", KIND)
    page.fill("[name=name]", "www.example.org")
    assert page.locator("details[open]").count() == 0
    page.click("button")
    expect(page.locator(".errorlist")).to_have_text(
        "That looks like a link. A first name is enough."
    )
    assert page.input_value("[name=words]") == KIND
    page.fill("[name=name]", "Maren")
    page.click("button")
    expect(page.locator(".said")).to_have_text(KIND)
    page.check("#publish_name")
    with page.expect_navigation():
        page.click("button:has-text('Save')")
    assert ThankYou.objects.get().may_publish_name is True
    page.click("footer a")
    page.click("button:has-text('Erase all of it')")
    expect(page.locator("h1")).to_have_text("It is erased")
    assert ThankYou.objects.count() == 0


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_wider_than_the_phone_and_every_target_is_large(phone, token, house, width):
    slug = actions.open_page(member=house.agent).slug
    page = phone(width=width)
    for path in (
        reverse("rate", args=[token]),
        reverse("thanks", args=[slug]),
        reverse("mine", args=[token]),
    ):
        page.goto(path)
        for direction in ("rtl", "ltr"):
            page.evaluate("dir => { document.documentElement.dir = dir }", direction)
            page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, label:has(input), footer a, textarea, summary')]
            .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"""
        )
        assert small == []


def test_script_that_is_there_marks_words_read_as_they_show(phone, token, house, signed_in):
    link = access.rating_link(token)
    row = actions.answer(link=link, token=token, given=Given(words=KIND))
    page = phone(reverse("my_thanks"), cookies=cookie(signed_in, house.agent))
    page.wait_for_selector("text=They can see that you have read it.")
    row.refresh_from_db()
    assert row.read_at is not None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_customers_pages(phone, token, house, scheme):
    slug = actions.open_page(member=house.agent).slug
    link = access.rating_link(token)
    given = Given(words=KIND, name="Maren", feedback="A map in the app", score=5)
    open_link = actions.make_rating_link(encounter=link.encounter)
    actions.answer(link=link, token=token, given=given)
    told = make.kindness(house.agent, house.second, encounter=link.encounter)
    post = share.tell(by=house.agent, kindness=told, title="Bear", story=STORY, name_too=True)
    share.release(by=house.second, post=post, read=read(post), name_too=True)
    page = phone(scheme=scheme)
    found, asked = {}, 0
    for path in (
        reverse("rate", args=[open_link]) + "?s=5",
        reverse("rate", args=[token]),
        reverse("thanks", args=[slug]),
        reverse("mine", args=[token]),
        reverse("rate", args=["unknown"]),
    ):
        page.goto(path)
        asked += page.locator("form[action$='/story'] [name=words]").count()
        found[path] = problems(page)
    assert asked == 2
    page.goto(reverse("thanks", args=[slug]))
    page.click("button")
    expect(page.locator(".errorlist")).to_be_visible()
    found["refused"] = problems(page)
    assert {path: list_ for path, list_ in found.items() if list_} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_teams_pages(phone, token, house, signed_in, scheme):
    actions.open_page(member=house.agent)
    for words in (KIND, "You are a complete idiot."):
        other = actions.make_rating_link(encounter=make.encounter(house.agent))
        given = Given(words=words, feedback="A map in the app", team_may_read=True)
        actions.answer(link=access.rating_link(other), token=other, given=given)
    found = {}
    for member, names in (
        (house.agent, ("my_thanks", "my_thanks_page", "my_thanks_card")),
        (house.lead, ("held", "feedback")),
    ):
        page = phone(cookies=cookie(signed_in, member), scheme=scheme)
        for name in names:
            page.goto(reverse(name))
            found[name] = problems(page)
    assert {path: list_ for path, list_ in found.items() if list_} == {}


def problems(page):
    """What axe finds: rule and element."""
    results = Axe().run(page).response
    return [
        (rule["id"], node["html"][:120]) for rule in results["violations"] for node in rule["nodes"]
    ]
