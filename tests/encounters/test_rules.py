import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.encounters import rules
from neoncard.kit.fields import Fields, Rejected, Tally
from tests.encounters.said import conversation, message

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def read(row, notes=None):
    data = row if isinstance(row, bytes) else json.dumps(row).encode()
    return rules.read_row(data, row=7, now=NOW, notes=notes or rules.Notes())


def refusal(row) -> str:
    with pytest.raises(Rejected) as caught:
        read(row)
    return caught.value.reason.say()


def test_a_whole_conversation_is_read_field_by_field():
    row = conversation(
        message("Hi", id="a", at="2026-05-01T09:30:00+02:00"),
        message("Hello Maren", "agent", id="b", at=1777620700.5),
        id=4711,
        rating={"score": 4, "of": 5, "comment": "kind"},
        url="https://help.example/4711",
        open=True,
    )
    taken = read(row)
    assert taken.ext_id == "4711"
    assert taken.messages == (
        rules.Said("a", "customer", "c-1", "Maren", datetime(2026, 5, 1, 7, 30, tzinfo=UTC), "Hi"),
        rules.Said(
            "b",
            "agent",
            "ines",
            "Ines",
            datetime(2026, 5, 1, 7, 31, 40, 500_000, tzinfo=UTC),
            "Hello Maren",
        ),
    )
    assert taken.rating == rules.Rated(4, 5, "kind")
    assert (taken.customer_id, taken.customer_name) == ("c-1", "Maren Oltmanns")
    assert (taken.url, taken.is_open, taken.tags) == (
        "https://help.example/4711",
        True,
        ("timetable",),
    )


def test_only_id_and_messages_with_a_time_are_needed():
    taken = read({"id": "x", "messages": [{"author": "customer", "at": 1}]})
    said = taken.messages[0]
    assert (taken.customer_id, taken.agent_id, taken.rating) == ("", "", None)
    assert (said.ext_id, said.author_id, said.text) == ("#1", "", "")


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-05-01T09:30:00", "messages[0].at: has no time zone; add Z for UTC or an offset such as +02:00"),
        ("2026-05-01 09:30:00", "messages[0].at: has no time zone; add Z for UTC or an offset such as +02:00"),
        ("yesterday", "messages[0].at: is neither a time with a zone, as 2026-05-01T09:30:00Z, nor seconds since 1970"),
        ("2026-02-30T09:30:00Z", "messages[0].at: is no day or time of any calendar"),
        (None, "messages[0].at: is missing; give a time with a zone, as 2026-05-01T09:30:00Z"),
        (True, "messages[0].at: is missing; give a time with a zone, as 2026-05-01T09:30:00Z"),
        ("2026-11-25T12:00:01Z", "messages[0].at: 2026-11-25 12:00 UTC lies in the future; mend the time"),
        (1777620600000, "messages[0].at: looks like milliseconds; give seconds since 1970 (UTC)"),
        (float("nan"), "messages[0].at: is no time"),
        (10**400, "messages[0].at: is no time"),
        (-5, "messages[0].at: lies before 1970"),
        ("0001-01-01T00:00:00+14:00", "messages[0].at: is no day or time of any calendar"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_told_names_the_field_and_the_mend(at, reason):
    assert refusal(conversation(message(at=at))) == reason


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-05-01T09:30:00Z", "2026-05-01T09:30:00+00:00"),
        ("2026-05-01t09:30:00z", "2026-05-01T09:30:00+00:00"),
        ("2026-05-01 09:30:00.123456789+02:00", "2026-05-01T07:30:00.123456+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ("2026-11-24T11:59:59Z", "2026-11-24T11:59:59+00:00"),
    ],
)
def test_times_with_a_zone_are_taken(text, same):
    assert Fields({"at": text}, Tally(), True).moment("at", NOW).isoformat() == same


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "id: is missing; every conversation needs one of its own"),
        ({"id": "x" * 201}, "id: is longer than 200 characters"),
        ({"id": [1]}, "id: takes a text or a whole number"),
        ({"customer": "Maren"}, "customer: takes an object in braces"),
        ({"agent": {"name": 7}}, "agent.name: takes a text"),
        ({"messages": []}, "messages: takes a list of at least one message, each with its time"),
        ({"messages": ["hi"]}, "messages[0]: takes an object in braces"),
        ({"messages": [{"at": 1, "text": 5}]}, "messages[0].text: takes a text"),
        ({"tags": "a"}, None),
        ({"tags": {"a": 1}}, "tags: takes a list of words"),
        ({"rating": {"score": 9, "of": 5}}, "rating.score: lies outside 0 and rating.of"),
        ({"rating": {"score": "good", "of": 5}}, "rating.score: takes a number"),
        ({"rating": {"score": 5}}, "rating.of: takes a number"),
    ],
)
def test_a_field_that_cannot_be_understood_is_named(change, reason):
    row = {**conversation(), **change}
    assert read(row) if reason is None else refusal(row) == reason


def test_a_message_of_a_million_characters_is_kept_and_one_of_ten_million_is_not():
    assert len(read(conversation(message("x" * 1_000_000))).messages[0].text) == 1_000_000
    assert refusal(conversation(message("x" * 10_000_000))) == (
        "messages[0].text: 10000000 characters; at most 1000000 are taken"
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"id": "\xff"}', "not UTF-8 at byte 9: save the file as UTF-8"),
        (b'{"id": 1', "not JSON (character 9): put one whole conversation on each line"),
        (b"[" * 200_000, "nested too deeply to be a conversation"),
        (b"[1]", "a row is one conversation in braces; this is a list"),
        (b'{"id": ' + b"9" * 5000 + b"}", "not JSON (character 1): put one whole conversation on each line"),
        (b"hello", "not JSON (character 1): put one whole conversation on each line"),
    ],
)  # fmt: skip
def test_bytes_that_are_no_conversation(data, reason):
    assert refusal(data) == reason


def test_what_no_database_keeps_is_replaced_and_counted():
    notes = rules.Notes()
    row = conversation(message("a\x00b \ud800 \U0001f600", id="m\x00"), subject="\udfff")
    taken = read(row, notes)
    assert taken.messages[0].text == "a\ufffdb \ufffd \U0001f600"
    assert (taken.messages[0].ext_id, taken.subject) == ("m\ufffd", "\ufffd")
    assert notes.cleaned == 3


def test_unknown_keys_and_authors_are_noted_and_nothing_is_lost():
    notes = rules.Notes()
    row = conversation(message("Hi", "supervisor", mood=3), message("Hi", None), spam=True)
    assert [said.author for said in read(row, notes).messages] == ["unknown", "unknown"]
    assert notes.unknown_keys == {"spam", "messages[].mood"}
    assert notes.strangers == {"supervisor": 1, "": 1}


def test_a_message_id_that_stands_twice_keeps_the_later_one():
    notes = rules.Notes()
    taken = read(conversation(message("one", id="a"), message("two", id="a")), notes)
    assert [said.text for said in taken.messages] == ["two"]
    assert notes.repeated == [(7, "a")]


def test_only_web_addresses_are_kept_as_links():
    assert read(conversation(url="javascript:alert(1)")).url == ""


def test_an_array_is_told_from_lines_at_the_first_row():
    assert "one conversation a line" in rules.whole_file(b' [{"id": 1}]').say()
    assert "one conversation a line" in rules.whole_file(b"{\r\n").say()
    assert rules.whole_file(b'{"id": 1}') is None


def test_a_digest_follows_what_is_kept_and_nothing_else():
    row = conversation()
    shuffled = dict(reversed(row.items())) | {"spam": 1}
    assert read(row).digest == read(shuffled).digest
    changes = [
        {"subject": "Other"},
        {"tags": []},
        {"open": True},
        {"customer": None},
        {"agent": None},
        {"rating": None},
        {"messages": [row["messages"][0]]},
        {"messages": [row["messages"][0], {**row["messages"][1], "text": "At one."}]},
    ]
    digests = {read({**row, **change}).digest for change in changes}
    assert len(digests | {read(row).digest}) == len(changes) + 1


def test_the_last_three_versions_taken_whole_are_known():
    a, b, c, d = ("a" * 16, "b" * 16, "c" * 16, "d" * 16)
    stored = ""
    for one in (a, b, c, d):
        stored = rules.next_versions(one, rules.unsettled(stored))
    assert stored == d + c + b
    assert [rules.known_version(one, stored) for one in (a, b, c, d)] == [False, True, True, True]
    assert not rules.known_version(b, rules.unsettled(stored))
    assert rules.next_versions(b, stored) == b + d + c


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
shaped = st.fixed_dictionaries(
    {"id": anything},
    optional={
        "messages": st.lists(
            st.fixed_dictionaries(
                {"at": anything | st.integers(0, 10**9)},
                optional={"id": anything, "author": anything, "author_id": anything, "text": anything},
            )
            | anything
        )
        | anything,
        "customer": anything | st.fixed_dictionaries({"id": anything, "name": anything}),
        "agent": anything,
        "tags": anything,
        "rating": anything | st.fixed_dictionaries({"score": anything, "of": anything}),
        "subject": anything,
        "url": anything,
    },
)  # fmt: skip


def rejected_or_taken(data: bytes) -> None:
    try:
        taken = rules.read_row(data, row=1, now=NOW, notes=rules.Notes())
    except Rejected as refused:
        said = str(refused)
    else:
        said = repr(taken)
        assert taken is None or len(taken.digest) == 16
    assert said.encode("utf-8")
    assert "\x00" not in said


@given(st.binary())
def test_no_bytes_make_the_parser_raise(data):
    rejected_or_taken(data)


@given(anything | shaped)
def test_no_json_makes_the_parser_raise(value):
    rejected_or_taken(json.dumps(value).encode())
