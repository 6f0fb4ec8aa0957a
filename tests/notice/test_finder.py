"""What finds literals finds all of them, whatever they and the text are, and says where the last of a rule's ends."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neoncard.notice.engine.alphabet import bytes_of
from neoncard.notice.engine.finder import LETTERS, PADDING, PLACE, candidates, finder, memory_of

letters = "abé 😉'?"
literals = st.frozensets(st.text(letters, min_size=1, max_size=LETTERS + 3), min_size=1, max_size=6)
wants = st.lists(
    st.tuples(literals, st.just(frozenset()) | literals), min_size=1, max_size=90
)  # more than 64: the second word of bits too
texts = st.lists(st.text(letters, max_size=90), min_size=1, max_size=6)


def plainly(asked, text):
    """Which rules a text is worth trying on, and where the last of its literals ends: by looking."""
    found = {}
    for rule, (firsts, also) in enumerate(asked):
        begun = {one[:LETTERS] for one in firsts}
        ends = [text.rfind(one) + len(one) - 1 for one in begun if one in text]
        if ends and (not also or any(one[:LETTERS] in text for one in also)):
            found[rule] = max(ends)
    return found


@given(asked=wants, said=texts, judged=st.lists(st.text(letters, max_size=20), max_size=4))
def test_what_is_found_is_what_is_there(asked, said, judged):
    made = finder(asked, judged)
    memory = memory_of(made)
    parts = [bytes_of(text) for text in said]
    buffer = np.frombuffer(b"".join(parts) + b"a" * PADDING, np.uint8)
    begin = 0
    for stamp, (text, part) in enumerate(zip(said, parts, strict=True), 1):
        many = candidates(*made, buffer, begin, begin + len(part), *memory, stamp)
        _held, found, last, _ended = memory
        rules = found[:many].tolist()
        assert rules == sorted(rules)
        assert {rule: (last[rule] & PLACE) - begin for rule in rules} == plainly(asked, text)
        begin += len(part)


def test_nothing_is_found_of_what_wants_nothing():
    made = finder([(frozenset(), frozenset())])
    buffer = np.frombuffer(b"thank you" + b" " * PADDING, np.uint8)
    assert candidates(*made, buffer, 0, 9, *memory_of(made), 1) == 0
