"""The face of the engine, which stays: what other rooms may rely on."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import pytest

from neoncard.notice.engine import LABELS, Boilerplate, Mark, Marks, Reader

PROPOSING = {
    "extra_help", "goes_beyond", "personal_touch", "praise", "thanks_by_name", "kind_to_agent",
}  # fmt: skip
AGENT = {
    "name", "warm_greeting", "thanks_customer", "apology", "empathy", "reassurance", "ownership",
    "extra_help", "goes_beyond", "personal_touch", "patience", "humour",
}  # fmt: skip
CUSTOMER = {
    "thanks", "praise", "thanks_by_name", "kind_to_agent", "recommends", "loyal", "leaving",
    "feedback", "complaint", "profanity", "insult", "threat",
}  # fmt: skip


def test_labels_are_those_of_the_design() -> None:
    assert {name for name, label in LABELS.items() if label.role == "agent"} == AGENT
    assert {name for name, label in LABELS.items() if label.role == "customer"} == CUSTOMER
    assert {name for name, label in LABELS.items() if label.proposes_kindness} == PROPOSING


def test_a_mark_is_frozen_and_slotted() -> None:
    mark = Mark("thanks", 0, 6, 0.9, "Thanks", None, "thanks.plain")
    assert [field.name for field in dataclasses.fields(mark)] == [
        "label", "start", "end", "score", "evidence", "boilerplate", "rule",
    ]  # fmt: skip
    assert not hasattr(mark, "__dict__")
    with pytest.raises(dataclasses.FrozenInstanceError):
        mark.label = "praise"  # type: ignore[misc]


def test_rows_come_back_in_order_one_list_each() -> None:
    rows = [
        {"text": "Thanks, Maria!", "role": "customer", "agent_name": "Maria Holt"},
        {"text": "Order 4711.", "role": "customer"},
        {"text": "I'm so sorry about that, Anna.", "role": "agent", "customer_name": "Anna Lund"},
    ]
    read = list(Reader().read(rows))
    assert [[mark.label for mark in marks] for marks in read] == [
        ["thanks", "thanks_by_name"],
        [],
        ["apology", "name"],
    ]
    assert all(mark.boilerplate is None for marks in read for mark in marks)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": "Thank you!", "role": "customer"}, ""),
        ({"text": "", "role": "customer"}, ""),
        ({"text": "Thank you!", "role": "customer", "lang": "en-GB"}, ""),
        ({"text": "Thank you!", "role": "customer", "lang": ""}, ""),
        ({"text": "Thank you!", "role": "customer", "lang": "und"}, ""),
        ({"text": "Thank you!", "role": "customer", "lang": None}, ""),
        ({"text": "Vielen Dank!", "role": "customer", "lang": "de"}, ""),
        ({"text": "Vielen Dank!", "role": "customer", "lang": "fr"}, "language"),
        ({"text": "Merci beaucoup pour tout", "role": "customer", "lang": "de"}, "language"),
        ({"text": "Muchas gracias por su ayuda", "role": "customer"}, ""),
        ({"text": "Спасибо большое", "role": "customer"}, "language"),
        ({"text": "ありがとうございます", "role": "customer"}, "language"),
        ({"text": "Ich habe meine Rechnung nicht bekommen.", "role": "customer"}, ""),
        ({"text": "Je n'ai pas reçu ma commande", "role": "agent"}, "language"),
        ({"text": "Nie dostałem przesyłki, proszę o pomoc", "role": "customer"}, "language"),
        ({"text": "Thank you!", "role": "bot"}, "author"),
        ({"text": "Thank you!"}, "author"),
    ],
)
def test_not_read_is_told_from_read_and_nothing(row: dict[str, str], reason: str) -> None:
    marks = Reader().read_one(row)
    assert (marks.read, marks.reason) == (not reason, reason)
    if reason:
        assert marks == []


def test_marks_are_a_list() -> None:
    assert isinstance(Marks(), list)


def test_version_is_stable_and_short() -> None:
    assert Reader().version == Reader(Boilerplate()).version
    assert len(Reader().version) == 16


@pytest.mark.whole
def test_the_engine_knows_no_django_and_starts_quickly() -> None:
    code = (
        "import sys; from neoncard.notice.engine import Reader; Reader();"
        "print(sorted({name.split('.')[0] for name in sys.modules} & "
        "{'django', 'numpy', 'numba', 'pyarrow', 'scipy'}))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "[]"
