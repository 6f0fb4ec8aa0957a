"""Texts of our own: the form they have, and what is wrong named with its mend."""

import pytest

from bench.notice_probes import probes
from bench.notice_texts import table
from neoncard.notice.engine import LABELS
from tools.own_texts import FOLDER, Text, spelt, texts

STRANGERS = ("first", "second", "third", "fourth", "fifth", "sixth")


def test_there_are_enough_texts_of_every_label_and_half_of_the_families_are_held_back():
    found = list(texts())
    assert len(found) >= 10_000
    assert {each.label for each in found} == set(LABELS)
    assert 0.45 <= sum(each.held_back for each in found) / len(found) <= 0.55
    for label in LABELS:
        own = [each for each in found if each.label == label]
        assert sum(label in each.labels for each in own) >= 50
        assert sum(label not in each.labels for each in own) >= 50


def test_nothing_that_measures_is_taught():
    taught = {(each.role, spelt(each.text)) for each in texts()}
    judged = FOLDER.with_name("notice_judged")
    measures = {
        (each.role, spelt(each.text)) for name in STRANGERS for each in texts(judged / name)
    }
    measures |= {
        (LABELS[each.label].role, spelt(each.row["text"])) for each in probes() if each.held_back
    }
    assert len(measures) > 3_000
    assert taught & measures == set()


def test_what_differs_by_case_and_signs_is_spelt_the_same():
    assert spelt("No  rush, love!") == spelt("no rush love") == "no rush love"
    assert spelt("no rush, live") != spelt("no rush, love")


def test_a_text_is_read_with_its_labels_family_and_name(tmp_path):
    (tmp_path / "name.txt").write_text(
        "# family: parcels\n\nname,apology @Priya | Sorry, Priya.\n- | No.\n"
    )
    first, second = texts(tmp_path)
    assert first == Text(
        "name", "parcels", frozenset({"name", "apology"}), "Sorry, Priya.", "Priya"
    )
    assert first.row == {"text": "Sorry, Priya.", "role": "agent", "customer_name": "Priya"}
    assert (second.labels, second.name, second.group) == (frozenset(), "", "name: parcels")


@pytest.mark.parametrize(
    ("name", "line", "mend"),
    [
        ("threat", "- | a", "threat.txt, line 1: begin with a line `# family: …`"),
        ("threat", "# family: f\n- a", "threat.txt, line 2: write labels (or -), a bar and the text"),
        ("threat", "# family: f\n | a", "threat.txt, line 2: write labels (or -), a bar and the text"),
        ("threat", "# family: f\nhumour | a", "threat.txt, line 2: not a label of the one who speaks: humour"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named(tmp_path, name, line, mend):
    (tmp_path / f"{name}.txt").write_text(line)
    with pytest.raises(ValueError) as raised:
        list(texts(tmp_path))
    assert str(raised.value) == mend


def test_a_file_of_no_label_is_named(tmp_path):
    (tmp_path / "joy.txt").write_text("")
    with pytest.raises(ValueError, match=r"joy\.txt: no label has this name"):
        list(texts(tmp_path))


def test_shares_are_of_a_labels_own_file():
    said = [
        (Text("threat", "f", frozenset(labels), text), marks)
        for labels, text, marks in [
            ({"threat"}, "a", {"threat"}),
            ({"threat"}, "b", set()),
            (set(), "c", {"insult"}),
            ({"insult"}, "d", {"threat"}),
        ]
    ]
    assert table(said)["threat"] == {"must": 0.5, "must_not": 0.5, "musts": 2, "must_nots": 2}
