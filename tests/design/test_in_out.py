"""The pages of in and out, and of ideas suggested, with everything behind them."""

import io
import json
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from neoncard.design import actions, formats, intake
from neoncard.design.board import actions as board
from neoncard.design.board import queries as boards
from neoncard.design.tables import Idea, Journey, Step
from neoncard.kit.audit.tables import Audit


@pytest.fixture
def journey(house):
    actions.install_starters(house.organisation)
    return Journey.objects.get(starter="grocery_cashier")


@pytest.fixture
def client(house, signed_in):
    return signed_in(house.agent)


def text(response):
    return response.content.decode()


def out(client, journey, ending="json"):
    return client.get(reverse("journey_export", args=[journey.pk, ending]))


IN = "/journeys/import"


def test_out_and_in_and_out_again_is_the_same_to_the_byte(client, journey):
    first = out(client, journey).content
    looked = client.post(IN, {"file": SimpleUploadedFile("ours.json", first)})
    assert looked.status_code == 200
    assert "This is what will be laid" in text(looked)
    assert Journey.objects.count() == 6
    shown = looked.context["form"]["text"].value()
    answer = client.post(IN, {"text": shown.replace("\n", "\r\n"), "lay": "1"})
    made = Journey.objects.latest("pk")
    assert answer["Location"] == reverse("journey", args=[made.pk])
    assert out(client, made).content == first
    again = client.post(IN, {"file": SimpleUploadedFile("ours.json", first), "lay": "1"})
    assert out(client, Journey.objects.latest("pk")).content == first
    assert again.status_code == 302


def test_comments_and_other_wordings_travel_with_the_cards(house, client, journey):
    idea = journey.ideas.first()
    Idea.objects.filter(pk=idea.pk).update(also="Or ring the bell twice.")
    says = {"op": "comment", "card": idea.key, "comment": {"id": "c" * 12, "text": "Tried it"}}
    board.act(by=house.lead, journey=journey, ops=[says])
    first = out(client, journey).content
    assert (b"Tried it" in first, b"ring the bell twice" in first) == (True, True)
    client.post(IN, {"file": SimpleUploadedFile("ours.json", first), "lay": "1"})
    made = Journey.objects.latest("pk")
    assert out(client, made).content == first
    assert [one.actor for one in made.board_comments.all()] == ["gone"]


def test_comments_come_along_to_a_journey_that_is_there(house, journey):
    row = actions.begin_journey(by=house.agent, title="Here already")
    doc = {
        "v": 1,
        "board": {"title": "", "intro": "", "front_line": ""},
        "steps": [{"id": "s", "title": "Rings", "note": "", "channel": "", "feel_note": ""}],
        "ideas": [],
        "comments": [{"id": "c", "card": "s", "text": "Twice", "at": None, "resolved": False}],
    }
    assert intake.add_to(by=house.agent, journey=row, doc=doc) == 1
    assert [(one.card, one.text) for one in row.board_comments.all()] == [
        (row.steps.get().key, "Twice")
    ]


@pytest.mark.parametrize("ending", sorted(formats.FORMATS))
def test_each_way_out_is_a_file_with_every_card(client, journey, ending):
    answer = out(client, journey, ending)
    assert answer.status_code == 200
    assert answer["Content-Type"] == formats.FORMATS[ending].media
    name = f"friday-evening-from-the-rain-to-the-till-and-out.{ending}"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    if ending == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        seen = {str(cell.value) for row in sheet.iter_rows() for cell in row}
        assert {idea.text for idea in journey.ideas.all()} <= seen
    else:
        came = formats.read(answer.content)
        assert len(came.doc["steps"]) == journey.steps.count()
        assert {idea["text"] for idea in came.doc["ideas"]} == {
            idea.text for idea in journey.ideas.all()
        }


def test_there_are_no_other_ways_out(client, journey):
    assert out(client, journey, "pdf").status_code == 404
    page = text(client.get(reverse("journey", args=[journey.pk])))
    linked = set(re.findall(r'/export\.(\w+)" download', page))
    assert linked == set(formats.FORMATS)


@pytest.mark.parametrize("ending", sorted(formats.FORMATS))
def test_another_persons_hidden_idea_is_in_no_file_and_on_no_card(
    house, journey, signed_in, ending
):
    idea = journey.ideas.first()
    Idea.objects.filter(pk=idea.pk).update(hidden=True, author=house.second, text="Psst hidden")
    theirs = signed_in(house.lead)
    seen = boards.document(house.lead, journey)["ideas"]
    assert [each for each in seen if each["hidden"]] == [
        {"id": idea.key, "step": idea.after_step.key, "hidden": True}
    ]
    assert b"Psst" not in out(theirs, journey, ending).content
    assert "Psst" not in text(theirs.get(reverse("journey_cards", args=[journey.pk])))
    if ending != "xlsx":
        assert b"Psst hidden" in out(signed_in(house.second), journey, ending).content


def test_a_file_names_nobody(house, journey, client):
    Idea.objects.update(author=house.second)
    for ending in formats.FORMATS:
        assert house.second.name.encode() not in out(client, journey, ending).content


def test_a_paper_workshop_is_looked_at_then_laid(house, client):
    typed = (
        "# The last ferry\nStands at the gate\n- A blanket (gift)\n- Say when (word)\n\nRings us"
    )
    html = text(client.post(IN, {"text": typed}))
    assert "Stands at the gate" in html
    assert Journey.objects.count() == 0
    answer = client.post(IN, {"text": typed, "title": "Our ferry", "lay": "1"})
    row = Journey.objects.get()
    assert answer["Location"] == reverse("journey", args=[row.pk])
    assert (row.title, row.made_by, row.team) == ("Our ferry", house.agent, house.agent.team)
    assert [(i.text, i.after_step.title, i.author) for i in row.ideas.all()] == [
        ("A blanket (gift)", "Stands at the gate", None),
        ("Say when", "Stands at the gate", None),
    ]
    said = Audit.objects.filter(did="journey.taken_in").get()
    assert said.count == 4


def test_rows_that_were_not_taken_are_said_before_anything_is_laid(client):
    html = text(client.post(IN, {"text": "card,text\nstep,Waits\nwish,A pony\n"}))
    assert "Row 3:" in html
    assert "is neither step nor idea" in html
    assert "Waits" in html


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "it is empty"),
        ({"text": "Waits", "lay": "1"}, "a few words are needed"),
        ({"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04" + b"\0" * 5000)}, "save it as CSV"),
        ({"file": SimpleUploadedFile("x.csv", b"x" * 10_000_000)}, "larger than 1 MB"),
        ({"file": SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n\0\0")}, "this is no text"),
        ({"file": SimpleUploadedFile("x.json", b'{"a": 1}')}, "no journey of ours"),
        ({"file": SimpleUploadedFile("x.json", b"")}, "it is empty"),
    ],
)
def test_what_can_not_be_laid_is_said_beside_its_field(client, sent, said):
    answer = client.post(IN, sent)
    assert answer.status_code == 422
    assert said in text(answer).replace("&#x27;", "'")
    assert 'aria-invalid="true"' in text(answer)
    assert Journey.objects.count() == 0


def test_cards_are_added_at_the_end_of_a_journey(client, journey):
    steps, ideas = journey.steps.count(), journey.ideas.count()
    path = f"{IN}?journey={journey.pk}"
    typed = "- For the door\nComes back\n- A word"
    assert "Lay them at the end" in text(client.post(path, {"text": typed}))
    client.post(path, {"text": typed, "lay": "1"})
    assert (journey.steps.count(), journey.ideas.count()) == (steps + 1, ideas + 2)
    last = journey.steps.last()
    assert [idea.text for idea in last.ideas.all()] == ["A word"]
    before = Idea.objects.get(text="For the door")
    assert before.after_step.title == "Goes out again"
    many = "\n".join(f"Step {n}" for n in range(intake.MOST_ADDED + 1))
    answer = client.post(path, {"text": many, "lay": "1"})
    assert answer.status_code == 422
    assert "at most 100 cards" in text(answer)
    assert journey.steps.count() == steps + 1
    assert client.get(f"{IN}?journey=9999").status_code == 404


def test_bringing_in_has_an_end_an_hour(client, monkeypatch):
    monkeypatch.setattr("neoncard.kit.limits.allow", lambda *args: False)
    answer = client.post(IN, {"text": "Waits"})
    assert answer.status_code == 422
    assert "That was a lot for one hour" in text(answer)


def test_the_pages_of_in_and_out_ask_little(client, journey, django_assert_max_num_queries):
    step = journey.steps.first()
    for path in (
        reverse("journey_export", args=[journey.pk, "xlsx"]),
        reverse("journey_cards", args=[journey.pk]) + "?paper=letter",
        f"{IN}?journey={journey.pk}",
        reverse("journey_qr", args=[journey.pk]),
        reverse("journey_suggest", args=[journey.pk]) + f"?step={step.key}",
        reverse("journey_idea_add", args=[journey.pk]) + f"?after={step.pk}",
    ):
        with django_assert_max_num_queries(10):
            assert client.get(path).status_code == 200, path


def test_cards_are_eight_a_sheet_with_blank_ones_to_write_on(client, journey):
    html = text(client.get(reverse("journey_cards", args=[journey.pk])))
    sheets = html.split('<ul class="sheet-of ')[1:]
    assert [sheet.split('"')[0] for sheet in sheets] == ["white"] * 2 + ["colour"] * 3
    assert [sheet.count('<li class="cut') for sheet in sheets] == [8] * 5
    assert html.count('<li class="cut effort') == journey.ideas.filter(kind="effort").count()
    assert "a4.css" in html
    assert "letter.css" in text(
        client.get(reverse("journey_cards", args=[journey.pk]), {"paper": "letter"})
    )
    assert "a4.css" in text(
        client.get(reverse("journey_cards", args=[journey.pk]), {"paper": "../x"})
    )


def test_an_empty_journey_prints_blank_cards(house, client):
    row = actions.begin_journey(by=house.agent, title="Nothing yet")
    html = text(client.get(reverse("journey_cards", args=[row.pk])))
    assert html.count('<li class="cut') == 16


def test_the_way_back_is_a_qr_of_the_journey(client, journey):
    answer = client.get(reverse("journey_qr", args=[journey.pk]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    html = text(client.get(reverse("journey_cards", args=[journey.pk])))
    assert f"QR code of http://testserver/journeys/{journey.pk}" in html.replace(
        "http://127.0.0.1:8000", "http://testserver"
    )


def test_ideas_for_a_gap_as_json(client, journey):
    step = Step.objects.create(journey=journey, pos=99, title="The caller hangs on the line")
    path = reverse("journey_suggest", args=[journey.pk])
    ideas = json.loads(client.get(path, {"step": step.key}).content)["ideas"]
    assert len(ideas) == 5
    assert list(ideas[0]) == ["text", "kind", "level", "aim", "cost", "principle", "why"]
    assert ideas[0]["why"].startswith("About waiting")
    there = {idea.text for idea in journey.ideas.all()}
    assert {idea["text"] for idea in ideas} & there == set()
    assert len(json.loads(client.get(path).content)["ideas"]) == 5
    other = Step.objects.exclude(journey=journey).first()
    for wrong in (other.key, "x", "9" * 30, "²"):
        assert client.get(path, {"step": wrong}).status_code == 404


def test_a_suggested_idea_is_marked_and_taken_in_one_tap(client, journey):
    step = journey.steps.get(title="Waits in the queue")
    path = reverse("journey_idea_add", args=[journey.pk]) + f"?after={step.pk}"
    html = text(client.get(path))
    assert "From the idea library" in html
    assert html.count("Take this one") == 5
    form = html[html.index("From the idea library") :]
    form = form[form.index("<form") : form.index("</form>")]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    fields.pop("csrfmiddlewaretoken")
    assert set(fields) == {"text", "kind", "level", "aim", "cost", "principle"}
    client.post(path, fields)
    made = step.ideas.latest("pk")
    assert (made.text, made.kind) == (fields["text"], fields["kind"])
    assert f"<h3>{fields['text']}</h3>" not in text(client.get(path))
