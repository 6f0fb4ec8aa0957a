"""The counter kit on paper: as many sheets as it has, nothing over an edge, and nothing said by colour alone."""

import re

import pytest

from neoncard.thank import actions
from tests import make
from tests.browser.person import sitting
from tests.keyboard import cookie

pytestmark = pytest.mark.browser

MM = 96 / 25.4
SHEETS = """() => [...document.querySelectorAll('.sheet-of')].map(sheet => {
    const whole = sheet.getBoundingClientRect();
    const inner = [...sheet.querySelectorAll('*')];
    const outside = inner.filter(one => {
        const at = one.getBoundingClientRect();
        return at.left < whole.left - 0.5 || at.right > whole.right + 0.5
            || at.top < whole.top - 0.5 || at.bottom > whole.bottom + 0.5;
    });
    const clipped = inner.filter(one => getComputedStyle(one).overflow !== 'visible'
        && (one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1));
    const card = sheet.querySelector('.colour > .cut') || sheet.querySelector('.cut');
    const edge = card && getComputedStyle(card, '::before');
    return {
        size: [Math.round(whole.width), Math.round(whole.height)],
        spilt: [...outside, ...clipped].map(one => one.textContent.trim().slice(0, 60)),
        ink: [...new Set(inner.filter(one => one.textContent.trim()).map(one => getComputedStyle(one).color))],
        paper: getComputedStyle(sheet).backgroundColor,
        fill: edge ? edge.backgroundColor : '',
        edge: edge ? `${edge.borderTopStyle} ${edge.borderTopWidth}` : '',
    };
})"""


def luminance(colour):
    """How light a colour is on paper that knows only grey, 0 to 1."""
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    channels = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


@pytest.mark.parametrize(
    ("paper", "box", "size"),
    [("a4", "595 842", (210 * MM, 297 * MM)), ("letter", "612 792", (8.5 * 96, 11 * 96))],
)
def test_the_kit_prints_sheet_by_sheet_and_reads_in_grey(phone, signed_in, paper, box, size):
    house = make.house()
    house.agent.known_as = "Anna-Katharina"
    house.agent.save()
    house.organisation.name = "Harbour and Island Ferries"
    house.organisation.save()
    actions.open_page(member=house.agent)
    page = phone(cookies=cookie(signed_in, house.agent), width=800)
    for lang in ("en", "de", "es"):
        page.goto(f"/kit?paper={paper}&lang={lang}")
        page.evaluate("async () => { await document.fonts.ready }")
        page.emulate_media(media="print")
        sheets = page.evaluate(SHEETS)
        assert len(sheets) == 7
        assert {tuple(sheet["size"]) for sheet in sheets} == {(round(size[0]), round(size[1]))}
        assert [text for sheet in sheets for text in sheet["spilt"]] == []
        assert {ink for sheet in sheets for ink in sheet["ink"]} == {"rgb(0, 0, 0)"}
        fills = [sheet["fill"] or sheet["paper"] for sheet in sheets]
        papers = [fill for fill in fills if "rgba(0, 0, 0, 0)" not in fill]
        assert min(luminance(fill) for fill in papers) > 0.5  # black on it: over 10 to 1
        words, effort = [sheet["edge"] for sheet in sheets if sheet["fill"]][-2:]
        assert words != effort
        pdf = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == len(sheets)
        boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
        assert {" ".join(str(round(float(side))) for side in sides) for sides in boxes} == {box}


def test_the_kit_is_found_and_chosen_by_keyboard_on_a_phone(phone, signed_in):
    house = make.house()
    actions.open_page(member=house.agent)
    ines = sitting("keyboard", phone, signed_in)(house.agent).to("/me")
    ines.press("The counter kit", "link").sees("Five ways to make their day").well()
    ines.press("Letter", "link").press("Deutsch", "link").sees("Fünf").well()
    ines.press("Español", "link").sees("Cinco").well()
    assert ines.page.url.endswith("/kit?lang=es&paper=letter")
