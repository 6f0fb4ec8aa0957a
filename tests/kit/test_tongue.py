"""The language of a letter: sure, or not said."""

import itertools

import pytest

from neoncard.kit import tongue


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Hello, is the last ferry gone? I have been waiting for an hour."),
        ("en", "Thanks, I've got it."),
        ("de", "Guten Tag, wo ist mein Koffer? Ich warte seit einer Stunde."),
        ("de", "Danke, das hat sehr geholfen!"),
        ("es", "Hola, ¿dónde está mi maleta? Llevo una hora esperando."),
        ("es", "Muchas gracias por su ayuda"),
        ("", "Bonjour, où est ma valise ? Cela fait une heure que j'attends, merci de votre aide."),
        ("", "Olá, onde está a minha mala? Já estou há uma hora à espera, obrigada pela ajuda."),
        ("", "Goedemiddag, waar is mijn koffer? Ik wacht al een uur en niemand weet iets."),
        ("", "荷物はどこですか。"),
        ("", "OK 4711"),
        ("", ""),
    ],
)
def test_a_language_is_told_by_its_small_words(lang, text):
    assert tongue.spoken([text]) == lang


def test_the_order_of_the_messages_does_not_matter():
    texts = ["Ok", "Wo ist mein Koffer?", "Thanks"]
    assert {tongue.spoken(some) for some in itertools.permutations(texts)} == {"de"}


def test_no_small_word_is_of_two_languages():
    for one, other in itertools.combinations(tongue._SMALL.values(), 2):
        assert one & other == frozenset()
