"""What somebody wrote, apart from what their program quoted: six languages, two ways of answering, and nothing too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.connectors.quotes import own_words

OURS = ("help@ferries.test", "@ferries.test")
ANSWER = (
    "Dear Maren,\n\nthe last ferry to Harl leaves at 21:40 tonight, and I kept two places for you\n"
    "and the cello. Please come to gate three, the crew knows.\n\nInes Albers"
)
QUOTED = "\n".join(f"> {line}".rstrip() for line in ANSWER.split("\n"))

WROTE = {
    "en": "On Sun, 3 May 2026 at 09:05, Ines Albers <ines@ferries.test> wrote:",
    "de": "Am So., 3. Mai 2026 um 09:05 Uhr schrieb Ines Albers <ines@ferries.test>:",
    "fr": "Le dim. 3 mai 2026 à 09:05, Ines Albers <ines@ferries.test> a écrit :",
    "es": "El dom, 3 may 2026 a las 9:05, Ines Albers (<ines@ferries.test>) escribió:",
    "it": "Il giorno dom 3 mag 2026 alle ore 09:05 Ines Albers <ines@ferries.test> ha scritto:",
    "nl": "Op zo 3 mei 2026 om 09:05 schreef Ines Albers <ines@ferries.test>:",
    "pl": "niedz., 3 maj 2026 o 09:05 Ines Albers <ines@ferries.test> napisał(a):",
    "ja": "2026年5月3日(日) 9:05 Ines Albers <ines@ferries.test>:",
    "fi": "su 3. toukok. 2026 klo 9.05 Ines Albers (ines@ferries.test) kirjoitti:",
}
HEADS = {
    "en": "From: Ines Albers <ines@ferries.test>\nSent: Sunday, 3 May 2026 09:05\nTo: Maren\nSubject: Harl",
    "de": "Von: Ines Albers <ines@ferries.test>\nGesendet: Sonntag, 3. Mai 2026 09:05\nAn: Maren\nBetreff: Harl",
    "fr": "De : Ines Albers <ines@ferries.test>\nEnvoyé : dimanche 3 mai 2026 09:05\nÀ : Maren\nObjet : Harl",
    "es": "De: Ines Albers <ines@ferries.test>\nEnviado: domingo, 3 de mayo de 2026 9:05\nPara: Maren\nAsunto: Harl",
    "it": "Da: Ines Albers <ines@ferries.test>\nInviato: domenica 3 maggio 2026 09:05\nA: Maren\nOggetto: Harl",
    "nl": "Van: Ines Albers <ines@ferries.test>\nVerzonden: zondag 3 mei 2026 09:05\nAan: Maren\nOnderwerp: Harl",
}
BY_NAME = {
    "en": "On 3 May 2026, at 09:05, Ines Albers wrote:",
    "de": "Am 03.05.2026 um 09:05 schrieb Ines Albers:",
    "fr": "Le 3 mai 2026 à 09:05, Ines Albers a écrit :",
    "es": "El 3 may 2026, a las 9:05, Ines Albers escribió:",
    "it": "Il giorno 3 mag 2026, alle ore 09:05, Ines Albers ha scritto:",
    "nl": "Op 3 mei 2026 om 09:05 schreef Ines Albers:",
}
THANKS = "Thank you so much, you saved our evening!\n\nMaren"


@pytest.mark.parametrize("lang", sorted(WROTE))
@pytest.mark.parametrize("before", ["", ANSWER])
def test_an_answer_above_a_marked_quote(lang, before):
    text = f"{THANKS}\n\n{WROTE[lang]}\n\n{QUOTED}\n"
    assert own_words(text, before=before, addresses=OURS)[0] == THANKS


@pytest.mark.parametrize("lang", sorted(WROTE))
def test_an_answer_below_a_marked_quote(lang):
    text = f"{WROTE[lang]}\n{QUOTED}\n\n{THANKS}\n"
    assert own_words(text, before=ANSWER, addresses=OURS)[0] == THANKS


@pytest.mark.parametrize("lang", sorted(HEADS))
@pytest.mark.parametrize("rule", ["", "-----Original-----\n", "________________________________\n"])
def test_an_answer_above_a_block_of_headers(lang, rule):
    text = f"{THANKS}\n\n{rule}{HEADS[lang]}\n\n{ANSWER}\n"
    assert own_words(text, addresses=OURS) == (THANKS, "address")


@pytest.mark.parametrize("lang", sorted(BY_NAME))
def test_an_attribution_without_an_address(lang):
    text = f"{THANKS}\n\n{BY_NAME[lang]}\n\n{QUOTED}\n"
    assert own_words(text, before=ANSWER, addresses=OURS)[0] == THANKS


def test_answers_between_the_lines():
    text = (
        f"{WROTE['en']}\n> the last ferry to Harl leaves at 21:40 tonight, and I kept two places for you\n\n"
        "Two are perfect.\n\n> Please come to gate three, the crew knows.\n\nWe will. You are a star.\n"
    )
    assert (
        own_words(text, before=ANSWER, addresses=OURS)[0]
        == "Two are perfect.\n\nWe will. You are a star."
    )


def test_a_quote_without_marks_or_header_that_was_wrapped_anew_is_known_by_its_words():
    wrapped = ANSWER.replace("\n", " ").replace("and I kept", "\nand I kept")
    text = f"{THANKS}\n\n{wrapped}"
    assert own_words(text, before=ANSWER, addresses=OURS) == (THANKS, "held")


def test_an_attribution_broken_over_two_lines():
    text = f"{THANKS}\n\nOn Sun, 3 May 2026 at 09:05, Ines Albers <\nines@ferries.test> wrote:\n\n{QUOTED}"
    assert own_words(text, addresses=OURS)[0] == THANKS
    text = f"{THANKS}\n\nOn Sun, 3 May 2026 at 09:05, Ines Albers <ines@ferries.test>\nwrote:\n\n{QUOTED}"
    assert own_words(text, addresses=OURS)[0] == THANKS


@pytest.mark.parametrize(
    "text",
    [
        "Please write to help@ferries.test, they answer at once.",
        "I wrote to help@ferries.test:\nno answer came.\nWhat now?",
        "From: the bottom of my heart,\nthank you.",
        "Thank you so much for your help, Ines.",
        "The last ferry to Harl leaves at 21:40 tonight: wonderful!",
    ],
)
def test_what_is_no_quote_stays(text):
    assert own_words(text, before=ANSWER + "\nThank you so much", addresses=OURS) == (text, "")


def test_only_a_quote_leaves_nothing():
    assert own_words(f"{WROTE['de']}\n\n{QUOTED}", before=ANSWER, addresses=OURS)[0] == ""


def test_a_line_no_person_wrote_is_not_given_to_the_parser():
    long = "On " + "word " * 20_000
    assert own_words(long, addresses=OURS) == (long.strip(), "")


@given(text=st.text(max_size=400), before=st.text(max_size=400))
def test_nothing_is_ever_added(text, before):
    own, ways = own_words(text, before=before, addresses=OURS)
    given_ = set("".join(text.split()))
    assert set("".join(own.split())) <= given_
    assert ways or "".join(own.split()) == "".join(text.split())
