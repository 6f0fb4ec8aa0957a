"""What holds for every event, whatever a helpdesk says: words out of any html, keys that keep their revision, long texts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.connectors import rules
from neoncard.connectors.rules import Actor, Talk, Words, plain
from neoncard.kit.fields import TEXT_MAX

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
PIECES = (
    "<![",
    "]>",
    "<!",
    "<!--",
    "-->",
    "<?",
    "</",
    "<p",
    ">",
    "if",
    "foo",
    " ",
    "&#",
    "&",
    "[",
    "x",
    "<a b='",
)


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_has_plain_words(text):
    assert isinstance(plain(text), str)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<![foo]><p>Thank you</p>", "Thank you"),
        ("<p>Thank you</p><![ x", "Thank you\n<![ x"),
        ("<![if !supportLists]><p>Thank</p><![endif]>you", "Thank\nyou"),
        ("<p>Thank you<blockquote>old</blockquote>", "Thank you"),
    ],
)
def test_broken_html_is_read_as_far_as_it_goes(html, words):
    assert plain(html) == words


def test_what_the_parser_can_not_take_loses_its_tags_alone(monkeypatch):
    def broken(parser, text):
        raise AssertionError("we should not get here!")

    monkeypatch.setattr(rules._Plain, "feed", broken)
    assert plain("<p>Thank&nbsp;you <b>Ines</b></p>") == "Thank you Ines"


def made(**changes):
    told = {
        "source": "desk",
        "kind": rules.CUSTOMER,
        "object_id": "m1",
        "revision": "1",
        "occurred_at": NOW,
        "received_at": NOW,
        "conversation": Talk("T-1"),
        "message": Words("m1", "Thank you"),
        "actor": Actor("customer", "c1"),
    }
    return rules.event(**(told | changes))


def test_a_long_key_still_tells_revisions_apart():
    long = {"object_id": "o" * 140, "source": "s" * 40}
    one, other = (made(**long, revision="r" * 200 + end) for end in "12")
    assert one.key != other.key
    assert (len(one.key), len(other.key)) == (rules.KEY_MAX, rules.KEY_MAX)
    assert one.key == made(**long, revision="r" * 200 + "1").key
    assert made().key == "desk:message.customer:m1:1"


def test_a_text_beyond_a_million_characters_is_cut_and_the_talk_goes_on():
    said = made(message=Words("m1", "x" * (TEXT_MAX + 5)))
    assert said.message.text == "x" * TEXT_MAX
