"""The counter kit says the same in each language, and stays on its sheets."""

import pytest

from neoncard import library


@pytest.mark.parametrize("lang", library.KIT_LANGUAGES)
def test_a_language_has_every_piece_and_each_fits_its_sheet(lang):
    kit = library.kit(lang)
    assert (len(kit.five), len(kit.huddle_steps), len(kit.deck)) == (5, 5, 12)
    assert max(len(title) for title, _line in kit.deck) <= 48
    assert max(len(line) for _title, line in kit.deck) <= 80
    assert max(len(step) for step in kit.huddle_steps) <= 110


def test_each_language_is_its_own():
    posters = {library.kit(lang).poster for lang in library.KIT_LANGUAGES}
    assert len(posters) == len(library.KIT_LANGUAGES)
    assert library.kit("fi") == library.kit("en")


@pytest.mark.parametrize(
    ("query", "says"),
    [("", "Five ways"), ("?lang=de", "Fünf Arten"), ("?lang=es&paper=letter", "Cinco maneras")],
)
def test_the_page_prints_it(house, signed_in, query, says):
    html = signed_in(house.agent).get(f"/kit{query}").content.decode()
    assert says in html
    assert ("letter.css" in html) == ("letter" in query)
    assert "qr.svg" not in html, "no thanks page is open"
