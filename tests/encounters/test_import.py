"""What comes in, whatever is wrong with it: the rest goes on, and the report says what happened."""

import gzip
import io
import json
import os
import tracemalloc
import zlib
from pathlib import Path

import pytest

from neoncard import loop
from neoncard.connectors.jsonl import Refused, Report
from neoncard.encounters.tables import Customer, Encounter, Message, Rating
from neoncard.kit import signing
from neoncard.notice.tables import Mark
from neoncard.people import actions as people
from neoncard.people.tables import Handle
from tests.encounters.said import conversation, lines, message, write

pytestmark = pytest.mark.django_db

ACT = "As a surprise I have upgraded you to a cabin with a window, free of charge."
THANKS = [
    ("agent", "I have moved you to the 14:20 for you, no charge."),
    ("customer", "Thank you so much, you are wonderful."),
]


@pytest.fixture
def house(house):
    """The house, its agent known as "ines" where the conversations come from."""
    Handle.objects.create(member=house.agent, source="import", ext_id="ines")
    return house


def ferries(n, **more):
    return [conversation(*THANKS, **more) for _ in range(n)]


def bring(tmp_path, *rows, zipped=False, **more) -> Report:
    return loop.import_file(write(tmp_path / "in.jsonl", *rows, zipped=zipped), **more)


def test_a_file_comes_in_whole_and_a_second_time_adds_nothing(tmp_path, house):
    rows = ferries(30)
    first = bring(tmp_path, *rows, zipped=True)
    marks = Mark.objects.count()
    assert marks > 0
    assert first.line() == (
        f"30 conversations, 60 messages, {marks} marks: 30 new, 0 unchanged, 0 rejected"
    )
    assert first.good
    second = bring(tmp_path, *rows)
    assert second.line() == (
        f"30 conversations, 60 messages, {marks} marks: 0 new, 30 unchanged, 0 rejected"
    )
    assert (Encounter.objects.count(), Message.objects.count()) == (30, 60)
    assert (Mark.objects.count(), Rating.objects.count(), Customer.objects.count()) == (
        marks,
        30,
        1,
    )


def test_ids_of_customers_are_kept_as_pseudonyms_only(tmp_path, house):
    bring(tmp_path, conversation(customer={"id": "maren@example.org", "name": "Maren"}))
    customer = Customer.objects.get()
    assert customer.key == signing.pseudonym("import", "maren@example.org")
    assert customer.name == "Maren"
    assert not Message.objects.filter(author_key__contains="c-1").exists()


def test_agents_are_found_by_handle_or_else_by_email(tmp_path, house):
    people.add_member(
        by="test",
        organisation=house.organisation,
        email="zoe@example.test",
        name="Zoe Test",
        handles=[("import", "77")],
    )
    bring(
        tmp_path,
        conversation(message("Hello", "agent", author_id="77"), id="a", agent={"id": 77}),
        conversation(message("Hello", "agent", author_id="Zoe@Example.test"), id="b", agent={}),
        conversation(
            message("Hello", "agent", author_id="?"),
            id="c",
            agent={"id": "?", "name": "Nobody Here"},
        ),
    )
    found = {row.ext_id: (str(row.agent), row.agent_name) for row in Encounter.objects.all()}
    assert found == {
        "a": ("Zoe", "Ines"),
        "b": ("Zoe", "Ines"),
        "c": ("None", "Nobody Here"),
    }
    members = Message.objects.order_by("encounter").values_list("member__known_as", flat=True)
    assert list(members) == ["Zoe", "Zoe", None]


def test_a_missing_customer_or_author_is_kept_counted_and_given_no_kindness(tmp_path, house):
    rows = [
        conversation(
            message("You are wonderful, thank you Ines!", author_id=None),
            message("I upgraded your cabin as a surprise.", "agent", author_id=None),
            customer=None,
            agent=None,
        )
    ]
    report = bring(tmp_path, *rows)
    assert (report.new, report.rejected, report.kindnesses) == (1, 0, 0)
    assert list(report.said())[:2] == [
        "1 conversations name no customer: they are kept as someone's, and nobody is thanked for them",
        "2 messages name no author: they are kept as someone's, and nobody is thanked for them",
    ]


def test_a_bad_row_is_named_and_the_rest_goes_on(tmp_path, house):
    report = bring(
        tmp_path,
        conversation(),
        "{not json",
        conversation(message(at="2026-05-01T09:30:00")),
        "",
        b'{"id": "\xff"}',
        conversation(message(at="2126-05-01T09:30:00Z")),
        conversation(message("x" * 10_000_000)),
        conversation(),
    )
    assert (report.new, report.rejected, report.good) == (2, 5, False)
    assert list(report.said()) == [
        "row 2: not JSON (character 2): put one whole conversation on each line",
        "row 3: messages[0].at: has no time zone; add Z for UTC or an offset such as +02:00",
        "row 5: not UTF-8 at byte 9: save the file as UTF-8",
        "row 6: messages[0].at: 2126-05-01 09:30 UTC lies in the future; mend the time",
        "row 7: messages[0].text: 10000000 characters; at most 1000000 are taken",
    ]
    assert Encounter.objects.count() == 2


def test_marks_of_byte_order_line_ends_and_blank_lines_are_nothing(tmp_path, house):
    path = tmp_path / "in.jsonl"
    rows = [json.dumps(row).encode() for row in ferries(2)]
    path.write_bytes(b"\xef\xbb\xbf" + rows[0] + b"\r\n\r\n   \r\n" + rows[1])
    report = loop.import_file(str(path))
    assert (report.new, report.rejected, list(report.said())) == (2, 0, [])


@pytest.mark.whole
def test_of_a_truncated_gz_everything_before_the_break_is_kept(tmp_path, house):
    rows = ferries(400)
    whole = gzip.compress(lines(*rows))
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    report = loop.import_file(str(path))
    assert 0 < report.new < 400
    assert Encounter.objects.count() == report.new
    assert "ends too early" in report.broken.say()
    assert report.rejects[-1][1].say() == "breaks off: the file ends inside it"
    path.write_bytes(whole)
    again = loop.import_file(str(path))
    assert (again.new, again.unchanged, again.good) == (400 - report.new, report.new, True)


def test_a_damaged_gz_is_said_to_be_damaged(tmp_path, house):
    whole = bytearray(gzip.compress(lines(*ferries(2))))
    whole[-6] ^= 0xFF
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(whole)
    report = loop.import_file(str(path))
    assert (report.new, report.good) == (2, False)
    assert "is damaged after row 3" in report.broken.say()


@pytest.mark.whole
@pytest.mark.parametrize("filling", [b"\0", b"\n", b" \n"])
def test_a_gz_bomb_stops_early_in_constant_memory(tmp_path, house, filling):
    zipper = zlib.compressobj(9, wbits=31)
    data = [zipper.compress(lines(conversation()))]
    block = filling * (4_000_000 // len(filling))
    data += [zipper.compress(block) for _ in range(250)]
    path = tmp_path / "bomb.gz"
    path.write_bytes(b"".join([*data, zipper.flush()]))
    tracemalloc.start()
    report = loop.import_file(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.new == 1
    assert "grows far beyond its size" in report.broken.say()
    assert peak < 64_000_000


def test_an_archive_may_not_grow_beyond_what_the_caller_allows(tmp_path, house):
    report = bring(tmp_path, *ferries(50), zipped=True, most=5_000)
    assert "grows far beyond its size" in report.broken.say()


def test_a_line_beyond_sixteen_million_bytes_is_passed_over(tmp_path, house):
    report = bring(tmp_path, conversation(), b"x" * 17_000_000, conversation())
    assert report.new == 2
    assert [(row, reason.say()) for row, reason in report.rejects] == [
        (2, "is longer than 16 million bytes; split the conversation")
    ]


def test_an_id_that_comes_twice_is_an_update_and_said(tmp_path, house):
    first, second = message("Hi"), message("Are you there?")
    rows = [
        conversation(first, id="a"),
        conversation(id="b"),
        conversation(first, second, id="a", subject="Again"),
    ]
    report = bring(tmp_path, *rows)
    assert report.line().startswith("2 conversations, 4 messages")
    assert list(report.said()) == [
        "row 3: conversation a stood in row 1 too; this one is taken as its update"
    ]
    texts = Message.objects.filter(encounter__ext_id="a").order_by("at")
    assert [row.text for row in texts] == ["Hi", "Are you there?"]
    again = bring(tmp_path, *rows)
    assert (again.new, again.changed, again.unchanged, again.messages) == (0, 0, 2, 3)
    assert Encounter.objects.get(ext_id="a").subject == "Again"


def test_a_message_id_that_stands_twice_is_said(tmp_path, house):
    report = bring(tmp_path, conversation(message("one", id="m"), message("two", id="m")))
    assert list(report.said()) == ["row 1: message m stands in it twice; the later one is kept"]
    assert Message.objects.get().text == "two"


def test_a_changed_text_is_read_again_and_its_marks_are_replaced(tmp_path, house):
    row = conversation(message("Thank you so much.", id="m"), id="a")
    bring(tmp_path, row)
    assert set(Mark.objects.values_list("label", flat=True)) == {"thanks"}
    row["messages"][0]["text"] = "Nothing to see."
    report = bring(tmp_path, row)
    assert (report.changed, report.marks, Mark.objects.count()) == (1, 0, 0)


def test_a_new_message_leaves_the_others_marks_alone(tmp_path, house):
    row = conversation(message("Thank you so much.", id="m"), id="a")
    bring(tmp_path, row)
    mark = Mark.objects.get()
    row["messages"].append(message("Goodbye."))
    report = bring(tmp_path, row)
    assert (report.changed, report.messages, report.marks) == (1, 2, 1)
    assert Mark.objects.get() == mark


def test_one_half_written_by_a_crash_is_finished_the_next_time(tmp_path, house, monkeypatch):
    rows = ferries(3)
    with monkeypatch.context() as patch:
        patch.setattr("neoncard.notice.actions.read_batch", lambda **_kw: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring(tmp_path, *rows)
    assert (Message.objects.count(), Mark.objects.count()) == (6, 0)
    report = bring(tmp_path, *rows)
    assert Mark.objects.count() == report.marks > 0
    assert Message.objects.count() == 6
    assert bring(tmp_path, *rows).unchanged == 3


def test_unknown_keys_and_authors_are_said_once_a_file(tmp_path, house):
    rows = ferries(5, mood="good")
    rows.append(conversation(message("Hi", "supervisor", macro=True)))
    report = bring(tmp_path, *rows)
    assert (report.new, report.rejected) == (6, 0)
    assert list(report.said()) == [
        "keys that mean nothing here were passed over: messages[].macro, mood",
        "author “supervisor” is not customer, agent, bot or note: 1 messages are kept as someone's and not read",
    ]
    assert Message.objects.filter(author="unknown").count() == 1


def test_what_no_database_keeps_comes_in_as_the_replacement_character(tmp_path, house):
    report = bring(tmp_path, conversation(message("a\x00b\ud800")))
    assert Message.objects.get().text == "a\ufffdb\ufffd"
    assert len(list(report.said())) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'[{"id": "a"}]', "this is one JSON array; put one conversation a line"),
        (b"\n\n  [\n", "this is one JSON array; put one conversation a line"),
        (b'{\n"id": 1}', "this is JSON spread over several lines"),
        (b"PK\x03\x04....", "this is a zip archive; unpack"),
        ("{}".encode("utf-16"), "this is UTF-16 text; unpack or export it as UTF-8"),
    ],
)
def test_another_sort_of_file_is_refused_with_the_mend(tmp_path, house, data, reason):
    path = tmp_path / "in"
    for content in (data, gzip.compress(data)) if data[:1] in b"[{\n" else (data,):
        path.write_bytes(content)
        with pytest.raises(Refused) as caught:
            loop.import_file(str(path))
        assert str(caught.value).startswith(reason)
    assert Encounter.objects.count() == 0


def test_a_folder_and_a_missing_file_are_refused_with_the_mend(tmp_path, house):
    with pytest.raises(Refused, match="is a folder"):
        loop.import_file(str(tmp_path))
    with pytest.raises(Refused, match="check the name"):
        loop.import_file(str(tmp_path / "no"))


def test_an_empty_file_is_an_empty_report(tmp_path, house):
    assert bring(tmp_path).line() == (
        "0 conversations, 0 messages, 0 marks: 0 new, 0 unchanged, 0 rejected"
    )


def test_standard_input_is_read_once(house, monkeypatch):
    class Piped:
        buffer = io.BytesIO(lines(*ferries(3)))

    monkeypatch.setattr("sys.stdin", Piped)
    assert loop.import_file("-").new == 3


def test_progress_reaches_the_end(tmp_path, house):
    told = []
    bring(tmp_path, *ferries(3), progress=lambda done, total: told.append((done, total)))
    size = (tmp_path / "in.jsonl").stat().st_size
    assert told[-1] == (2 * size, 2 * size)
    assert told == sorted(told)


def test_a_report_survives_its_json(tmp_path, house):
    report = bring(tmp_path, conversation(), "x", conversation(mood=1))
    again = Report.from_json(json.loads(json.dumps(report.to_json())))
    assert again == report
    assert list(again.said()) == list(report.said())


@pytest.mark.whole
def test_no_transaction_is_long_and_each_batch_leaves_an_audit_row(tmp_path, house):
    from neoncard.kit.audit.tables import Audit

    bring(tmp_path, *ferries(300))
    rows = Audit.objects.filter(did="encounters.taken")
    assert sum(row.count for row in rows) == 300
    assert {row.on for row in rows} == {"import"}


@pytest.mark.whole
def test_the_real_archive_comes_in_whole(house):
    shared = Path(os.environ.get("NEONCARD_SHARED", Path(__file__).parents[3] / "shared"))
    star = shared / "data" / "conversations" / "star.jsonl.gz"
    if not star.exists():
        pytest.skip("shared data: conversations/star.jsonl.gz")
    first = loop.import_file(str(star))
    assert (first.conversations, first.messages, first.new) == (3416, 62760, 3416)
    assert Mark.objects.filter(boilerplate=True).exists()
    second = loop.import_file(str(star))
    assert (second.new, second.changed, second.unchanged) == (0, 0, 3416)
    assert (second.messages, second.marks) == (first.messages, first.marks)


def test_who_joins_later_finds_their_conversations_after_another_import(tmp_path, house):
    row = conversation(message(ACT, "agent", author_id="jo"), agent={"id": "jo"})
    first = bring(tmp_path, row)
    assert first.no_agent == 1
    assert "import again" in list(first.said())[-1]
    Handle.objects.create(member=house.second, source="import", ext_id="jo")
    second = bring(tmp_path, row)
    assert (second.changed, second.no_agent, second.kindnesses) == (1, 0, 1)
    assert Encounter.objects.get().agent == house.second
    assert Message.objects.get().member == house.second
    assert bring(tmp_path, row).unchanged == 1
