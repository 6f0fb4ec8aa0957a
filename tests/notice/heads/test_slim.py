"""A head of few n-grams: chosen by a first lesson, taught again without the others."""

import numpy as np

from neoncard.notice.engine.heads import learn
from neoncard.notice.engine.heads.rows import Row

SAID = {
    "thanks": ["thank you so much", "many thanks again", "thanks a lot for that"],
    "": ["where is my parcel", "the parcel is late", "my card was refused"],
}
ROWS = [
    Row(f"{text} {end}", frozenset([label] if label else []))
    for label, texts in SAID.items()
    for text in texts
    for end in ("today", "sir", "please", "now", "")
]
BITS, COST = 12, 1.0
TRUTH = np.array([[1 if row.labels else -1] for row in ROWS], np.int8)
GRAMS = learn.counted(ROWS, BITS, before=False)


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("column", "gain", "each", "bias")
    )


def test_without_a_most_or_with_a_large_one_all_are_kept():
    whole = learn.taught(GRAMS, TRUTH, BITS, COST)
    assert same(learn.slim(GRAMS, TRUTH, BITS, COST, 0), whole)
    assert same(learn.slim(GRAMS, TRUTH, BITS, COST, len(whole.gain)), whole)


def test_the_greatest_are_kept_and_taught_as_if_there_were_no_others():
    whole = learn.taught(GRAMS, TRUTH, BITS, COST)
    few = learn.slim(GRAMS, TRUTH, BITS, COST, 20)
    size = np.abs(whole.each * whole.gain[:, None]).max(axis=1)
    known = np.flatnonzero(whole.column >= 0)
    kept = np.zeros(len(whole.column), bool)
    kept[known[size >= np.sort(size)[-20]]] = True
    assert 20 <= kept.sum() < len(known)
    assert np.array_equal(few.column >= 0, kept)
    assert same(few, learn.taught(GRAMS.only(kept), TRUTH, BITS, COST))
    assert not np.array_equal(few.each, whole.each[whole.column[kept]])
    assert ((learn.margins(GRAMS, few) > 0) == (TRUTH > 0)).all()


def test_only_takes_n_grams_and_leaves_rows():
    none = GRAMS.only(np.zeros(len(learn.taught(GRAMS, TRUTH, BITS, COST).column), bool))
    assert len(none.buckets) == 0
    assert none.ends.tolist() == [0] * (len(ROWS) + 1)
    every = GRAMS.only(np.ones(len(learn.taught(GRAMS, TRUTH, BITS, COST).column), bool))
    assert np.array_equal(every.buckets, GRAMS.buckets)
    assert np.array_equal(every.counts, GRAMS.counts)
    assert np.array_equal(every.ends, GRAMS.ends)


def test_a_slim_head_is_written_with_its_n_grams_alone():
    made, _, _ = learn.learn(ROWS, bits=BITS, cost=COST, most=20)
    few = learn.slim(GRAMS, TRUTH, BITS, COST, 20)
    assert made.arrays["buckets"].tolist() == np.flatnonzero(few.column >= 0).tolist()
