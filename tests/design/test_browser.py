"""Cards on paper, and bringing in a journey, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from neoncard.design import actions
from neoncard.design.tables import Idea, Journey, Step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MM = 96 / 25.4
SHEETS = """() => [...document.querySelectorAll('.sheet-of')].map(sheet => {
    const whole = sheet.getBoundingClientRect();
    const cards = [...sheet.children].map(card => card.getBoundingClientRect());
    return {
        width: whole.width, height: whole.height, cards: cards.length,
        inside: cards.every(c => c.left >= whole.left && c.right <= whole.right + 0.1
                               && c.top >= whole.top && c.bottom <= whole.bottom + 0.1),
        sizes: new Set(cards.map(c => `${Math.round(c.width)} ${Math.round(c.height)}`)).size,
        spilt: [...sheet.children].filter(c => c.scrollHeight > c.clientHeight + 1).map(c => `${c.scrollHeight - c.clientHeight} ${c.innerText}`),
    };
})"""


@pytest.fixture
def at(house, signed_in, phone):
    """A function that opens a page of the call centre's journey as an agent, at a width."""
    actions.install_starters(house.organisation)
    row = Journey.objects.get(starter="call_centre")
    Idea.objects.create(
        journey=row,
        pos=99,
        text="Wait there with them " * 14,
        kind="treat",
        aim="trust",
        principle="Why " * 99,
    )
    Step.objects.create(
        journey=row, pos=99, title="Wide " * 24, note="n " * 500, feel_note="f " * 99
    )
    cookies = [
        {"name": name, "value": morsel.value}
        for name, morsel in signed_in(house.agent).cookies.items()
    ]

    def open_page(name, query="", width=800):
        path = reverse(name, args=[] if name == "journey_import" else [row.pk])
        return phone(path + query, cookies=cookies, width=width)

    return open_page


@pytest.mark.parametrize(
    ("paper", "box", "size"),
    [("a4", "595 842", (210 * MM, 297 * MM)), ("letter", "612 792", (8.5 * 96, 11 * 96))],
)
def test_cards_print_eight_to_a_page(at, paper, box, size):
    page = at("journey_cards", f"?paper={paper}")
    page.emulate_media(media="print")
    sheets = page.evaluate(SHEETS)
    assert [sheet["cards"] for sheet in sheets] == [8] * len(sheets)
    assert all(sheet["inside"] and sheet["sizes"] <= 2 for sheet in sheets)
    assert {(round(sheet["width"]), round(sheet["height"])) for sheet in sheets} == {
        (round(size[0]), round(size[1]))
    }
    assert [text for sheet in sheets for text in sheet["spilt"]] == []
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == len(sheets)
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert {" ".join(str(round(float(side))) for side in sides) for sides in boxes} == {box}


def test_a_neon_card_shows_what_it_is_made_of_without_colour(at):
    page = at("journey_cards")
    edges = {
        kind: page.eval_on_selector(
            f".cut.{kind}", "card => getComputedStyle(card, '::before').borderTopStyle"
        )
        for kind in ("word", "effort", "treat")
    }
    assert edges == {"word": "solid", "effort": "double", "treat": "dotted"}
    words = page.eval_on_selector_all(
        ".cut.treat .tag > span:first-child", "all => all.map(e => e.innerText)"
    )
    assert set(words) == {"treat"}


@pytest.mark.parametrize("name", ["journey_cards", "journey_import", "journey_idea_add", "journey"])
def test_the_pages_hold_the_bars_on_a_phone_and_at_a_desk(at, name):
    for width in (320, 360, 1440):
        page = at(name, width=width)
        rules = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
        found = Axe().run(page, options=rules).response["violations"]
        assert [rule["id"] for rule in found] == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_journey_is_typed_looked_at_and_laid(at):
    page = at("journey_import", width=360)
    page.fill("#id_text", "# The last ferry\nStands at the gate\n- A blanket (treat)")
    page.click("text=Look at it first")
    assert page.inner_text("section h3") == "The last ferry"
    page.click("text=Lay it as a new journey")
    assert page.inner_text("h1") == "The last ferry"
    assert page.inner_text(".neon.treat h3") == "A blanket"


def test_what_is_taken_along_stays_within_a_phone(at):
    page = at("journey", width=320)
    page.click("summary:has-text('Take it with you')")
    box = page.locator("details.menu[open] ul").last.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
