"""What becomes of a customer's words."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neoncard.thank import rules
from neoncard.thank.rules import Given, Verdict, has_link, mask, score_of, tidy, weigh

COARSE = Path(rules.__file__).with_name("coarse.toml")
GO = Verdict(True)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Thank you so much Ines, you made my day",
        "She stayed on the phone until the last ferry had left.",
        "❤️❤️❤️",
        "you are a fucking legend, thank you",
        "On the worst day of my life she sat down with us.",
        "She ran with us, and we still made it to the cocktails.",
        "I hate flying, and he told a joke until we were in the air.",
        "ok",
    ],
)
def test_kind_and_plain_words_pass(words):
    assert weigh(Given(words=words), agent_name="Ines") == GO


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (Given(words="You are a complete idiot."), "hostile"),
        (Given(words="I will find you and break your neck"), "hostile"),
        (Given(words="Great help", name="Idiot"), "hostile"),
        (Given(words="thanks 🖕"), "hostile"),
        (Given(words="Ines is a complete idiot"), "hostile"),
        (Given(words="she was rude and did nothing"), "hostile"),
        (Given(words="what a b!tch, thanks for nothing"), "hostile"),
        (Given(words="BLÖDE KUH"), "hostile"),
        (Given(words="thank you, you slut"), "hostile"),
        (Given(words="Vielen Dank für die schnelle Hilfe"), "unreadable"),
        (Given(words="Muchas gracias por su paciencia, Ines"), "unreadable"),
        (Given(words="どうもありがとうございました"), "unreadable"),
        (Given(words="Tolle Hilfe", lang="de-DE"), "unreadable"),
        (Given(words="Thanks, see https://example.org"), "links"),
        (Given(words="write me at a@example.org"), "links"),
        (Given(words="Lovely", name="casino.com"), "links"),
        (Given(words="I waited for an hour at the ramp", score=1), "unhappy"),
    ],
)
def test_everything_else_waits_and_says_why(given, why):
    assert weigh(given, agent_name="Ines") == Verdict(False, why)


def demo_thanks():
    file = Path(rules.__file__).parents[1] / "demo/data/kindnesses.toml"
    return tomllib.loads(file.read_text())["thank_you"]


@pytest.mark.parametrize("thanks", demo_thanks(), ids=lambda row: row["key"])
def test_the_demos_thanks_go_where_the_demo_says(thanks):
    given = Given(
        words=thanks["words"],
        name=thanks.get("name", ""),
        score=thanks.get("stars"),
        lang=thanks.get("lang", "en"),
    )
    waits = bool(thanks.get("held")) or thanks.get("lang", "en") != "en"
    assert weigh(given, agent_name=thanks["to"].title()).passes is not waits


def test_english_thanks_pass_in_a_conversation_of_another_language():
    assert weigh(Given(words="Thank you so much for your help", lang="de")) == GO


def test_a_low_score_with_thanks_for_the_person_passes():
    assert (
        weigh(Given(words="Thank you Ines, you tried everything", score=1), agent_name="Ines") == GO
    )


def test_every_coarse_word_is_written_as_it_is_compared():
    words = [word for list_ in tomllib.loads(COARSE.read_text()).values() for word in list_]
    assert [w for w in words if w != w.casefold().strip() or not w.isascii()] == []
    assert len(words) == len(set(words))
    held = [w for w in words if not weigh(Given(words=w.replace("*", ""))).passes]
    assert held == words


@settings(deadline=None)  # the first one loads the rules
@given(st.text(), st.text(max_size=80), st.text(max_size=20), st.sampled_from([None, 1, 5]))
def test_a_verdict_never_raises_and_always_says_why(words, name, lang, score):
    verdict = weigh(Given(words=words, name=name, lang=lang, score=score), agent_name=name)
    assert verdict.passes is (verdict.why == "")


@given(st.text(alphabet=st.characters()))
def test_tidy_is_stable_and_leaves_nothing_that_steers_or_breaks(text):
    once = tidy(text)
    assert tidy(once) == once
    assert not set(once) & set("\x00\r\x1b\u202e\u2066\u200f\ufeff")


def test_tidy_keeps_lines_emoji_and_other_scripts():
    assert tidy(" Danke\r\nשלום 👩‍👩‍👧\r") == "Danke\nשלום 👩‍👩‍👧"


@given(st.text())
def test_a_score_is_one_to_five_or_nothing(text):
    assert score_of(text) in {None, 1, 2, 3, 4, 5}


def test_scores():
    assert [score_of(text) for text in ("1", "5", "0", "6", "05", "²", None)] == [
        1,
        5,
        None,
        None,
        None,
        None,
        None,
    ]


def test_links():
    assert [
        has_link(text) for text in ("www.x", "HTTP://x", "a@b.c", "Mr. Smith", "e.g. today")
    ] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_names_are_blanked_the_persons_however_written_the_others_as_written():
    text = "INES's fault, Inesa said. Will will ask Jonas B."
    masked = mask(text, person=["Ines Duarte"], others=["Will Smith", "Jonas B."])
    assert masked == "…'s fault, Inesa said. … will ask …"


@given(st.text(), st.lists(st.text(max_size=12), max_size=4))
def test_masking_never_raises_and_leaves_no_name_standing_alone(text, names):
    masked = mask(text, person=names)
    for name in names:
        if name.strip().isalpha() and len(name.strip()) > 1:
            assert name.strip() not in masked.split()
