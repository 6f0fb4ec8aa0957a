"""Out and in again: what each format keeps, read back by a test that knows it; and bytes from anywhere."""

import csv
import io
import json
import re

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard import library
from neoncard.design import formats
from neoncard.design.formats import document, lines, markdown, mermaid, native, table, workbook
from tests.design.documents import ANY, LINE, documents, starter

every_starter = pytest.mark.parametrize("key", library.JOURNEYS)


@given(documents(ANY))
def test_our_own_file_comes_back_byte_for_byte(doc):
    first = native.write(doc)
    came = formats.read(first)
    assert came.remarks == []
    assert came.doc == document.portable(doc)
    assert native.write(came.doc) == first


@every_starter
def test_a_starter_comes_back_whole_from_our_file_csv_and_markdown(key):
    doc = starter(key)
    for ending in ("json", "csv", "md"):
        came = formats.read(formats.FORMATS[ending].write(doc))
        if ending != "json":
            came.doc["board"]["front_line"] = doc["board"]["front_line"]
        assert came.doc == doc, ending
        assert came.remarks == []


def test_a_file_carries_no_names_no_votes_and_nobodys_hidden_idea():
    doc = starter()
    doc["ideas"][0] |= {"author": "m1", "votes": 3, "act_id": 7, "hidden": True}
    doc["ideas"].append({"id": "hidden-0001", "step": None, "hidden": True})
    doc |= {"people": {"m1": "Zaira"}, "mine": ["x"], "chat": [{"text": "psst"}]}
    for each in formats.FORMATS.values():
        assert b"Zaira" not in each.write(doc)
        assert b"psst" not in each.write(doc)
    kept = json.loads(native.write(doc))
    assert list(kept) == ["v", "board", "steps", "ideas", "comments"]
    assert len(kept["ideas"]) == len(starter()["ideas"])
    assert {"author", "votes", "act_id", "hidden"} & set(kept["ideas"][0]) == set()


@given(documents(ANY))
def test_csv_keeps_every_card_and_nothing_in_it_is_a_formula(doc):
    doc = document.portable(doc)
    data = table.write(doc)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == list(table.COLUMNS)
    assert len(rows) == 2 + len(doc["steps"]) + len(doc["ideas"])
    assert [cell for row in rows for cell in row if cell and cell[0] in "=+-@\t\r"] == []
    came = table.read(document.decoded(data))
    for name in ("steps", "ideas"):
        assert came.doc[name] == [settled(card) for card in doc[name]]


def settled(card):
    """A card without the other wording that waits to be settled, which only our own file keeps."""
    return {name: value for name, value in card.items() if name != "also"}


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''@SUM(A1)", "+49 30", "-", "plain", "'quoted'"]
)
def test_the_guard_is_taken_off_again(text):
    assert table.unguarded(table.guarded(text)) == text
    assert table.guarded(text)[0] not in "=+-@"


@pytest.mark.whole
@given(documents(ANY, most=3))
def test_a_workbook_keeps_every_card_as_text(doc):
    doc = document.portable(doc)
    doc["board"]["title"] = "=HYPERLINK(1)"
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.write(doc))).active
    cells = list(sheet.iter_rows())
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n"}
    texts = [row[1].value or "" for row in cells[1:]]
    said = [text for row in table.rows(doc) if (text := row["text"]) is not None]
    assert [plain(text) for text in texts] == [plain(text) for text in said]


def plain(text):
    """As XML gives it back: one kind of line end, and openpyxl's own way with _x…_ undone on neither side."""
    return re.sub(r"_x[0-9A-Fa-f]{4}_", "?", str(text)).replace("\r\n", "\n")


class Read:
    """A small reader of Markdown: headings and list items, with the escapes undone."""

    def __init__(self, data):
        self.heads, self.items, self.inner = [], [], []
        for line in data.decode().split("\n"):
            text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line)
            if found := re.fullmatch(r"## \d+\. (.*)", text):
                self.heads.append(found[1])
            elif text.startswith("- "):
                self.items.append(text[2:])
            elif text.startswith("  - "):
                self.inner.append(text[4:])


@given(documents(LINE))
def test_markdown_shows_every_card_to_a_reader_of_it(doc):
    doc = document.portable(doc)
    seen = Read(markdown.write(doc))
    one = {"steps": [" ".join(step["title"].split()) for step in doc["steps"]]}
    assert seen.heads == one["steps"]
    assert [item.split(" (", 1)[0] for item in seen.items if " (" in item] == [
        " ".join(idea["text"].split()).split(" (", 1)[0]
        for _step, ideas in document.in_order(doc)
        for idea in ideas
    ]


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))))
def test_what_is_escaped_for_markdown_is_had_back(text):
    assert markdown.plain(markdown.escaped(text)) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[<*_`\[]", markdown.escaped(text))


@pytest.mark.parametrize(
    "text",
    [
        "Accept it as it is",
        "title: mine",
        "Section 5",
        "accTitle",
        "```",
        "---",
        "%% no",
        "#1; a: b",
    ],
)
def test_words_mermaid_would_take_for_its_own_stay_words(text):
    doc = document.portable({**starter(), "ideas": [], "comments": []})
    doc["ideas"] = [{**starter()["ideas"][0], "step": None, "text": text}]
    came = mermaid.read(mermaid.write(doc).decode())
    assert [idea["text"] for idea in came.doc["ideas"]] == [text]
    assert len(came.doc["steps"]) == len(doc["steps"])


@given(documents(LINE))
def test_mermaid_keeps_the_cards_in_order(doc):
    doc = document.portable(doc)
    data = mermaid.write(doc).decode()
    read = [line.strip() for line in data.split("\n")]
    assert read[0] == "journey"
    sections = [line for line in read if line.startswith("section ")]
    tasks = [line for line in read[2:] if line and not line.startswith("section ")]
    assert len(sections) == len(doc["steps"])
    assert all(re.fullmatch(r"[^:;#]+: [1-5]: (word|effort|treat)", task) for task in tasks)
    assert len(tasks) == len(doc["ideas"])
    if doc["ideas"]:
        came = mermaid.read(data)
        assert [idea["text"] for idea in came.doc["ideas"]] == [
            " ".join(idea["text"].translate(mermaid.BACK).split()) for idea in doc["ideas"]
        ]
        assert [idea["step"] for idea in came.doc["ideas"]] == [
            idea["step"] for _step, ideas in document.in_order(doc) for idea in ideas
        ]


@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_bytes_from_anywhere_give_a_document_or_a_reason(data):
    try:
        came = formats.read(data)
    except formats.Unreadable:
        return
    assert document.portable(came.doc) == came.doc
    assert all(remark.reason.say() for remark in came.remarks)


@given(
    st.lists(
        st.sampled_from(
            ["- ", "# ", "## ", "1. ", "  ", "> ", "Why: ", "x", "(effort, 4)", "*", "\n"]
        ),
        max_size=30,
    )
)
def test_typed_lines_give_a_document(parts):
    came = lines.read("".join(parts))
    assert document.portable(came.doc) == came.doc
