"""The pieces of many messages by kernels are those of each by Python, in any alphabet."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neoncard.notice.engine.boilerplate import names_of
from neoncard.notice.engine.columns import batch_of
from neoncard.notice.engine.masks import KEYS, Pieces
from neoncard.notice.engine.pieces import pieces

said = st.text("aZzé’'“”…. ,\u00a0ßσЖя😀日A1@\n\t!?)]-:/w_", max_size=80) | st.text(max_size=40)
names = st.sampled_from([None, "Zoë O’Brien", "Émile", "Will Smith", "王 小明"])
rows = st.fixed_dictionaries(
    {"text": said, "role": st.just("agent"), "customer_name": names, "agent_name": names}
)


def by_python(row):
    """A row's pieces as the kernel writes them: start, end, and its keys."""
    return [
        (one.start, one.end, (keys := (one.key, *one.bands())) + (0,) * (KEYS - len(keys)))
        for one in pieces(row["text"], names_of(row))
    ]


@given(st.lists(rows, min_size=1, max_size=8))
def test_many_are_each(some):
    found = Pieces(batch_of(some), np.arange(len(some)))
    mine = {number: [] for number in range(len(some)) if number not in found.by_hand}
    for (row, start, end), keys in zip(found.spans.tolist(), found.keys.tolist(), strict=True):
        mine[row].append((start, end, tuple(keys)))
    assert mine == {number: by_python(some[number]) for number in mine}


def test_python_is_asked_only_where_a_letter_hangs_on_what_follows():
    some = ["¿Qué tal? Schöne Grüße – “bye” 😀 日本 Жук", "ΟΔΟΣ", "İstanbul", "𠀀"]
    rows = [{"text": text, "role": "agent"} for text in some]
    assert Pieces(batch_of(rows), np.arange(4)).by_hand.tolist() == [1, 2, 3]
