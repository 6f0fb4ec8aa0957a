"""Reading: spans in any text, no error on any text, nothing by batches, long and hostile texts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neoncard.notice.engine import LABELS, Boilerplate, Reader
from neoncard.notice.engine.fold import fold
from neoncard.notice.engine.reader import LONGEST, MOST, WINDOW
from tests.notice.texts import EXAMPLES, MACRO, STORE, rows

READER = Reader()


@pytest.mark.whole
@given(rows, st.sampled_from([None, STORE]))
@settings(deadline=None, max_examples=300)
def test_every_span_is_its_evidence(row: dict[str, Any], store: Boilerplate | None) -> None:
    marks = Reader(store).read_one(row)
    for mark in marks:
        assert 0 <= mark.start < mark.end <= len(row["text"])
        assert row["text"][mark.start : mark.end] == mark.evidence
        assert 0 < mark.score <= 1
        assert LABELS[mark.label].role == row["role"]
        assert (mark.boilerplate is None) == (store is None)
    places = [(mark.start, mark.end, mark.label) for mark in marks]
    assert places == sorted(places)


@given(st.lists(rows, max_size=6), st.integers(0, 6))
@settings(deadline=None, max_examples=60)
def test_batching_changes_nothing(batch: list[dict[str, Any]], cut: int) -> None:
    whole = list(READER.read(batch))
    apart = [*READER.read(batch[:cut]), *READER.read(batch[cut:])]
    alone = [READER.read_one(row) for row in batch]
    assert whole == apart == alone
    assert [m.reason for m in whole] == [m.reason for m in apart] == [m.reason for m in alone]


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=200)
def test_folding_keeps_the_way_back(text: str) -> None:
    folded = fold(text)
    end = 0
    for index, char in enumerate(folded.low):
        first, last = folded.span(index, index + 1)
        assert first == end or text[end:first].isspace()
        assert last > first
        assert char in " \n" or last == first + 1
        end = last
    assert text[end:].strip() == ""


def test_marks_of_one_label_do_not_overlap() -> None:
    for text in EXAMPLES:
        for role in ("agent", "customer"):
            ends: dict[str, int] = {}
            for mark in READER.read_one({"text": text, "role": role}):
                assert mark.start >= ends.get(mark.label, 0)
                ends[mark.label] = mark.end


def test_spans_go_through_wrapped_mail_and_curly_quotes() -> None:
    text = "Hello  there,\n\nI’m so\tsorry  about  the delay with your parcel this week, and\nI'll call you back."
    marks = READER.read_one({"text": text, "role": "agent"})
    assert [(mark.label, mark.evidence) for mark in marks] == [
        ("apology", "I’m so\tsorry  about  the delay with your parcel this week"),
        ("ownership", "I'll call you back"),
    ]


def test_words_of_others_are_not_marked() -> None:
    mail = "It is still broken.\n\nOn Monday Maria wrote:\n> I'm so sorry, thank you for your help!"
    labels = {mark.label for mark in READER.read_one({"text": mail, "role": "customer"})}
    assert "thanks" not in labels


def test_what_came_before_decides_whether_no_problem_is_kind() -> None:
    row = {"text": "No problem at all.", "role": "customer"}
    assert READER.read_one(row) == []
    marks = READER.read_one({**row, "prev": "I'm sorry, this will take a moment."})
    assert [mark.label for mark in marks] == ["kind_to_agent"]


# Whatever backtracks more than it should would not end at 300,000 characters; two are as long as an import allows.
SIZES = {"thank you ": 10_000_000, "a" * 500: 10_000_000}


@pytest.mark.parametrize("role", ["agent", "customer"])
@pytest.mark.parametrize(
    "piece",
    [
        "thank you ", "no thank you ", "very ", "just so very ", "i'll just also now ", "you are ",
        "you're all just really such ", "thanks for ", "i'm still waiting and waiting ", '"', "> ",
        "fuckfuck", "f" * 40 + "u", "ha", "a" * 500, " ", "\n", "sorry, sorry ", "we have been ",
        "İ", "don't worry you're i'll never ", "how are you ", "(", "'", "thank\n", "🙏", "not ",
    ],
)  # fmt: skip
def test_long_texts_of_anything_are_read(piece: str, role: str) -> None:
    text = piece * (SIZES.get(piece, 300_000) // len(piece))
    marks = READER.read_one(
        {"text": text, "role": role, "customer_name": "Will Park", "agent_name": "May Holt"}
    )
    assert len(marks) <= MOST


def test_a_long_message_is_read_in_windows_and_at_both_ends() -> None:
    filler = "The parcel is blue and the box is square. " * 1_500
    text = filler + "Thank you so much! " + filler + "You are the best."
    marks = READER.read_one({"text": text, "role": "customer"})
    assert len(filler) > WINDOW
    assert [(mark.label, mark.evidence) for mark in marks] == [
        ("thanks", "Thank you so much"),
        ("praise", "You are the best"),
    ]
    longer = "Thank you! " + filler * 10 + "You are the best."
    assert len(longer) > LONGEST
    marks = READER.read_one({"text": longer, "role": "customer"})
    assert [mark.label for mark in marks] == ["thanks", "praise"]


def test_boilerplate_is_none_without_a_store_and_told_with_one() -> None:
    macro = MACRO
    row = {"text": macro, "role": "agent", "conversation": "x"}
    own = {"text": "Thank you for carrying my patience through Porto.", "role": "agent"}
    customer = {"text": macro, "role": "customer"}
    assert [m.boilerplate for m in Reader().read_one(row)] == [None]
    told = Reader(STORE.frozen())
    assert [m.boilerplate for m in told.read_one(row)] == [True]
    assert [m.boilerplate for m in told.read_one(own)] == [False]
    assert {m.boilerplate for m in told.read_one(customer)} == {False}
    mixed = {"text": f"I'm sorry about the rain in Porto. {macro}", "role": "agent"}
    assert [(m.label, m.boilerplate) for m in told.read_one(mixed)] == [
        ("apology", False),
        ("thanks_customer", True),
    ]
