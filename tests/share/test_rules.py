"""What hangs on the wall, whose name shows, and what a comment is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.kindness.rules import Leave, Sight, sight, text_hash
from neoncard.share.rules import (
    Comment,
    Hung,
    Person,
    Shows,
    Story,
    comment_problem,
    exact_words,
    mentions,
    must_release,
    released,
    seen,
    shows,
    story_problem,
)

INES = Person(1, "member", names=("Ines", "Ines Albers"))
JONAS = Person(2, "member", names=("Jonas", "Jonas Petersen"))
MAREN = Person(3, "customer", names=("Maren Oltmanns",))
STRANGER = Person(4, "unknown")
WORDS = "You stayed until the last ferry was in."
STORY = " ".join(["word"] * 80)


def leave(party, words=WORDS, name=False):
    return Leave(party, text_hash(words), name)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("You were right to stay.", None),
        ("She taught me that: https://example.org/a", None),
        ("https://example.org/a", Comment.FEW),
        ("look https://example.org/a", Comment.FEW),
        ("\U0001f44d\U0001f44d\U0001f44d", Comment.FEW),
        ("+1 !!! 100", Comment.FEW),
        ("So nice", Comment.FEW),
        ("Read this one http://a.example and www.b.example too", Comment.LINKS),
        ("Two of them: a.com/x b.org/y for you", Comment.LINKS),
        ("谢谢你们的帮助", None),
        ("ok " * 400, Comment.LONG),
    ],
)
def test_a_comment_says_something_with_one_link_at_most(words, problem):
    assert comment_problem(words) == problem


@pytest.mark.parametrize(
    ("title", "story", "problem"),
    [
        ("The teddy bear", STORY, None),
        ("  ", STORY, Story.TITLE),
        ("x" * 121, STORY, Story.TITLE),
        ("The teddy bear", STORY.removesuffix(" word"), Story.SHORT),
        ("The teddy bear", "word " * 201, Story.LONG),
    ],
)
def test_a_story_has_a_title_and_80_to_200_words(title, story, problem):
    assert story_problem(title, story) == problem


def test_a_colleagues_words_about_colleagues_show():
    assert shows(Hung(INES, (JONAS,), WORDS)) == Shows.WORDS


@pytest.mark.parametrize("giver", [MAREN, Person(5, "guest"), STRANGER])
def test_a_customers_words_show_nothing_until_released(giver):
    assert shows(Hung(giver, (INES,), WORDS)) == Shows.NOTHING


def test_a_customers_words_show_when_all_released_them():
    post = Hung(MAREN, (INES,), WORDS, leaves=(leave(3), leave(1)))
    assert shows(post) == Shows.WORDS
    assert shows(Hung(MAREN, (INES,), WORDS, leaves=(leave(3),))) == Shows.NOTHING


def test_words_a_nameless_customer_wrote_need_their_yes_and_words_about_a_stranger_do_not():
    wrote = Hung(STRANGER, (INES,), WORDS, leaves=(leave(1),), thanked=True)
    assert shows(wrote) == Shows.NOTHING
    assert shows(replace(wrote, leaves=(leave(1), leave(4)))) == Shows.WORDS
    assert shows(replace(wrote, thanked=False)) == Shows.WORDS


def test_a_customer_may_let_the_team_read_their_words():
    assert shows(Hung(MAREN, (INES,), WORDS, for_team=True)) == Shows.WORDS
    assert shows(Hung(MAREN, (INES,), "", for_team=True)) == Shows.NOTHING


@pytest.mark.parametrize("receiver", [MAREN, Person(6, "gone")])
def test_words_about_a_customer_or_someone_erased_are_a_shape(receiver):
    assert shows(Hung(INES, (receiver,), WORDS)) == Shows.SHAPE


def test_words_that_name_someone_off_the_wall_are_a_shape():
    off = Person(2, "member", off=True, names=("Jonas", "Jonas Petersen"))
    assert shows(Hung(INES, (off,), "Petersen’s patience, all day.")) == Shows.SHAPE
    assert shows(Hung(INES, (off,), WORDS)) == Shows.WORDS


def test_words_that_name_the_customer_behind_it_are_a_shape():
    post = Hung(INES, (JONAS,), "You were so good to Maren today.", behind=MAREN)
    assert shows(post) == Shows.SHAPE


def test_a_story_shows_only_when_everyone_released_exactly_it():
    text = exact_words("The bear", STORY, WORDS)
    yes = tuple(leave(n, text) for n in (1, 2, 3))
    post = Hung(INES, (JONAS,), WORDS, "The bear", STORY, yes, behind=MAREN)
    assert shows(post) == Shows.STORY
    for missing in range(3):
        fewer = yes[:missing] + yes[missing + 1 :]
        without = Hung(INES, (JONAS,), WORDS, "The bear", STORY, fewer, behind=MAREN)
        assert not released(without)
        assert shows(without) == Shows.WORDS
    changed = Hung(INES, (JONAS,), WORDS, "The bear", STORY + " more", yes, behind=MAREN)
    assert shows(changed) == Shows.WORDS


def test_a_tombstone_never_releases_and_a_stranger_is_not_asked():
    gone = Person(7, "gone")
    assert must_release(Hung(INES, (STRANGER, gone), WORDS)) == {1, 7}


def test_a_storys_names_are_released_apart_from_its_words():
    text = exact_words("The bear", STORY, WORDS)
    post = Hung(
        INES, (JONAS,), WORDS, "The bear", STORY, (leave(1, text, name=True), leave(2, text))
    )
    assert seen(INES, post) == Sight.NAMED
    assert seen(JONAS, post) == Sight.COLLEAGUE
    assert seen(JONAS, post, in_it=True) == Sight.NAMED


def test_off_the_wall_is_a_colleague_even_where_a_name_was_released():
    off = Person(1, "member", off=True)
    assert seen(off, Hung(off, (JONAS,), WORDS, leaves=(leave(1, name=True),))) == Sight.COLLEAGUE


@pytest.mark.parametrize(
    ("kind", "fields", "how"),
    [
        ("member", {"in_it": False}, Sight.NAMED),
        ("member", {"in_it": False, "off_wall": True}, Sight.COLLEAGUE),
        ("member", {"in_it": True, "off_wall": True}, Sight.NAMED),
        ("customer", {"in_it": False}, Sight.CUSTOMER),
        ("customer", {"in_it": True}, Sight.NAMED),
        ("guest", {"in_it": False, "name_released": True}, Sight.NAMED),
        ("unknown", {"in_it": True}, Sight.SOMEONE),
        ("gone", {"in_it": True, "name_released": True}, Sight.GONE),
    ],
)
def test_how_somebody_is_seen(kind, fields, how):
    assert sight(kind, **fields) == how


people = st.builds(
    Person, st.integers(1, 5), st.sampled_from(["member", "customer", "guest", "unknown", "gone"])
)


@given(people, st.lists(people, min_size=1, max_size=4), st.lists(st.integers(1, 5)))
def test_a_customers_words_never_show_without_their_yes(giver, receivers, yes):
    leaves = tuple(leave(n) for n in yes)
    post = Hung(giver, tuple(receivers), WORDS, leaves=leaves, thanked=giver.kind != "member")
    if giver.kind != "member" and giver.party not in yes:
        assert shows(post) == Shows.NOTHING


@given(st.text(alphabet="abcdefgh äöü-’'", min_size=3, max_size=30))
def test_a_full_name_is_always_found(name):
    parts = [part for part in name.replace("-", " ").split() if part.isalpha() and len(part) > 2]
    for part in parts:
        assert mentions(f"Thank you, {part}!", [Person(1, "member", names=(part,))])
