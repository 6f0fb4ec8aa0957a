import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.notice import rules
from neoncard.notice.engine import Mark
from neoncard.notice.rules import Proposal, Spoken

INES, AMIR = 1, 2
agent = Spoken("agent", "I moved you to the window.", "Ines", INES)
other = Spoken("agent", "Amir here, I take over.", "Amir", AMIR)
stranger = Spoken("agent", "Hello.", "?")
customer = Spoken("customer", "Thank you, Ines.", "Maren", customer=True)
someone = Spoken("customer", "Thank you, Ines.", "Maren")
bot = Spoken("bot", "We got your mail.")
note = Spoken("note", "She was lovely.", "Ines", None)


def mark(label, score=0.9, boilerplate=False, start=0):
    return Mark(label, start, start + 5, score, "words", boilerplate, "rule")


def proposed(messages, *marks, agent=INES, out=frozenset()):
    return [
        (one.giver, one.member, one.how, one.message, one.mark.label)
        for one in rules.proposals(messages, marks, agent=agent, out=out)
    ]


@pytest.mark.parametrize("label", ["extra_help", "goes_beyond", "personal_touch"])
def test_an_agents_act_is_given_by_who_wrote_it(label):
    assert proposed([customer, other], (1, mark(label))) == [(AMIR, AMIR, "noticed", 1, label)]


@pytest.mark.parametrize("label", ["praise", "thanks_by_name"])
def test_praise_is_for_who_wrote_the_agents_message_before_it(label):
    messages = [agent, other, bot, note, customer]
    assert proposed(messages, (4, mark(label))) == [(AMIR, AMIR, "thanked", 4, label)]


def test_kindness_to_the_agent_is_given_by_the_customer():
    assert proposed([agent, customer], (1, mark("kind_to_agent"))) == [
        (None, INES, "noticed", 1, "kind_to_agent")
    ]
    assert proposed([customer], (0, mark("kind_to_agent")), agent=AMIR) == [
        (None, AMIR, "noticed", 0, "kind_to_agent")
    ]
    assert proposed([customer], (0, mark("kind_to_agent")), agent=None) == []


@pytest.mark.parametrize(
    ("messages", "index", "label"),
    [
        ([customer, stranger], 1, "goes_beyond"),
        ([stranger, customer], 1, "praise"),
        ([customer], 0, "praise"),
        ([agent, someone], 1, "praise"),
        ([agent, someone], 1, "kind_to_agent"),
        ([agent, bot], 1, "goes_beyond"),
        ([agent, note], 1, "goes_beyond"),
        ([agent, customer], 1, "thanks"),
        ([agent, customer], 0, "apology"),
        ([agent, customer], 0, "praise"),
        ([agent, customer], 1, "goes_beyond"),
    ],
)
def test_never_without_two_known_people_nor_from_bots_notes_and_other_words(messages, index, label):
    assert proposed(messages, (index, mark(label))) == []


def test_a_macro_proposes_nothing():
    assert proposed([agent], (0, mark("goes_beyond", boilerplate=True))) == []
    assert len(proposed([agent], (0, mark("goes_beyond", boilerplate=None)))) == 1


def test_who_opted_out_is_in_no_proposal():
    marks = [(0, mark("goes_beyond")), (1, mark("praise")), (1, mark("kind_to_agent"))]
    assert proposed([agent, customer], *marks, out=frozenset({INES})) == []


def test_of_one_givers_marks_the_surest_proposes():
    marks = [
        (0, mark("extra_help", 0.75)),
        (0, mark("goes_beyond", 0.8)),
        (1, mark("praise", 0.7)),
        (1, mark("kind_to_agent", 0.7)),
        (2, mark("extra_help", 0.9)),
    ]
    assert proposed([agent, customer, other], *marks) == [
        (INES, INES, "noticed", 0, "goes_beyond"),
        (None, INES, "noticed", 1, "kind_to_agent"),
        (AMIR, AMIR, "noticed", 2, "extra_help"),
    ]


def test_what_is_not_sure_enough_proposes_nothing():
    assert proposed([agent, customer], (0, mark("extra_help", 0.69))) == []


spoken = st.builds(
    Spoken,
    st.sampled_from(["agent", "customer", "bot", "note", "unknown"]),
    st.just("x"),
    st.just(""),
    st.sampled_from([None, INES, AMIR]),
    st.booleans(),
)
labels = st.sampled_from(
    ["extra_help", "goes_beyond", "personal_touch", "praise", "thanks_by_name", "kind_to_agent", "thanks"]
)  # fmt: skip


@given(st.lists(spoken, min_size=1, max_size=8), st.data())
def test_at_most_one_a_giver_and_only_with_known_people(messages, data):
    hits = data.draw(
        st.lists(
            st.tuples(
                st.integers(0, len(messages) - 1),
                st.builds(mark, labels, st.floats(0, 1), st.sampled_from([None, False, True])),
            )
        )
    )
    found = rules.proposals(messages, hits, agent=INES)
    assert len({one.giver for one in found}) == len(found)
    for one in found:
        assert isinstance(one, Proposal)
        assert one.mark.boilerplate is not True
        assert one.mark.score >= rules.SURE_ENOUGH
        said = messages[one.message]
        assert said.customer if said.author == "customer" else said.author == "agent"
        same = [hit.score for index, hit in hits if index == one.message and hit == one.mark]
        assert one.mark.score in same


def test_the_reader_sees_who_spoke_before_and_the_names_on_the_ticket():
    rows = rules.rows(
        [Spoken("customer", "Hi"), bot, agent, customer, other],
        conversation="import:a",
        customer_name="Maren",
        agent_name="Ines Test",
        lang="en",
    )
    assert [(row["role"], row["prev"], row["agent_name"]) for row in rows] == [
        ("customer", "", "Ines Test"),
        ("bot", "Hi", "Ines Test"),
        ("agent", "Hi", "Ines"),
        ("customer", "I moved you to the window.", "Ines"),
        ("agent", "Thank you, Ines.", "Amir"),
    ]
    assert {row["customer_name"] for row in rows} == {"Maren"}
    assert {row["lang"] for row in rows} == {"en"}


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50))))
def test_the_pieces_of_a_text_joined_are_the_text(text, spans):
    found = rules.pieces(text, spans)
    assert "".join(piece.text for piece in found) == text
    at = 0
    for piece in found:
        end = at + len(piece.text)
        assert piece.covers == tuple(n for n, (a, b) in enumerate(spans) if a <= at and end <= b)
        at = end


def test_overlapping_spans_share_a_piece():
    found = rules.pieces("abcdef", [(1, 4), (3, 5)])
    assert [(piece.text, piece.covers) for piece in found] == [
        ("a", ()),
        ("bc", (0,)),
        ("d", (0, 1)),
        ("e", (1,)),
        ("f", ()),
    ]
