"""Dropped and handed-in files: every charset and shape spreadsheets write, and one bad line never stops the rest."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from neoncard import loop
from neoncard.connectors import drop, frame, mapping, sheets, times
from neoncard.connectors.frame import Asking, Context
from neoncard.connectors.tables import Delivery
from neoncard.encounters.tables import Encounter, Rating
from neoncard.kit import lines
from neoncard.kit.fields import Rejected
from neoncard.kit.jobs.worker import Worker
from tests.connectors.hooks import connector
from tests.connectors.test_pages import text

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
BERLIN = {"zone": "Europe/Berlin"}


def read(source):
    asking = Asking({"source": source}, NOW)
    return [json.loads(body) for page in drop.pull({}, asking) for body in page.bodies]


@pytest.mark.parametrize("charset", ["utf-8", "cp1252", "utf-8-sig"])
def test_a_table_is_read_in_the_charset_it_is_in(settings, tmp_path, charset):
    settings.HOME = tmp_path
    words = "nr;wer\n1;Jürgen Müller – „gut“\n".encode(charset)
    drop.put("desk", "Export März.csv", [words])
    drop.put("desk", "lines.jsonl", ['{"wer": "Jürgen"}\n'.encode(charset.removesuffix("-sig"))])
    assert read("desk") == [{"nr": "1", "wer": "Jürgen Müller – „gut“"}, {"wer": "Jürgen"}]


def test_a_line_that_is_too_long_says_so_and_the_rest_goes_on():
    found = [lines.Line(1, b"a,b"), lines.TooLong(2, 16_000_000), lines.Line(3, b"1,2")]
    said = [json.loads(one) for one in sheets.bodies(found, "x.csv", table=True)]
    why = "x.csv: line 2 is longer than 16 million bytes"
    assert said == [{sheets.UNREAD: why}, {"a": "1", "b": "2"}]
    said = [json.loads(one) for one in sheets.bodies(found[1:2], "x.jsonl", table=False)]
    assert said == [{sheets.UNREAD: why.replace("csv", "jsonl")}]
    for kind in ("folder", "calls"):
        with pytest.raises(Rejected, match="longer than 16 million bytes"):
            frame.kinds()[kind].mapping({sheets.UNREAD: why}, Context("desk", NOW))


def test_a_row_that_is_no_csv_says_so_and_the_rest_goes_on(monkeypatch):
    import csv

    before = csv.field_size_limit(20)
    try:
        found = [lines.Line(n, row) for n, row in enumerate([b"a", b"x" * 30, b"1"], 1)]
        said = [json.loads(one) for one in sheets.bodies(found, "x.csv", table=True)]
    finally:
        csv.field_size_limit(before)
    assert [list(one) for one in said] == [[sheets.UNREAD], ["a"]]


@pytest.mark.django_db
def test_a_file_handed_in_on_the_page_goes_the_way_of_the_folder(
    house, signed_in, settings, tmp_path
):
    settings.HOME = tmp_path
    row = connector(kind="calls", settings={"sender": "standard", **BERLIN})
    client = signed_in(house.admin)
    address = reverse("connector_upload", args=[row.pk])
    table = b"id;start;duration;agent\n7;1.5.2026 09:30;90;17\n"
    file = SimpleUploadedFile("../../Anrufe.csv.gz", gzip.compress(table))
    assert "is being read" in text(client.post(address, {"file": file}, follow=True))
    assert Worker(loop.HANDLERS).drain() == 0
    (one,) = Delivery.objects.all()
    assert json.loads(bytes(one.body))["start"] == "1.5.2026 09:30"
    assert len(list((tmp_path / "drop" / row.source / "taken").iterdir())) == 1
    bad = SimpleUploadedFile("calls.xlsx", b"PK")
    assert "Only files that end with" in text(client.post(address, {"file": bad}, follow=True))
    assert "Pick a file first" in text(client.post(address, follow=True))
    other = reverse("connector_upload", args=[connector().pk])
    assert client.post(other, {"file": file}).status_code == 404


@pytest.mark.django_db
def test_a_file_that_is_too_large_is_not_taken(house, signed_in, monkeypatch):
    monkeypatch.setattr(drop, "UPLOAD_MOST", 10)
    row = connector(kind="folder", settings={})
    file = SimpleUploadedFile("a.csv", b"x" * 11)
    address = reverse("connector_upload", args=[row.pk])
    answer = signed_in(house.admin).post(address, {"file": file}, follow=True)
    assert ("At most" in text(answer), drop.test(Asking({"source": row.source}, NOW))[-7:]) == (
        True, "0 files",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("2026-05-01T09:30:00+02:00", {}),
        (1_777_620_600, {}),
        ("1777620600", {}),
        (1_777_620_600_000, {}),
        ("2026-05-01 09:30", BERLIN),
        ("2026/5/1, 9:30:00", BERLIN),
        ("01.05.2026 09:30:00.250", BERLIN),
        ("1/5/2026 9:30", BERLIN),
        ("5/1/2026 9:30 am", {**BERLIN, "month_first": True}),
        ("1.5.2026 9:30", {**BERLIN, "month_first": True}),
        ("2026-05-01T07:30:00Z", BERLIN),
        ("1/5/2026 12:30 a.m.", {"zone": "Asia/Karachi", "was": "30 Apr"}),
    ],
)
def test_a_time_is_read_as_exports_write_it(said, given):
    wanted = datetime(2026, 5, 1, 7, 30, tzinfo=UTC)
    if "was" in given:
        wanted = datetime(2026, 4, 30, 19, 30, tzinfo=UTC)
    assert times.moment(said, given, NOW, "start") == wanted


@pytest.mark.parametrize(
    ("said", "given", "why"),
    [
        ("2026-05-01 09:30:00", {}, "start: has no time zone.*or name a time zone"),
        ("31.2.2026 9:30", BERLIN, "start: is neither"),
        ("soon", BERLIN, "start: is neither"),
        (None, BERLIN, "start: is missing"),
        ("1.5.2036 9:30", BERLIN, "lies in the future"),
    ],
)
def test_a_time_that_can_not_be_read_names_its_column(said, given, why):
    with pytest.raises(Rejected, match=why):
        times.moment(said, given, NOW, "start")


@pytest.mark.parametrize(
    ("path", "stands"),
    [
        ("Ticket.ID", 7), ("a.b", 1), ('"x.y".z', 2), ("list.0.n", 3), ("=5", "5"), ("", None),
        ("nowhere", None), ("list.9", None), ("a.b.c", None),
    ],
)  # fmt: skip
def test_a_path_finds_names_with_dots_and_constants(path, stands):
    found = {"Ticket.ID": 7, "a": {"b": 1}, "x.y": {"z": 2}, "list": [{"n": 3}]}
    assert mapping.at(found, path) == stands


@pytest.mark.django_db
def test_a_score_in_a_table_needs_no_column_for_the_best(house, signed_in):
    paths = {
        **dict.fromkeys(mapping.PATHS, ""),
        "conversation": "Ticket.ID", "at": "When", "score": "Stars", "best": "=5",
    }  # fmt: skip
    row = {"Ticket.ID": "7", "When": "1.5.2026 09:30", "Stars": "4,5"}
    context = Context("desk", NOW, {**BERLIN, "mapping": paths})
    (one,) = frame.kinds()["folder"].mapping(row, context)
    assert (one.rating.score, one.rating.scale_max) == (4.5, 5.0)
    assert Encounter.objects.count() == Rating.objects.count() == 0


@pytest.mark.django_db
def test_calls_have_a_mapping_page_that_takes_two_lines_of_a_table(house, signed_in):
    row = connector(kind="calls", settings={"sender": "standard", **BERLIN})
    client = signed_in(house.admin)
    address = reverse("connector_mapping", args=[row.pk])
    page = text(client.get(address))
    assert ("How long it was" in page, "Rating" in page) == (True, False)
    form = client.get(address).context["form"]
    given = {name: field.initial or "" for name, field in form.fields.items()}
    given |= {"id": "Call.No", "start": "Begin", "duration": "=60", "agent": "Ext"}
    pasted = "Call.No;Begin;Ext\n7;01.05.2026 09:30;17"
    answer = client.post(address, {**given, "payload": pasted})
    assert "conversation.opened" in text(answer)
    assert client.post(address, {**given, "payload": "no table"}).status_code == 422
    client.post(address, {**given, "payload": "", "save": "1"})
    row.refresh_from_db()
    context = Context("desk", NOW, row.settings)
    found = frame.kinds()["calls"].mapping(sheets.pasted(pasted), context)
    assert [(one.conversation.ext_id, one.occurred_at.hour) for one in found] == [("7", 7)] * 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pasted", ["[]", "3", '{"messages": {"a": 1}, "conversation": []}', "null"]
)
def test_whatever_is_pasted_the_mapping_page_says_what_came_of_it(house, signed_in, pasted):
    row = connector(kind="folder", settings={})
    address = reverse("connector_mapping", args=[row.pk])
    assert signed_in(house.admin).post(address, {"payload": pasted}).status_code == 422
