"""How far a head may go beside the rules is chosen by figures."""

import tomllib

import numpy as np

from tools.notice_limits import DOUBT, NOISE, Judged, Texts, chosen, written


def texts(score, ruled, truth):
    free = np.ones(len(score), bool)
    return Texts(np.array(score, float), np.array(ruled, bool), free, np.array(truth, bool))


def judged(score, ruled, truth, plain=(), known=(), strangers=(), promised=(), kept=()):
    return Judged(
        texts(score, ruled, truth),
        tuple(strangers),
        np.array(plain, float),
        np.zeros(len(plain), bool),
        np.array(known, float),
        np.array(promised, float),
        np.array(kept, float),
    )


CLEAR = judged([0.9, 0.8, 0.1, 0.2], [0, 1, 1, 0], [1, 1, 0, 0], [0.0] * 1000)


def test_nothing_is_added_that_the_rules_examples_promise_to_leave_alone():
    kept = judged(
        [0.9, 0.8, 0.1, 0.2], [0, 1, 1, 0], [1, 1, 0, 0], [0.0] * 1000, promised=[0.5, 0.85]
    )
    assert chosen({"threat": kept})["threat"].add == 0.9
    kept = judged([0.9, 0.8, 0.1, 0.2], [0, 1, 1, 0], [1, 1, 0, 0], [0.0] * 1000, promised=[0.95])
    assert chosen({"threat": kept})["threat"].add > 0.95


def test_nothing_falls_that_the_rules_examples_promise_to_mark():
    kept = judged([0.9, 0.8, 0.1, 0.2], [0, 1, 1, 0], [1, 1, 0, 0], [0.0], kept=[0.3, 0.05])
    plain = judged([0.9, 0.8, 0.1, 0.2], [0, 1, 1, 0], [1, 1, 0, 0], [0.0], kept=[0.3, 0.7])
    never = judged([0.9, 0.8, 0.1, 0.2], [0, 1, 1, 0], [1, 1, 0, 0], [0.0], kept=[0.0])
    assert chosen({"threat": kept})["threat"].veto < 0.05
    assert 0.1 < chosen({"threat": plain})["threat"].veto < 0.7
    assert chosen({"threat": never})["threat"].veto == 0


def test_limits_take_what_is_right_and_leave_what_is_not():
    limits = chosen({"threat": CLEAR})["threat"]
    assert (limits.must, limits.must_not) == (1, 1)
    assert 0.1 < limits.veto < limits.add <= 0.9


def test_a_head_that_would_mark_plain_business_adds_nothing():
    loud = judged([0.9, 0.8, 0.1, 0.2], [0, 1, 1, 0], [1, 1, 0, 0], [0.95] * 4 + [0.0] * 996)
    assert NOISE < 4 / 1000
    assert chosen({"threat": loud})["threat"].add > 0.95


def test_a_veto_leaves_what_other_sets_know():
    known = judged([0.9, 0.8, 0.1, 0.2], [0, 1, 1, 0], [1, 1, 0, 0], [0.0], [0.05] * 100)
    assert chosen({"threat": known})["threat"].veto <= 0.05


def test_a_rules_mark_does_not_fall_where_the_head_finds_it_likely():
    likely = judged([0.95, 0.9, 0.1, 0.7], [1, 1, 1, 1], [1, 1, 0, 0], [0.0])
    assert 0.1 < chosen({"threat": likely})["threat"].veto <= DOUBT == 0.5


def test_strangers_texts_move_a_limit_that_our_own_leave_open():
    own = ([0.9, 0.1], [0, 0], [1, 0], [0.0])
    alone = chosen({"threat": judged(*own)})["threat"]
    assert alone.add == 0.9
    strict = chosen({"threat": judged(*own, strangers=[texts([0.95, 0.92], [0, 0], [1, 0])] * 12)})
    assert strict["threat"].add == 0.95
    wide = chosen({"threat": judged(*own, strangers=[texts([0.4, 0.2], [0, 0], [1, 0])])})
    assert wide["threat"].add == 0.4


def test_limits_are_written_as_the_reader_reads_them():
    found = tomllib.loads(written(chosen({"insult": CLEAR})))
    assert set(found) == {"insult"}
    assert set(found["insult"]) == {"veto", "add", "unless"}
