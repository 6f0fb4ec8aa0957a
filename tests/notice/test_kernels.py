"""The kernels against plain Python: folding, language, programs, triggers, and whole batches."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neoncard.notice.engine import Marks, Reader, cues, folding, guards
from neoncard.notice.engine.alphabet import bytes_of
from neoncard.notice.engine.bulk import Bulk
from neoncard.notice.engine.fold import fold
from neoncard.notice.engine.guards import View
from neoncard.notice.engine.language import LANGUAGES, of_words
from neoncard.notice.engine.machine import search, stack
from neoncard.notice.engine.plan import conditions
from neoncard.notice.engine.program import Assembler, Entry, UnsupportedError
from neoncard.notice.engine.ruleset import rules
from neoncard.notice.engine.triggers import TRIGGERS
from tests.notice.texts import EVERY, EXAMPLES, SPOKEN, STORE, rows, shared_utterances, texts

pytestmark = pytest.mark.whole

ODD_ONES = ["Thé Ñ 🙃 thanks 😂", "日本 thank you 🚀🚀 for £5", "٣ days, größe, sorry"]
READER, TOLD = Reader(), Reader(STORE)
FRAMES = stack()


def folded(some: list[str]) -> tuple[Any, Any, Any, Any]:
    said = [one.encode("utf-8", "surrogatepass") for one in some]
    data = np.frombuffer(b"".join(said) + b" ", np.uint8)
    offsets = np.cumsum([0, *map(len, said)], dtype=np.int64)
    low, places = np.empty(len(data), np.uint8), np.empty(len(some) + 1, np.int64)
    flags, lengths = np.empty(len(some), np.uint8), np.empty(len(some), np.int64)
    scratch = np.empty(len(data), np.uint32)
    folding.fold_rows(
        data, offsets[:-1], offsets[1:], folding.tables(), folding.words(), scratch,
        low, places, flags, lengths,
    )  # fmt: skip
    return low, places, flags, lengths


def agree_on_folding(some: list[str]) -> None:
    low, places, flags, lengths = folded(some)
    for index, text in enumerate(some):
        want = fold(text).low
        known = all(ord(char) < 0x20000 for char in text)
        assert lengths[index] == len(text)
        assert bool(flags[index] & folding.UNSURE) == (not known)
        if known:
            assert low[places[index] : places[index + 1]].tobytes() == bytes_of(want)
            assert bool(flags[index] & folding.ODD) == (not want.isascii())
            assert bool(flags[index] & folding.MOVED) == (len(want) != len(text))
            assert flags[index] >> folding.WORDS == of_words(want)


@given(st.lists(texts, max_size=5))
@settings(deadline=None, max_examples=300)
def test_folding_many_is_folding_each(some: list[str]) -> None:
    agree_on_folding(some)


def test_folding_and_language_of_examples_and_edges() -> None:
    agree_on_folding(EVERY)
    agree_on_folding(shared_utterances(20_000))
    filler = "The parcel is blue and the box is square"
    agree_on_folding(
        [
            "", " ", "\n", "\r\n\r\n", "a\r\nb", f"{filler},\nand so on", f"{filler}.\n\nand so",
            f"{filler}\n and", "x" * 1_999 + " é gracias", "b " * 1_500 + "日本", "gracias " * 400,
            "rock'n'roll don't '' a'b'c", "𠀀 hello", "Ich habe está für dich", "K Å ﬀ İ", "¿Ya?", "¡¿", "Hartelijk dank",
            "por favor la cuenta", "não por favor", "merci vielmal", "schöne Grüße " * 300,
        ]
    )  # fmt: skip


def numbers(entry: Entry) -> tuple[int, int, int]:
    return entry.at, entry.first, int(entry.word)


def patterns() -> list[str]:
    every = [rule for language in LANGUAGES for rule in rules(language)]
    found = {rule.source for rule in every if not rule.named}
    for rule in every:
        parts = (rule.not_before, rule.not_after, rule.not_in, rule.not_near, rule.needs)
        found |= {part.pattern for part in parts if part is not None}
    return sorted(found | {v.pattern for v in vars(cues).values() if isinstance(v, re.Pattern)})


def test_every_pattern_has_a_program_that_finds_what_re_finds() -> None:
    assembler = Assembler()
    entries = [(source, assembler.entry(source)) for source in patterns()]
    assert [source for source, entry in entries if entry is None] == []
    program = tuple(assembler.finish())
    some = [fold(text).low for text in [*EVERY, *ODD_ONES]]
    for number, (source, entry) in enumerate(entries):
        assert entry is not None
        pattern = re.compile(source)
        for low in some[number % 11 :: 11]:
            match = pattern.search(low)
            buffer = np.frombuffer(bytes_of(low) or b" ", np.uint8)
            found = search(*program, FRAMES, *numbers(entry), buffer, 0, 0, len(low))
            assert found == (match.span() if match else (-1, -1)), (source, low)


pieces = st.sampled_from(["a", "b", "ab", "[ab]", "[^a]", r"\w", r"\b", ".", "a?", "^", "$", " "])


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    times = st.sampled_from(["", "?", "*", "{1,3}", "{2}", "{0,2}?"])
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map("|".join).map("(?:{})".format),
        st.tuples(inner, times).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        inner.map("(?={})".format),
        inner.map("(?!{})".format),
        st.sampled_from(["(?<=a)", "(?<!b)", r"(?<!\w)", r"(?!\w)"]),
    )


@given(st.recursive(pieces, compound, max_leaves=8), st.text("ab \né日🙄🚀٣", max_size=12))
@settings(deadline=None, max_examples=1_500)
def test_any_pattern_of_the_kind_finds_what_re_finds(source: str, text: str) -> None:
    assembler = Assembler()
    entry = assembler.entry(source)
    if entry is None:
        return
    program = tuple(assembler.finish())
    match = re.compile(source).search(text)
    buffer = np.frombuffer(bytes_of(text) or b" ", np.uint8)
    found = search(*program, FRAMES, *numbers(entry), buffer, 0, 0, len(text))
    assert found == (match.span() if match else (-1, -1))


def test_what_has_no_program_is_said() -> None:
    assembler = Assembler()
    for source in (r"(a)\1", "(?:a?)*b", "(?i:a)", "(?:ab)*?c", "(?>a)b"):
        assert assembler.entry(source) is None
    assert issubclass(UnsupportedError, ValueError)


def test_every_guard_says_when_it_need_not_be_asked() -> None:
    assert set(TRIGGERS) == set(guards.GUARDS) - {"answers_apology"}
    assert all(
        conditions(rule) for language in LANGUAGES for rule in rules(language) if rule.guards
    )


def alike(some: list[dict[str, Any]], reader: Reader) -> None:
    one_by_one = [reader.read_one(row) for row in some]
    bulk = list(Bulk(reader).marks(some))
    assert bulk == one_by_one
    assert [(m.reason, m.language) for m in bulk] == [(m.reason, m.language) for m in one_by_one]


@pytest.mark.parametrize("role", ["agent", "customer"])
def test_kernels_mark_what_python_marks(role: str) -> None:
    said = [*EXAMPLES, *shared_utterances(6_000)]
    alike([{"text": text, "role": role} for text in said], READER)
    alike([{"text": f"Ok.  {text}", "role": role} for text in EXAMPLES], TOLD)
    joined = [" ".join(EXAMPLES[at : at + 9]) for at in range(0, len(EXAMPLES), 9)]
    alike([{"text": text, "role": role, "prev": "I'm sorry, a moment."} for text in joined], READER)


@pytest.mark.parametrize("role", ["agent", "customer"])
@pytest.mark.parametrize("language", ["de", "es"])
def test_kernels_mark_what_python_marks_in_other_languages(language: str, role: str) -> None:
    said = SPOKEN[language]
    names = {"customer_name": "Lena Vogt", "agent_name": "Raúl Vera"}
    joined = [" ".join(said[at : at + 5]) for at in range(0, len(said), 5)]
    alike([{"text": text, "role": role, "lang": language, **names} for text in said], READER)
    alike([{"text": text, "role": role, **names} for text in [*said, *joined]], TOLD)
    alike([{"text": text, "role": role, "lang": language} for text in joined], TOLD)
    found = list(
        Bulk(READER).marks([{"text": one, "role": role, "lang": language} for one in said])
    )
    assert {marks.language for marks in found} == {language}
    assert sum(map(len, found)) >= 15


@given(st.lists(rows, max_size=5), st.sampled_from([READER, TOLD]))
@settings(deadline=None, max_examples=300)
def test_kernels_mark_what_python_marks_in_anything(
    some: list[dict[str, Any]], reader: Reader
) -> None:
    alike(some, reader)


@given(st.lists(rows, max_size=8), st.integers(0, 8))
@settings(deadline=None, max_examples=60)
def test_splitting_a_table_changes_nothing(some: list[dict[str, Any]], cut: int) -> None:
    columns = ("text", "role", "prev", "customer_name", "agent_name", "lang")
    kept = [{key: clean(row.get(key)) for key in columns} for row in some]
    table = pa.table({key: pa.array([row[key] for row in kept], pa.string()) for key in columns})
    whole = TOLD.read_table(table).to_pylist()
    parts = TOLD.read_table(table.slice(0, cut)).to_pylist()
    rest = TOLD.read_table(table.slice(cut)).to_pylist()
    first = min(cut, len(kept))
    assert whole == [*parts, *({**mark, "row": mark["row"] + first} for mark in rest)]
    marks = list(TOLD.read(kept))
    assert whole == [as_row(number, mark) for number, some in enumerate(marks) for mark in some]


def clean(value: str | None) -> str | None:
    return value.encode("utf-8", "replace").decode() if value is not None else None


def as_row(number: int, mark: Any) -> dict[str, Any]:
    return {
        "row": number,
        "label": mark.label,
        "start": mark.start,
        "end": mark.end,
        "score": float(np.float32(mark.score)),
        "evidence": mark.evidence,
        "boilerplate": mark.boilerplate,
        "rule": mark.rule,
    }


def test_a_table_says_what_was_not_read_and_what_it_needs() -> None:
    table = pa.table(
        {
            "text": [
                "Thank you!",
                "Merci beaucoup pour tout",
                None,
                "hi",
                "Das ist eine Frechheit!",
            ],
            "role": ["customer", "customer", "customer", "bot", "customer"],
        }
    )
    found = READER.read_table(table)
    assert found.schema.metadata == {
        b"not_read_language": b"1",
        b"not_read_author": b"1",
        b"read_en": b"1",
        b"read_de": b"1",
        b"read_es": b"0",
    }
    assert found.column("label").to_pylist() == ["thanks", "complaint"]
    assert READER.read_table(table.slice(0, 0)).num_rows == 0
    with pytest.raises(KeyError, match="'role'"):
        READER.read_table(table.select(["text"]))


def test_who_asks_for_re_gets_re_and_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [{"text": text, "role": "customer"} for text in EXAMPLES[:200]]
    monkeypatch.setenv("NEONCARD_NOTICE_MATCHER", "kernels")
    kernels: list[Marks] = list(READER.read(some))
    monkeypatch.setenv("NEONCARD_NOTICE_MATCHER", "re")
    assert list(READER.read(some)) == kernels


def test_a_guard_without_its_triggers_lets_every_hit_stand() -> None:
    """Rules whose hits the kernels passed over, asked of Python: none may object."""
    some = [{"text": text, "role": "customer"} for text in EXAMPLES]
    found = {
        (n, m.rule, m.start) for n, marks in enumerate(Bulk(READER).marks(some)) for m in marks
    }
    for number, rule_id, start in found:
        view = View(EXAMPLES[number])
        mine = [rule for rule in rules() if rule.id == rule_id and not rule.named]
        ends = [m.end() for r in mine for m in r.pattern.finditer(view.low) if m.start() == start]
        assert not ends or any(
            all(guard(view, start, end) for guard in mine[0].guards) for end in ends
        )
