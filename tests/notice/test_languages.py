"""German and Spanish: told from other languages, read by rules of their own, and only for labels that were judged good enough."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from neoncard.notice.engine import LABELS, Reader, labels_in, ruleset
from neoncard.notice.engine.fold import fold
from neoncard.notice.engine.guards import View
from neoncard.notice.engine.heads import shipped
from neoncard.notice.engine.hits import named
from neoncard.notice.engine.language import (
    ENGLISH_IS,
    GERMAN,
    GERMAN_IS,
    LANGUAGES,
    SPANISH,
    SPANISH_IS,
    STRANGE,
    UNKNOWN,
    UNREAD,
    of_tag,
    of_words,
    spoken,
)
from neoncard.notice.engine.ruleset import documents
from tests.notice.texts import SPOKEN
from tools.own_texts import texts

READER = Reader()
PROBES = Path(__file__).with_name("probes")
OTHERS = ("de", "es")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("", ENGLISH_IS), ("en", ENGLISH_IS), ("EN_us", ENGLISH_IS), ("und", ENGLISH_IS),
        ("de", GERMAN_IS), ("de-AT", GERMAN_IS), ("DE_ch", GERMAN_IS), ("Deutsch", GERMAN_IS), ("ger", GERMAN_IS),
        ("es", SPANISH_IS), ("es-419", SPANISH_IS), ("spa", SPANISH_IS), ("español", SPANISH_IS),
        ("fr", UNREAD), ("den", UNREAD), ("gsw", UNREAD), ("pt-BR", UNREAD), ("not a language", UNREAD),
    ],
)  # fmt: skip
def test_what_a_tag_means(tag: str, language: int) -> None:
    assert of_tag(tag) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you!", ENGLISH_IS), ("Sorry", ENGLISH_IS), ("", ENGLISH_IS), ("Idiot!", ENGLISH_IS),
        ("Vielen Dank!", GERMAN_IS), ("Ich habe meine Rechnung nicht bekommen.", GERMAN_IS), ("Merci vielmal", GERMAN_IS),
        ("Das ist eine Frechheit", GERMAN_IS), ("fuer alles danke", GERMAN_IS),
        ("Muchas gracias", SPANISH_IS), ("¿Ya?", SPANISH_IS), ("por favor la cuenta", SPANISH_IS),
        ("Ya se que no es culpa suya", SPANISH_IS),
        ("Muito obrigado pela ajuda", UNREAD), ("Grazie mille per l'aiuto", UNREAD), ("Merci beaucoup", UNREAD),
        ("Ik heb mijn pakket niet ontvangen", UNREAD),
        ("Tack så mycket för hjälpen", UNREAD), ("Jeg har ikke modtaget min pakke", UNREAD), ("ありがとう", UNREAD),
        ("Hartelijk dank", UNKNOWN), ("Děkuji vám za rychlou pomoc", UNKNOWN),
    ],
)  # fmt: skip
def test_what_words_say(text: str, language: int) -> None:
    assert of_words(fold(text).low) == language


def test_a_tag_comes_first_and_plain_words_of_another_language_beat_it() -> None:
    said = range(UNKNOWN + 1)
    assert [spoken(ENGLISH_IS, words) for words in said] == [0, 1, 2, UNREAD, UNREAD]
    assert [spoken(GERMAN_IS, words) for words in said] == [1, 1, UNREAD, UNREAD, 1]
    assert [spoken(SPANISH_IS, words) for words in said] == [2, UNREAD, 2, UNREAD, 2]
    assert {spoken(UNREAD, words) for words in said} == {UNREAD}


def test_words_that_tell_a_language_tell_one() -> None:
    assert GERMAN & SPANISH == GERMAN & STRANGE == SPANISH & STRANGE == frozenset()


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_of_one_language_are_never_taken_for_another(language: str) -> None:
    number, others = LANGUAGES.index(language), {GERMAN_IS, SPANISH_IS}
    found = {text: of_words(fold(text).low) for text in SPOKEN[language]}
    assert [text for text, said in found.items() if said in others - {number}] == []


def labels_of(language: str) -> list[dict[str, Any]]:
    return list(documents(language))


@pytest.mark.parametrize("language", OTHERS)
def test_labels_of_a_language_are_labels_with_examples_and_keep_their_meaning(
    language: str,
) -> None:
    found = labels_of(language)
    assert labels_in(language) == {doc["label"] for doc in found} < set(LABELS)
    for doc in found:
        assert not {"role", "definition", "proposes_kindness"} & set(doc)
        for kind in ("must", "must_not"):
            some = [str(one) for one in doc["examples"][kind]]
            assert len(some) == len(set(some)) >= 3


@pytest.mark.parametrize("language", OTHERS)
def test_examples_of_other_languages(language: str) -> None:
    wrong = []
    for doc in labels_of(language):
        label = doc["label"]
        for kind in ("must", "must_not"):
            for one in doc["examples"][kind]:
                row = {"text": one} if isinstance(one, str) else one
                marks = READER.read_one({**row, "role": LABELS[label].role, "lang": language})
                if (label in {mark.label for mark in marks}) != (kind == "must"):
                    wrong.append((label, kind, one))
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_probes_of_other_languages(language: str) -> None:
    """Half of the families were held back while rules were worked on; the floors lie just under what was reached."""
    right: dict[tuple[bool, bool], list[bool]] = {}
    labels = set()
    for each in texts(PROBES / language):
        if each.label in labels_in(language):
            labels.add(each.label)
            marked = {mark.label for mark in READER.read_one(each.row | {"lang": language})}
            must = each.label in each.labels
            right.setdefault((each.held_back, must), []).append((each.label in marked) == must)
    assert labels == labels_in(language)
    assert sum(map(len, right.values())) == 24 * len(labels)
    assert min(fmean(right[False, must]) for must in (True, False)) >= 0.97
    assert min(fmean(right[True, must]) for must in (True, False)) >= 0.93


def test_no_head_is_asked_about_german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "mine", lambda: pytest.fail("a head was asked"))
    row = {"text": "Sie sind ein Idiot. Das ist eine Frechheit!", "role": "customer"}
    marks = READER.read_one(row)
    assert {mark.label for mark in marks} == {"insult", "complaint"}
    assert marks.language == "de"
    assert not any(mark.by_head for mark in marks)


def test_a_long_german_message_is_read_to_its_end() -> None:
    text = "Das Paket ist blau und die Kiste ist viereckig. " * 200 + "Das ist eine Frechheit!"
    marks = READER.read_one({"text": text, "role": "customer"})
    assert [mark.evidence for mark in marks] == ["Frechheit"]
    assert marks.language == "de"


@pytest.mark.parametrize(
    "head",
    [
        "Am 3. Mai schrieb Maria Holt:",
        "El lunes 3 de mayo, Maria Holt escribió:",
        "-----Ursprüngliche Nachricht-----",
        "----- Mensaje original -----",
        "> ",
    ],
)
def test_quoted_mail_in_german_and_spanish_is_anothers_words(head: str) -> None:
    mail = f"Das Geld ist nicht da.\n\n{head}\nDas ist eine Frechheit!"
    quoted = mail.replace(f"{head}\n", head) if head == "> " else mail
    row = {"text": quoted, "role": "customer", "lang": "de"}
    assert READER.read_one(row) == []
    assert READER.read_one({**row, "text": mail.replace(head, "Heute:")}) != []


def test_without_a_rule_for_names_none_is_looked_for() -> None:
    row = {"text": "Hallo Anna!", "customer_name": "Anna Lund"}
    assert named(row, View(row["text"]), "agent", None) == []


def rule(**entry: Any) -> list[ruleset.Rule]:
    doc = {"label": "thanks", "guards": []}
    return list(ruleset._rules_of(doc, {"id": "thanks.x", "any": ["für"], **entry}, {}, "de"))


def test_what_a_pattern_of_another_language_takes_and_refuses() -> None:
    (made,) = rule(guards=["hypothetical"], not_near="früher", not_before="nur ")
    assert {word for word in ("für", "fuer", "fur") if made.pattern.search(word)} == {"für", "fuer", "fur"}  # fmt: skip
    assert made.not_near is not None
    assert made.not_near.search("frueher")
    assert made.not_before is not None
    assert all(made.not_before.search(before) for before in ("nur ", "wenn das "))
    (exact,) = rule(any=["w[ä]re"])
    assert exact.pattern.search("ware") is None
    with pytest.raises(ValueError, match=r"no such guard in rules/de/_guards.toml: \['lasting'\]"):
        rule(guards=["lasting"])
