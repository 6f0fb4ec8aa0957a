"""What people hand in: typed lines, tables from spreadsheets, others' diagrams, and files that mean no good."""

import json

import pytest

from neoncard.design import formats
from neoncard.design.formats import document, native


def laid(came):
    """A document in short: the title, then the gaps with the words of their ideas."""
    gaps = [
        (step["title"] if step else None, [idea["text"] for idea in ideas])
        for step, ideas in document.in_order(came.doc)
    ]
    return came.doc["board"]["title"], [gap for gap in gaps if gap != (None, [])]


def remarks(came):
    return [(remark.row, remark.reason.say()) for remark in came.remarks]


FERRY = (
    "The last ferry",
    [("Stands at the gate", ["Say when the next one is", "A blanket"]), ("Rings us", [])],
)


@pytest.mark.parametrize(
    "text",
    [
        "# The last ferry\nStands at the gate\n- Say when the next one is\n- A blanket\nRings us",
        "Journey: The last ferry\n\nStands at the gate\n> Say when the next one is\n>A blanket\n\nRings us\n",
        "# The last ferry\n1. Stands at the gate\n  * Say when the next one is\n  * A blanket\n2) Rings us",
        "# The last ferry\r\nStands at the gate\r\n\tSay when the next one is\r\n\tA blanket\r\nRings us\r\n",
        "Title: The last ferry\nStep 1: Stands at the gate\nIdea: Say when the next one is\nneon: A blanket\nStep: Rings us",
        "# The last ferry\n=====\nWhite card: Stands at the gate\n• Say when the next one is\n– A blanket\nWhite: Rings us",
    ],
)
def test_a_paper_workshop_is_typed_in_as_people_type(text):
    came = formats.read(text.encode())
    assert laid(came) == FERRY
    assert remarks(came) == []


def test_a_typed_idea_may_say_what_it_is_made_of_and_why():
    text = (
        "Stands at the gate\n- A blanket (treat, level 4, loyalty; costs: 3 of ours (each))\n"
        "  why: nobody waits cold\n- Ring the pier (it is near)\n- Walk [effort]\n- Sit (2)"
    )
    one, two, three, four = formats.read(text.encode()).doc["ideas"]
    assert (one["kind"], one["level"], one["aim"]) == ("treat", 4, "loyalty")
    assert (one["cost"], one["principle"]) == ("3 of ours (each)", "nobody waits cold")
    assert (two["text"], two["kind"]) == ("Ring the pier (it is near)", "word")
    assert (three["text"], three["kind"]) == ("Walk", "effort")
    assert (four["text"], four["level"]) == ("Sit", 2)


def test_bare_lines_among_numbered_ones_are_notes():
    came = formats.read(
        b"For the pier\n1. Waits\n20:15, in the rain\n*Cold*\n- A blanket\n2. Rings"
    )
    assert came.doc["board"]["intro"] == "For the pier"
    first, second = came.doc["steps"]
    assert (first["note"], first["feel_note"]) == ("20:15, in the rain", "Cold")
    assert (second["title"], second["note"]) == ("Rings", "")


@pytest.mark.parametrize(
    "text",
    [
        "card,text\njourney,The last ferry\nstep,Stands at the gate\nidea,Say when the next one is\nidea,A blanket\nstep,Rings us\n",
        "\ufeffType;Title\r\nTitle;The last ferry\r\nWhite card;Stands at the gate\r\nNeon;Say when the next one is\r\nneon card;A blanket\r\nSTEP;Rings us\r\n",
        "card\ttext\njourney\tThe last ferry\n\nstep\tStands at the gate\nidea\tSay when the next one is\nidea\tA blanket\nstep\tRings us",
    ],
)
def test_a_table_comes_in_with_any_mark_between_its_cells(text):
    came = formats.read(text.encode())
    assert laid(came) == FERRY
    assert remarks(came) == []


def test_a_table_with_steps_beside_ideas():
    text = "Step,Idea,Kind\nWaits,A blanket,treat\nWaits,Say when,\nRings us,,\n,Ring back,effort\n"
    came = formats.read(text.encode())
    assert laid(came) == ("", [("Waits", ["A blanket", "Say when"]), ("Rings us", ["Ring back"])])
    assert [idea["kind"] for idea in came.doc["ideas"]] == ["treat", "word", "effort"]


def test_what_a_row_can_not_be_is_said_with_its_line_and_the_rest_goes_on():
    text = (
        "card,text,kind,level,aim,channel\n"
        'step,"Waits\nlong",,,,train\n'
        "idea,,word,3,trust,\n"
        "wish,A blanket,,,,\n"
        f"idea,{'x' * 301},gift,9,Loyalty,\n"
    )
    came = formats.read(text.encode())
    assert remarks(came) == [
        (
            2,
            "channel: “train” is none of web, robot, phone, email, chat, counter, person; it was left empty",
        ),
        (4, "a neon card without words; say what we could do"),
        (5, "card: “wish” is neither step nor idea; write one of them"),
        (6, "text: 301 characters; a card holds 300, so it was cut"),
        (6, "kind: “gift” is none of word, effort, treat; “word” was taken"),
        (6, "level: “9” is none of 1 to 5; 3 was taken"),
    ]
    (idea,) = came.doc["ideas"]
    assert (len(idea["text"]), idea["kind"], idea["level"], idea["aim"]) == (
        300,
        "word",
        3,
        "loyalty",
    )


def test_somebodys_own_mermaid_journey_becomes_white_cards():
    text = """---
title: front matter
---
%% a remark
journey
    title My working day
    section Go to work
      Make tea: 5: Me
      Go upstairs: 3: Me, Cat
      what is this
    section Go home
      Sit down: 5: Me
"""
    came = formats.read(text.encode())
    assert laid(came)[0] == "My working day"
    assert [(step["title"], step["note"]) for step in came.doc["steps"]] == [
        ("Make tea", "Go to work"),
        ("Go upstairs", "Go to work"),
        ("Sit down", "Go home"),
    ]
    assert [row for row, _say in remarks(came)] == [10]


def test_our_file_by_hand_is_read_kindly():
    found = {
        "v": 1,
        "board": {"title": "The last ferry", "intro": 5},
        "steps": [{"id": "a", "title": "Stands at the gate"}, "what", {"title": "Rings us"}],
        "ideas": [
            {"id": "i", "step": "a", "text": "A blanket", "level": True},
            {"step": "gone", "text": "A sign"},
            {"id": "h", "step": "a", "hidden": True},
        ],
        "comments": [{"card": "i", "text": "Yes"}, {"card": "x", "text": "?"}, 7, {"card": "i"}],
    }
    came = formats.read(json.dumps(found).encode())
    assert laid(came)[1] == [
        (None, ["A sign"]),
        ("Stands at the gate", ["A blanket"]),
        ("Rings us", []),
    ]
    assert [comment["text"] for comment in came.doc["comments"]] == ["Yes"]
    assert remarks(came) == [
        (0, "intro: takes a text; it was left empty"),
        (2, "a white card without words; say what happens there"),
        (1, "level: “True” is none of 1 to 5; 3 was taken"),
        (2, "the white card of this neon card is not here; it was laid first"),
        (2, "a comment on a card that is not here was left out"),
        (3, "a comment on a card that is not here was left out"),
        (4, "a comment without words was left out"),
    ]
    assert native.read(native.write(came.doc).decode()).remarks == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \r\n", "it is empty"),
        (b"PK\x03\x04" + b"\x00" * 100, "a workbook or zip archive"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (b"\xe9" * 600_000, "larger than 1 MB"),
        (b"a\n" * 60_000, "more than 50000 lines"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "this is no text"),
        (b'{"v": 1, "steps": [', "not JSON from line 1 on"),
        (b'{"v": 2, "steps": []}', "no journey of ours"),
        (b"[1, 2]", "no journey of ours"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"v": 1, "steps": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b"kind,level\nword,3\n", "names no column"),
    ],
)
def test_what_is_no_journey_is_refused_with_the_mend(data, said):
    with pytest.raises(formats.Unreadable, match=said):
        formats.read(data)


@pytest.mark.parametrize(
    "data",
    [
        "# Café\nÄrger am Schalter".encode(),
        "# Café\nÄrger am Schalter".encode("utf-16"),
        "# Café\r\nÄrger am Schalter".encode("cp1252"),
    ],
)
def test_text_as_any_office_saves_it(data):
    assert laid(formats.read(data)) == ("Café", [("Ärger am Schalter", [])])


def test_a_formula_in_a_table_comes_in_as_words_and_goes_out_guarded():
    came = formats.read(b"card,text\nstep,\"=cmd|' /C calc'!A0\"\nstep,'+49 30\n")
    assert [step["title"] for step in came.doc["steps"]] == ["=cmd|' /C calc'!A0", "+49 30"]
    out = formats.FORMATS["csv"].write(came.doc).decode("utf-8-sig")
    assert "\r\nstep,'=cmd" in out
    assert "\r\nstep,'+49 30" in out


def test_a_journey_has_an_end():
    came = formats.read("\n".join(f"Step {n}" for n in range(300)).encode())
    assert len(came.doc["steps"]) == document.MOST_STEPS
    assert remarks(came) == [
        (201, "there are more than 200 of these; from here on they were left out")
    ]
    assert remarks(formats.read(b"word, 3\n----\n"))[:1] == []
    assert remarks(formats.read(b"----"))[-1][1].startswith("no card was found")


@pytest.mark.parametrize(
    "text",
    [
        " %%\n" * 20_000 + "x",
        "---\n\n" * 20_000 + "x",
        "- " + "(; costs: " * 90_000,
        "- " + "(" * 900_000,
        "1. Waits\nx" + " " * 900_000 + "y`",
        "1. Waits\n" + "`a" * 400_000,
        "journey\n" + "a:" * 400_000,
        "card,text\nstep," + '"' * 900_001,
        "card,text\n" + "wish,x\n" * 49_000,
        '{"v": 1, "steps": [' + "{}," * 300_000 + "{}]}",
        "a\n- b (effort)\n" * 24_000,
        "*" * 900_000,
    ],
    ids=range(12),
)
def test_a_megabyte_that_means_no_good_is_read_in_a_moment(text):
    """A reader that goes back and forth over one of these would not be done today."""
    came = formats.read(text.encode())
    assert len(came.remarks) <= document.MOST_REMARKS
    assert document.portable(came.doc) == came.doc


def test_a_cell_too_long_for_a_table_ends_it_with_its_line():
    came = formats.read(b"card,text\nstep,Waits\nstep," + b"x" * 200_000)
    assert [step["title"] for step in came.doc["steps"]] == ["Waits"]
    assert remarks(came) == [(3, "from here on it is no table any more; look for a lost quote")]
