"""A language is a folder with the same keys; what it leaves out stays English."""

from pathlib import Path

import pytest

from neoncard import library


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the library's files to write another language into."""
    home = Path(library.__file__).parent
    for name in home.rglob("*.toml"):
        copy = tmp_path / name.relative_to(home)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(name.read_bytes())
    monkeypatch.setattr(library, "files", lambda _package: tmp_path)
    return tmp_path


def test_an_unknown_language_is_english():
    assert library.daily("xx") == library.daily()
    assert library.daily("../en") == library.daily()


def test_a_language_lays_its_texts_over_by_key(elsewhere: Path):
    (elsewhere / "nl").mkdir()
    (elsewhere / "nl" / "daily.toml").write_text(
        '[[idea]]\nkey = "say-when"\ntitle = "Zeg wanneer"\nminutes = 99\n', "utf-8"
    )
    english = {idea.key: idea for idea in library.daily()}
    dutch = {idea.key: idea for idea in library.daily.__wrapped__("nl-BE")}
    assert dutch["say-when"].title == "Zeg wanneer"
    assert dutch["say-when"].detail == english["say-when"].detail
    assert dutch["say-when"].minutes == 1, "only texts are translated"
    assert list(dutch) == list(english)


def test_a_journey_half_translated_keeps_the_rest_english(elsewhere: Path):
    (elsewhere / "de" / "journeys").mkdir(parents=True)
    (elsewhere / "de" / "journeys" / "bank_teller.toml").write_text(
        '[journey]\ntitle = "Ein Konto schließen"\n'
        '[[step]]\nkey = "waits"\ntitle = "Wartet mit einer Nummer"\n'
        '[[idea]]\nkey = "say-his-name"\ncost = "Nichts"\n',
        "utf-8",
    )
    english = {journey.key: journey for journey in library.journeys()}
    german = {journey.key: journey for journey in library.journeys.__wrapped__("de")}
    bank = german.pop("bank_teller")
    assert bank.title == "Ein Konto schließen"
    assert bank.intro == english["bank_teller"].intro
    titles = {step.key: step.title for step in bank.steps}
    assert titles["waits"] == "Wartet mit einer Nummer"
    assert titles["robot"] == "Rings first, and gets the robot"
    assert {idea.key: idea.cost for idea in bank.ideas}["say-his-name"] == "Nichts"
    del english["bank_teller"]
    assert german == english
