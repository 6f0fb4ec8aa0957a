"""Boilerplate: masked duplicates over distinct conversations, order-free and mergeable."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neoncard.notice.engine import Boilerplate
from neoncard.notice.engine.boilerplate import CONVERSATIONS
from neoncard.notice.engine.pieces import pieces
from tests.notice.texts import EXAMPLES

MACRO = "Your booking {} is confirmed for {}, {}."


def mask(text: str, *names: str) -> str:
    return pieces(text, names)[0].masked


def said(text: str, conversation: object, role: str = "agent", **more: str) -> dict[str, Any]:
    return {"text": text, "role": role, "conversation": conversation, **more}


def test_a_macro_is_known_by_twenty_conversations_and_five_words() -> None:
    rows = [
        said(MACRO.format(number * 37, "Friday", name), number, customer_name=name)
        for number, name in enumerate(["Anna", "Bo", "Cem", "Di"] * 5)
    ]
    store = Boilerplate.count(rows)
    asked = "Your booking 99 is confirmed for Friday, Zoe."
    assert store.is_boilerplate(asked, "Zoe Ray")
    assert not Boilerplate.count(rows[:19]).is_boilerplate(asked, "Zoe Ray")
    assert not store.is_boilerplate("Your parcel 99 is lost in Porto, Zoe.", "Zoe Ray")


def test_saying_it_often_in_one_conversation_counts_once() -> None:
    rows = [said("Could I have your order number?", number % 19) for number in range(400)]
    store = Boilerplate.count(rows)
    assert store.conversations("could i have your   ORDER number?!") == 19
    assert len(store) == 0


def test_short_texts_customers_and_unknown_conversations_are_no_boilerplate() -> None:
    rows = [said("How can I help?", number) for number in range(30)]
    rows += [said("Could I have your order number?", n, role="customer") for n in range(30)]
    rows += [said("Could I have your order number?", None) for _ in range(30)]
    store = Boilerplate.count(rows)
    assert len(store) == 0
    assert not store.is_boilerplate("How can I help?")
    assert store.conversations("How can I help?") == 20
    assert store.conversations("Could I have your order number?") == 0
    assert 0 < store.likeness("How can I help?") < 0.6
    assert store.likeness("") == store.likeness("Never said.") == 0


def test_an_edited_macro_is_still_one() -> None:
    macro = (
        "I have checked your order with our warehouse and it will leave there tomorrow morning. "
        "You will get a message with the number as soon as it is on its way to you."
    )
    store = Boilerplate.count(said(macro, number) for number in range(20))
    assert store.is_boilerplate(macro.replace("I have", "Marten, I have"))
    assert store.is_boilerplate(macro.replace("your order", "your parcel"))
    own = "I have asked our people in the warehouse; it left this morning and should be with you soon."
    assert not store.is_boilerplate(own)
    assert store.likeness(macro) > store.likeness(macro.replace("order", "parcel")) > 0


def test_sentences_count_as_well_as_messages() -> None:
    store = Boilerplate.count(
        said(f"Word{'x' * number} was said first. Could I have your order number?", number)
        for number in range(CONVERSATIONS)
    )
    assert store.is_boilerplate("Could I have your order number?")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Call 555-1234 by 10:30, please do.", "call 0800 99 by 9pm please do"),
        ("See https://example.org/a?b=1 for it now", "See www.example.com for it now"),
        ("Write to anna.lund@example.org please today", "Write to bo@b.example please today"),
        ("Booking AX7-99 is ready now", "booking 12 is READY now!"),
        ("It’s   here on the table now", "Its here\ton the table now"),
        ("Your driver to North Hill is here", "your driver to Soho is here"),
    ],
)
def test_masks_meet(one: str, other: str) -> None:
    assert mask(one) == mask(other)


def test_names_are_masked_but_not_the_words_they_are() -> None:
    assert mask("Hello anna, I will check", "Anna Lund") == mask("Hello zoe, I will check", "Zoe")
    assert mask("I will check", "Will Park") == mask("I will check")


texts = st.sampled_from(
    [
        "Could I have your order number?",
        "Could I have your order number? I hope the wedding was lovely.",
        "I hope the wedding was lovely.",
        "Ok.",
    ]
)
many = st.lists(st.builds(said, texts, st.integers(0, 25)), max_size=120)


@given(many, st.randoms(use_true_random=False), st.integers(0, 120))
@settings(deadline=None, max_examples=60)
def test_order_and_merging_change_nothing(
    rows: list[dict[str, Any]], rng: random.Random, cut: int
) -> None:
    whole = Boilerplate.count(rows)
    shuffled = [*rows]
    rng.shuffle(shuffled)
    assert Boilerplate.count(shuffled) == whole
    assert Boilerplate.count(rows[:cut]) + Boilerplate.count(rows[cut:]) == whole
    assert Boilerplate.count(rows[cut:]) + Boilerplate.count(rows[:cut]) == whole
    for text in {row["text"] for row in rows}:
        exact = len({row["conversation"] for row in rows if text in row["text"]})
        if text.count(" ") >= 4 and "?" not in text[:-1]:
            assert whole.conversations(text) == min(exact, CONVERSATIONS)


@given(many)
@settings(deadline=None, max_examples=30)
def test_a_store_survives_json(rows: list[dict[str, Any]]) -> None:
    store = Boilerplate.count(rows)
    assert Boilerplate.from_dict(json.loads(json.dumps(store.to_dict()))) == store
    frozen = store.frozen()
    assert Boilerplate.from_dict(frozen.to_dict()) == frozen
    assert len(frozen) == len(store)


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="another version"):
        Boilerplate.from_dict({"v": 1})


def test_memory_is_bounded_and_nothing_is_invented() -> None:
    rows = [
        said(f"{'abcdefghij'[number % 10] * (number // 10 + 1)} is what I wrote here", number)
        for number in range(1_000)
    ]
    store = Boilerplate.count(rows, capacity=100)
    assert store.shed > 0
    assert len(store.to_dict()["seen"]) <= 100
    assert len(store) == 0
    often = [said("Could I have your order number?", number) for number in range(20)]
    assert (store + Boilerplate.count(often)).is_boilerplate("Could I have your order number?")


@pytest.mark.whole
def test_counting_many_is_counting_each(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        said(text, f"c{number % 31}" if number % 7 else None, role, agent_name="Ines Holt")
        for number, text in enumerate(
            [*EXAMPLES, "Größe? Thank you for waiting, Ines, five words."]
        )
        for role in ("agent", "customer")
    ]
    stores = []
    for matcher in ("kernels", "re"):
        monkeypatch.setenv("NEONCARD_NOTICE_MATCHER", matcher)
        stores.append(Boilerplate.count(iter(rows * 2)))
    assert stores[0] == stores[1]
    assert len(stores[0]._seen) > len(EXAMPLES)
