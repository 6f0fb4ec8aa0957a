"""The wall, thanks, chains and care in a real browser: by keyboard, on a phone, and with axe."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from neoncard.care import actions as care
from neoncard.kindness.rules import text_hash
from neoncard.kindness.tables import Kindness
from neoncard.pass_on import actions as pass_on
from neoncard.share import actions
from neoncard.share.rules import exact_words
from neoncard.share.tables import Post
from tests import make
from tests.keyboard import cookie, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture
def house(phone):
    """The house, for the browser's own thread."""
    return make.house()


def as_(phone, signed_in, member, **options):
    return phone(cookies=cookie(signed_in, member), **options)


def to_filter(page):
    """Press Tab until the line that shortens the list of people has the focus."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator("[data-filters]:focus").count():
            return
    raise AssertionError("Tab never reached the filter")


def problems(page):
    """What axe finds: rule and element."""
    found = Axe().run(page).response["violations"]
    return [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]]


def test_two_people_are_thanked_by_keyboard(phone, house, signed_in):
    page = as_(phone, signed_in, house.agent)
    page.goto("/thank")
    to_filter(page)
    page.keyboard.type("jo")
    page.keyboard.press("Enter")
    page.keyboard.type("ada")
    page.keyboard.press("Enter")
    tab_to(page, "words")
    page.keyboard.type("You both kept the phones going while I sat with her.", delay=20)
    tab_to(page, "sees")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Thank them")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wall")
    kindness = Kindness.objects.get()
    assert {p.member for p in kindness.receivers.all()} == {house.second, house.admin}
    assert kindness.sees == "team"
    page.click(".toast button:has-text('Take it back')")
    page.wait_for_selector(".toast:has-text('as if it had not been sent')")
    assert Kindness.objects.count() == 0


def test_thanking_works_without_script(phone, house, signed_in):
    page = as_(phone, signed_in, house.agent, javascript=False)
    page.goto("/thank")
    assert not page.locator("[data-filters]").is_visible()
    page.check(f"[name=to][value='{house.second.pk}']")
    page.fill("[name=words]", "For the tea.")
    page.click("button:has-text('Thank them')")
    page.click(".toast button:has-text('Take it back')")
    page.wait_for_selector(".toast:has-text('as if it had not been sent')")
    assert Kindness.objects.count() == 0


def test_the_filter_hides_all_but_who_begins_so_and_keeps_the_ticked(phone, house, signed_in):
    page = as_(phone, signed_in, house.agent)
    page.goto("/thank")
    page.check(f"[name=to][value='{house.second.pk}']")
    page.fill("[data-filters]", "am")
    expect(page.locator("#pick-found")).to_have_text("1 found")
    shown = page.locator(".pick-list label:visible").all_text_contents()
    assert [name.strip() for name in shown] == ["Amir", "Jonas"]


def test_passing_on_by_keyboard_until_it_comes_back(phone, house, signed_in):
    kindness = make.kindness(house.agent, house.second)
    for giver, to, name in (
        (house.second, house.third, "amir"),
        (house.third, house.agent, "ines"),
    ):
        page = as_(phone, signed_in, giver)
        page.goto("/")
        tab_to(page, "Pass it on")
        page.keyboard.press("Enter")
        page.wait_for_url("**/pass-on/*")
        to_filter(page)
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        tab_to(page, "words")
        page.keyboard.type("An hour of quiet.")
        tab_to(page, "Pass it on")
        page.keyboard.press("Enter")
        page.wait_for_url("**/chains/*")
        kindness = Kindness.objects.get(passed_on_from=kindness)
        assert kindness.receivers.get().member == to
    assert page.locator("svg.chain.down path.glow").is_visible()
    assert not page.locator(".lying").is_visible()
    assert page.locator(".chain-list .boomerang").text_content() == "It came back"


def everything(house):
    """One of each page, with something on it; the addresses, by who looks."""
    kindness = make.kindness(house.lead, house.agent)
    then = pass_on.pass_on(by=house.agent, kindness=kindness, to=[house.second, house.third])
    third = pass_on.pass_on(by=house.second, kindness=then, to=[house.third], words="Tea.")
    last = pass_on.pass_on(by=house.third, kindness=third, to=[house.agent], words="Your coat.")
    thanks = actions.thank(by=house.second, to=[house.agent], words="You stayed late.", team=True)
    hung = Post.objects.get()
    actions.comment(by=house.agent, post=hung, words="It was a long night https://a.example")
    told = make.kindness(house.second, house.agent)
    tale = " ".join(["bear"] * 80)
    post = actions.tell(by=house.second, kindness=told, title="Bear", story=tale, name_too=True)
    care.say_hard(member=house.agent)
    care.ask_hand(member=house.second, to=house.agent, words="Ten minutes?")
    care.ask_cover(member=house.second, encounter=make.encounter(house.second, make.customer()))
    pages = ["/", "/wall", "/wall/screen", "/thank", "/hand", "/grace", "/cover-me"]
    pages += [f"/chains/{last.pk}", f"/kindness/{thanks.pk}", f"/kindness/{thanks.pk}/answer"]
    pages += [f"/stories/{hung.pk}", f"/stories/{post.pk}", f"/pass-on/{last.pk}"]
    return {house.agent: [*pages, f"/stories/new?kindness={told.pk}"], house.lead: ["/covers"]}


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (768, "dark")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    phone, house, signed_in, width, scheme
):
    found = {}
    for member, paths in everything(house).items():
        page = as_(phone, signed_in, member, width=width, scheme=scheme)
        for path in paths:
            page.goto(path)
            wide = page.evaluate("document.documentElement.scrollWidth") - width
            if wrong := problems(page) + ([("wide", wide)] if wide > 0 else []):
                found[path] = wrong
    assert found == {}


def test_a_story_is_released_by_keyboard(phone, house, signed_in):
    told = make.kindness(house.second, house.agent)
    tale = " ".join(["bear"] * 80)
    post = actions.tell(by=house.second, kindness=told, title="Bear", story=tale, name_too=True)
    page = as_(phone, signed_in, house.agent)
    page.goto("/wall")
    tab_to(page, "Read it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories/*")
    tab_to(page, "words")
    page.keyboard.press("Space")
    tab_to(page, "Release")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Everyone in it said yes")
    right = text_hash(exact_words(post.title, post.story, ""))
    assert {r.text_hash for r in told.releases.all()} == {right}
    assert told.releases.get(party__member=house.agent).name_too is False


def test_the_page_weighs_little(phone, house, signed_in):
    everything(house)
    page = as_(phone, signed_in, house.agent)
    sizes = {}
    page.on("response", lambda r: sizes.update({r.url: len(gzip.compress(r.body()))}))
    page.goto("/wall", wait_until="networkidle")
    assert any(url.endswith("wall.css") for url in sizes)
    assert sum(size for url, size in sizes.items() if not url.endswith(".woff2")) < 60_000
