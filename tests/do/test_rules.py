"""Which act fits, which is drawn, and how the deck is dealt: no database."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neoncard.do import rules
from neoncard.do.rules import Card, Daily, Facts

WORD = Card(key="word", kind="word", fits=("any",))
EFFORT = Card(key="effort", kind="effort", fits=("any",))
TREAT = Card(key="treat", kind="treat", money=300, fits=("any",))
CALM = frozenset({"farewell"})


def keys(cards):
    return [card.key for card in cards]


@pytest.mark.parametrize(
    ("tags", "subject", "is_open", "contacts", "labels", "expected"),
    [
        (["technical"], "The app won't open", True, 3, [], {"technical", "open_problem"}),
        ([], "Sailing cancelled by the storm", True, 2, [], {"out_of_hands", "open_problem"}),
        (["on_hold"], "Ring back", True, 2, [], {"waiting", "open_problem"}),
        ([], "Where is the pier", True, 0, [], {"first_meeting", "open_problem"}),
        ([], "Thank you for last night", True, 4, [], {"thanks"}),
        ([], "Thanks, but the app crashed", True, 4, [], {"thanks", "technical", "open_problem"}),
        ([], "Booking", False, 4, ["insult"], {"heavy", "farewell"}),
        ([], "Booking", False, 4, ["praise", "apology"], {"thanks", "farewell"}),
        ([], "Cancel my season ticket", False, 4, ["leaving"], {"farewell"}),
        (["reopened"], "", True, 0, [], {"repeat_contact", "open_problem"}),
    ],
)
def test_what_an_encounter_is_like(tags, subject, is_open, contacts, labels, expected):
    assert rules.situations(tags, subject, is_open, contacts, labels) == expected


def test_a_contact_within_two_weeks_is_a_repeat_and_no_first_meeting():
    assert rules.situations([], "", True, 1, [], recent=1) == {"repeat_contact", "open_problem"}


def test_another_language_is_seen():
    found = rules.situations([], "", False, 1, [], other_language=True)
    assert found == {"language", "farewell"}


@pytest.mark.parametrize(
    ("kind", "place", "expected"),
    [
        ("conversation", "counter", "call"),
        ("call", "", "call"),
        ("visit", "counter", "counter"),
        ("in_person", "", "desk"),
    ],
)
def test_the_front_line(kind, place, expected):
    assert rules.front_line(kind, place) == expected


@pytest.mark.parametrize(
    "situation", ["open_problem", "repeat_contact", "out_of_hands", "heavy", "first_meeting"]
)
def test_treats_wait_and_words_and_effort_do_not(situation):
    facts = Facts(situations=frozenset({situation}))
    assert keys(rules.eligible(facts, [WORD, EFFORT, TREAT])) == ["word", "effort"]


def test_a_treat_is_fine_where_nothing_is_wrong():
    found = rules.eligible(Facts(situations=CALM), [WORD, EFFORT, TREAT])
    assert keys(found) == ["word", "effort", "treat"]


@pytest.mark.parametrize(("had", "expected"), [(0, True), (300, True), (301, False)])
def test_treats_are_never_stepped_down(had, expected):
    assert rules.permitted(Facts(situations=CALM, best_treat=had), TREAT) is expected


@pytest.mark.parametrize("facts", [Facts(hard_day=True), Facts(situations=frozenset({"heavy"}))])
def test_no_smile_is_asked_for_on_a_hard_day_or_in_a_heavy_moment(facts):
    assert not rules.permitted(facts, Card(key="s", kind="word", fits=("any",), asks_smile=True))


@pytest.mark.parametrize(
    ("lines", "here", "expected"),
    [
        ((), "call", True),
        (("any",), "call", True),
        (("counter",), "call", False),
        (("counter",), "any", True),
    ],
)
def test_an_act_belongs_to_its_front_line(lines, here, expected):
    act = Card(key="a", kind="word", front_lines=lines)
    assert rules.permitted(Facts(front_line=here), act) is expected


def test_an_act_that_fits_something_else_is_not_offered():
    act = Card(key="a", kind="word", fits=("waiting",))
    assert not rules.permitted(Facts(situations=frozenset({"technical"})), act)


def test_who_opted_out_gets_nothing():
    assert rules.eligible(Facts(opted_out=True), [WORD, EFFORT], [WORD]) == []


def test_nothing_twice_to_one_customer_or_agent_while_there_is_something_fresh():
    acts = [Card(key=str(n), kind="word") for n in range(6)]
    facts = Facts(customer_lately=frozenset({"0"}), member_lately=("1",))
    assert keys(rules.eligible(facts, acts)) == ["2", "3", "4", "5"]


def test_an_agent_who_had_everything_gets_what_is_longest_ago():
    acts = [Card(key=str(n), kind="word") for n in range(5)]
    facts = Facts(customer_lately=frozenset({"0"}), member_lately=("3", "1", "4", "2"))
    assert keys(rules.eligible(facts, acts)) == ["2", "4", "1"]


def test_an_empty_playbook_falls_back_to_words_and_effort():
    found = rules.eligible(Facts(situations=CALM), [], [TREAT, WORD, EFFORT])
    assert keys(found) == ["word", "effort"]


def test_a_playbook_of_treats_alone_is_filled_up():
    found = rules.eligible(Facts(situations=CALM), [TREAT], [WORD, TREAT])
    assert keys(found) == ["treat", "word"]


def test_even_when_everything_is_gated_or_stale_something_kind_is_left():
    facts = Facts(
        situations=frozenset({"open_problem"}), customer_lately=frozenset({"word", "effort"})
    )
    assert keys(rules.eligible(facts, [TREAT], [WORD, EFFORT])) == ["word", "effort"]


def test_effort_comes_first_on_a_repeat_contact():
    facts = Facts(situations=frozenset({"repeat_contact"}))
    assert rules.weights(facts, [WORD, EFFORT]) == [0.0, 1.0]


def test_a_repeat_contact_without_any_effort_still_gets_a_word():
    assert rules.weights(Facts(situations=frozenset({"repeat_contact"})), [WORD]) == [1.0]


def test_out_of_our_hands_what_we_can_do_comes_first():
    can = Card(key="can", kind="word", fits=("out_of_hands", "waiting"))
    facts = Facts(situations=frozenset({"out_of_hands"}))
    assert rules.weights(facts, [WORD, can, EFFORT]) == [0.0, 1.0, 0.0]


def test_a_hard_day_draws_from_the_light_ones():
    light = Card(key="light", kind="word", light=True)
    assert rules.weights(Facts(hard_day=True), [WORD, light]) == [0.0, 1.0]


def test_acts_made_for_the_situation_come_first_where_three_are_left():
    made = [Card(key=str(n), kind="word", fits=("technical",)) for n in range(3)]
    facts = Facts(situations=frozenset({"technical"}))
    assert rules.weights(facts, [WORD, *made]) == [0.0, 1.0, 1.0, 1.0]
    assert rules.weights(facts, [WORD, *made[:2]]) == [1.0, 1.0, 1.0]


def test_the_draw_is_made_once_for_a_unit_and_salt():
    first = rules.draw("abcd", [1, 2, 3, 4], "salt", "encounter:1")
    assert first == rules.draw("abcd", [1, 2, 3, 4], "salt", "encounter:1")
    assert first.probabilities == (0.1, 0.2, 0.3, 0.4)
    assert sorted(first.order) == list("abcd")
    assert first != rules.draw("abcd", [1, 2, 3, 4], "salt", "encounter:2")
    assert first != rules.draw("abcd", [1, 2, 3, 4], "pepper", "encounter:1")


def test_draws_follow_their_chances_first_and_second():
    drawn = [rules.draw("abc", [1, 3, 0], "salt", str(n)).order for n in range(4000)]
    assert 0.22 < sum(order[0] == "a" for order in drawn) / 4000 < 0.28
    assert {order[2] for order in drawn} == {"c"}


def test_the_others_are_drawn_by_weight_too():
    drawn = [rules.draw("abc", [2, 1, 1], "s", str(n)).order for n in range(6000)]
    after_c = [order[1] for order in drawn if order[0] == "c"]
    assert 0.6 < after_c.count("a") / len(after_c) < 0.73


@pytest.mark.parametrize(
    ("names", "weights"), [("", []), ("a", [0.0]), ("ab", [1.0]), ("ab", [2.0, -1.0])]
)
def test_a_draw_from_nothing_is_refused(names, weights):
    with pytest.raises(ValueError, match=r"^draw:"):
        rules.draw(names, weights, "salt", "unit")


@given(st.lists(st.floats(0, 10), min_size=1, max_size=30).filter(any), st.text(), st.text())
def test_whatever_is_drawn_first_had_a_chance(weights, salt, unit):
    names = [str(n) for n in range(len(weights))]
    if sum(weights) < 1e-9:
        return
    drawn = rules.draw(names, weights, salt, unit)
    assert drawn.probabilities[int(drawn.order[0])] > 0
    assert abs(sum(drawn.probabilities) - 1) < 1e-9
    assert sorted(drawn.order) == sorted(names)


def test_at_most_one_treat_among_three():
    assert rules.offer(["t1", "t2", "a", "b", "c"], {"t1", "t2"}) == ["t1", "a", "b"]
    assert rules.offer(["a", "t1"], {"t1"}) == ["a", "t1"]


def test_swapping_goes_round_and_back():
    offered = ["a", "b", "c"]
    assert [rules.after(offered, key) for key in offered] == ["b", "c", "a"]
    assert [rules.before(offered, key) for key in offered] == ["a", "a", "b"]


# ---------------------------------------------------------------- the daily deck

DAY = date(2026, 11, 2)
IDEAS = [
    Daily(key=f"i{n}", minutes=n % 5, asks_smile=n in (3, 4), light=n % 3 == 0) for n in range(16)
]


def deal(shown, day=DAY, *, hard_day=False, ideas=IDEAS):
    return rules.deal(ideas, shown, day, hard_day=hard_day, salt="me", unit=f"day:{day}")


def test_nothing_shown_in_the_ten_days_before_is_dealt():
    rested = {"i0": [DAY - timedelta(days=11)]}
    tired = {f"i{n}": [DAY - timedelta(days=n % 11)] for n in range(1, 16)}
    keys, drawn = deal({**rested, **tired})
    assert (keys, drawn.order) == (["i0"], ("i0",))


def test_when_nothing_has_rested_nothing_is_dealt():
    assert deal({idea.key: [DAY] for idea in IDEAS}) is None


def test_the_deck_is_gone_through_once_before_it_starts_over():
    shown = {idea.key: [DAY - timedelta(days=40)] for idea in IDEAS if idea.key != "i7"}
    keys, drawn = deal(shown)
    assert len(keys) == 16
    assert drawn.order[0] == "i7"
    assert drawn.probabilities[7] == 1


def test_a_hard_day_deals_light_ones_and_never_a_smile():
    keys, _drawn = deal({}, hard_day=True)
    assert keys == ["i0", "i6", "i9", "i12", "i15"]


def test_a_hard_day_without_light_ones_deals_the_shortest_but_no_smile():
    ideas = [
        Daily(key="long", minutes=9),
        Daily(key="smile", minutes=1, asks_smile=True),
        Daily(key="short", minutes=2),
    ]
    keys, _drawn = deal({}, hard_day=True, ideas=ideas)
    assert keys == ["short"]


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(13, 40),
    days=st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=60, max_size=60),
)
def test_nothing_comes_again_within_ten_days_whatever_is_swapped(size, days):
    ideas = [
        Daily(key=str(n), minutes=n % 7, asks_smile=n in (0, 1), light=n % 3 == 0)
        for n in range(size)
    ]
    shown: dict[str, list[date]] = {}
    for n, (swaps, hard_day) in enumerate(days):
        day = DAY + timedelta(days=n)
        _keys, drawn = deal(shown, day, hard_day=hard_day, ideas=ideas)
        up = [drawn.order[0]]
        shown.setdefault(up[0], []).append(day)
        for _ in range(swaps):
            more = [key for key in drawn.order if key not in up]
            if not more or not rules.may_swap(ideas, shown, day):
                break
            up.append(more[0])
            shown.setdefault(more[0], []).append(day)
        assert len(set(up)) == len(up)
        assert not hard_day or not {"0", "1"} & set(up)
    gaps = [(later - earlier).days for when in shown.values() for earlier, later in pairwise(when)]
    assert [gap for gap in gaps if gap <= 10] == []
