"""The kernel gives what `grams.py` defines, for any bytes, batched in any way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neoncard.notice.engine.heads import Scorer, grams, kernel, learn
from neoncard.notice.engine.heads.rows import Row
from neoncard.notice.engine.heads.scorer import joined_up, sentences

from .made import many_labels, rows

pytestmark = pytest.mark.whole

LETTERS = st.sampled_from([*b"aabz'AZ09 .!?\n", 0xC3, 0xA9, 0xE2, 0x80, 0x99, 0x8D, 0xF0, 0x9F, 0xEF, 0xB8, 0x8F, 0])  # fmt: skip
ANY = st.binary(max_size=60) | st.lists(LETTERS, max_size=60).map(bytes)
TEXTS = st.lists(st.text(st.characters(), max_size=80), max_size=6)


def side_by_side(texts):
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=offsets[1:])
    return np.frombuffer(b"".join(texts), np.uint8), offsets


CLASSES = grams.class_numbers([["a", "aa", "az"], ["bb", "!", "é"], ["ba", "a"]])


@pytest.mark.parametrize("before", [False, True])
@settings(max_examples=300)
@given(st.lists(ANY, max_size=5), st.sampled_from([{}, CLASSES]))
def test_the_kernel_finds_the_grams_as_defined(before, texts, classes):
    found, ends = kernel.gather(*side_by_side(texts), 14, before, *learn.class_arrays(classes))
    for number, text in enumerate(texts):
        mine = sorted(found[ends[number] : ends[number + 1]].tolist())
        assert mine == sorted(grams.grams(text, 14, before=before, classes=classes))


def test_a_word_is_read_as_its_class_too():
    same = [set(grams.grams(text, 14, classes=CLASSES)) for text in (b"it is aa", b"it is az")]
    shared = {bucket >> 14 for bucket in same[0] & same[1]}
    assert grams.CLASSES in shared
    assert {bucket for bucket in same[0] ^ same[1] if bucket >> 14 == grams.CLASSES} == set()
    assert {bucket >> 14 for bucket in grams.grams(b"it is", 14, classes=CLASSES)} == {
        grams.WORDS,
        grams.LETTERS,
    }


def test_of_a_word_in_two_classes_the_first_counts():
    assert sorted(CLASSES.values()) == [1, 1, 1, 2, 2, 2, 3]


def test_a_long_message_counts_up_to_a_limit():
    text = b"abc de. " * 4000
    found, _ = kernel.gather(*side_by_side([text]), 14, False, *learn.class_arrays({}))
    assert sorted(found.tolist()) == sorted(grams.grams(text[: grams.LIMIT], 14))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("It’s GREAT", "it's great"),
        ("soooooo good!!!!!", "soo good!!"),
        ("“thanks”…", '"thanks".'),
        ("a\u200db\ufe0f", "ab"),
        ("1000000", "1000000"),
        ("a—b", "a-b"),
    ],
)
def test_what_looks_alike_is_read_alike(text, same):
    assert grams.fold(text.encode()) == same.encode()
    assert grams.fold(same.encode()) == same.encode()


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Scorers with and without machine code of: rival labels; labels of roles; with prev; with classes."""
    found = []
    sets = (
        [Row(row["text"], frozenset([row["label"]]), single=True) for row in rows()],
        [
            Row(row["text"], frozenset(row["labels"]), role="customer" if n % 3 else "agent")
            for n, row in enumerate(many_labels())
        ],
        [Row(row["text"], frozenset(row["labels"]), prev=row["text"][:9]) for row in many_labels()],
        [Row(row["text"], frozenset(row["labels"])) for row in many_labels()],
    )
    words = grams.class_numbers([["you", "your"], ["idiot", "stupid", "a"], ["!"]])
    for number, taught in enumerate(sets):
        folder = tmp_path_factory.mktemp(f"head{number}")
        learn.learn(taught, bits=14, classes=words if number == 3 else {})[0].write(folder)
        found.append((Scorer.load(folder), Scorer.load(folder, numba=False)))
    return found


@pytest.mark.parametrize("which", [0, 1, 2, 3])
@settings(max_examples=100, deadline=None)
@given(TEXTS, st.data())
def test_without_machine_code_the_numbers_are_the_same(both, which, texts, data):
    fast, slow = both[which]
    roles = data.draw(st.lists(st.sampled_from(["agent", "customer", ""]), min_size=6, max_size=6))
    asked = (texts, roles[: len(texts)] or None, texts[::-1])
    mine = fast.texts(*asked)
    assert np.array_equal(mine, slow.texts(*asked))
    assert ((mine >= 0) & (mine <= 1)).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(ANY, min_size=1, max_size=8), st.integers(0, 8))
def test_batching_changes_nothing(both, texts, cut):
    scorer = both[0][0]

    def score(part):
        return scorer.score(*side_by_side(part), np.full(len(part), 2, np.uint8))

    apart = np.concatenate([score(texts[:cut]), score(texts[cut:])])
    assert np.array_equal(score(texts), apart)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=120) | st.text("ab.!?\n ", max_size=60))
def test_evidence_lies_inside_the_text(both, text):
    start, end = both[0][0].evidence(text, "rude")
    assert 0 <= start <= end <= len(text)
    if text.strip():
        assert text[start:end].strip() == text[start:end] != ""


def test_evidence_is_the_sentence_that_moves_the_head(both):
    text = "Where is my parcel? You idiot, shut up! Thanks a lot."
    scorer = both[0][0]
    for label, sentence in (("rude", "You idiot, shut up!"), ("thanks", "Thanks a lot.")):
        start, end = scorer.evidence(text, label)
        assert text[start:end] == sentence


def test_the_evidence_of_many_is_each_ones(both):
    texts = ["You idiot! Thanks a lot. Bye", "", "ok", "a. b. you stupid. idiot.", "...", "thanks"]
    labels = ["rude", "thanks", "rude", "rude", "thanks", "thanks"]
    for which in (0, 3):
        fast, slow = both[which]
        alone = [slow.evidence(*each) for each in zip(texts, labels, strict=True)]
        assert fast.evidences(texts, labels) == slow.evidences(texts, labels) == alone


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=80) | st.text("ab.!?)'\"\n \x1c\u2003é😀", max_size=40), max_size=6), st.data())  # fmt: skip
def test_the_sentences_of_many_are_each_ones(both, texts, data):
    labels = [data.draw(st.sampled_from(both[0][0].labels)) for _ in texts]
    alone = [both[0][1].evidence(*each) for each in zip(texts, labels, strict=True)]
    assert both[0][0].evidences(texts, labels) == alone


def test_sentences_end_at_a_stop_or_a_line():
    text = ' One. "Two!" three 3.5\nfour '
    assert [text[a:b] for a, b in sentences(text)] == ["One.", '"Two!"', "three 3.5", "four"]
    assert sentences(" \n ") == []


def test_a_label_of_another_role_scores_nothing(both):
    scorer = both[1][0]
    assert {label.name: label.role for label in scorer.details} == {
        "rude": "customer",
        "thanks": "agent",
    }
    rude, thanks = scorer.labels.index("rude"), scorer.labels.index("thanks")
    scores = scorer.texts(["you idiot, thanks a lot"] * 3, ["agent", "customer", ""])
    assert scores[0, rude] == scores[1, thanks] == 0
    assert scores[1, rude] == scores[2, rude] > 0.1
    assert scores[0, thanks] == scores[2, thanks] > 0.1


def test_joined_texts_let_lone_surrogates_through():
    joined, offsets = joined_up(["a\ud800", "", "é"])
    assert offsets.tolist() == [0, 4, 4, 6]
    assert joined.tobytes() == b"a\xed\xa0\x80\xc3\xa9"
