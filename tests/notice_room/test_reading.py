"""Reading in the product: marks, proposals, macros, and what is never read."""

import pytest

from neoncard import loop
from neoncard.kindness.tables import Kindness
from neoncard.notice import actions, queries
from neoncard.notice.tables import FrozenBoilerplate, Mark
from neoncard.people import actions as people
from neoncard.people.tables import Handle
from tests.encounters.said import conversation, message, write

pytestmark = pytest.mark.django_db

ACT = "As a surprise I have upgraded you to a cabin with a window, free of charge."
PRAISE = "Ines was absolutely wonderful, the best service I have ever had."


@pytest.fixture
def ines(house):
    Handle.objects.create(member=house.agent, source="import", ext_id="ines")
    return house.agent


def bring(tmp_path, *rows):
    return loop.import_file(write(tmp_path / "in.jsonl", *rows))


def test_an_act_and_praise_become_one_proposal_that_only_its_giver_sees(tmp_path, ines):
    row = conversation(message("Could we sit together?"), message(ACT, "agent"), message(PRAISE))
    report = bring(tmp_path, row)
    assert report.kindnesses == 1
    kindness = Kindness.objects.get()
    assert (kindness.giver.member, kindness.state, kindness.sees) == (ines, "proposed", "giver")
    assert kindness.receivers.get().customer.name == "Maren Oltmanns"
    mark = Mark.objects.get(
        message=kindness.quote, label=kindness.quote_label, start=kindness.quote_start
    )
    assert mark.end == kindness.quote_end
    bring(tmp_path, row)
    assert Kindness.objects.count() == 1


def test_every_mark_lies_in_its_message(tmp_path, ines):
    bring(
        tmp_path,
        conversation(message("Hi, thank you so much!"), message(ACT, "agent"), message(PRAISE)),
    )
    marks = list(Mark.objects.select_related("message"))
    assert {mark.label for mark in marks} >= {"thanks", "goes_beyond", "praise"}
    for mark in marks:
        assert 0 <= mark.start < mark.end <= len(mark.message.text)
        assert 0 <= mark.score <= 1
        assert mark.rule


def test_a_stranger_among_agents_or_customers_is_never_given_a_kindness(tmp_path, ines):
    report = bring(
        tmp_path,
        conversation(message(ACT, "agent", author_id="nobody"), message(PRAISE), agent=None),
        conversation(message(ACT, "agent"), message(PRAISE), customer=None),
        conversation(message("Hello", "agent"), message(PRAISE, author_id="c-2")),
        conversation(message(ACT, "bot"), message(ACT, "note")),
    )
    assert (report.new, report.kindnesses, Kindness.objects.count()) == (4, 0, 0)
    assert not Mark.objects.filter(message__author__in=["bot", "note"]).exists()


def test_nothing_is_read_of_who_opted_out_and_what_was_goes(tmp_path, ines):
    bring(tmp_path, conversation(message(ACT, "agent"), message(PRAISE)))
    assert Mark.objects.exists()
    people.opt_out(member=ines, feature="notice")
    actions.freeze_boilerplate()
    assert not Mark.objects.exists()
    report = bring(tmp_path, conversation(message(ACT, "agent"), message(PRAISE)))
    assert (report.new, report.marks, report.kindnesses) == (1, 0, 0)


def test_a_changed_text_takes_its_proposal_with_it(tmp_path, ines):
    row = conversation(message(ACT, "agent", id="m"), id="a")
    bring(tmp_path, row)
    assert Kindness.objects.get().quote_label == "goes_beyond"
    row["messages"][0]["text"] = "It sails at noon."
    bring(tmp_path, row)
    assert not Kindness.objects.exists()


def test_the_files_own_macros_are_marked_as_such_and_propose_nothing(tmp_path, ines):
    report = bring(tmp_path, *[conversation(message(ACT, "agent")) for _ in range(25)])
    assert report.kindnesses == 0
    assert set(Mark.objects.filter(label="goes_beyond").values_list("boilerplate", flat=True)) == {
        True
    }


def test_what_proves_a_macro_overnight_is_withdrawn_silently(tmp_path, ines):
    for some in range(5):
        rows = [conversation(message(ACT, "agent"), id=f"{some}-{n}") for n in range(5)]
        bring(tmp_path, *rows)
    kept = Kindness.objects.order_by("pk").first()
    from neoncard.kindness import actions as kindnesses

    kindnesses.keep(by=ines, kindness=kept)
    assert Kindness.objects.filter(state="proposed").count() == 24
    said = actions.freeze_boilerplate()
    assert "24 proposals withdrawn" in said
    states = Kindness.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["kept"] + ["withdrawn"] * 24
    assert set(Mark.objects.filter(label="goes_beyond").values_list("boilerplate", flat=True)) == {
        True
    }
    assert FrozenBoilerplate.objects.count() == 1
    assert queries.frozen_boilerplate().is_boilerplate(ACT)
    assert bring(tmp_path, conversation(message(ACT, "agent"))).kindnesses == 0


def test_calling_a_mark_wrong_hides_it_and_ends_its_proposal(tmp_path, ines):
    bring(tmp_path, conversation(message(ACT, "agent")))
    kindness = Kindness.objects.get()
    mark = Mark.objects.get(label=kindness.quote_label)
    actions.call_wrong(by=ines, mark=mark)
    kindness.refresh_from_db()
    assert kindness.state == "withdrawn"
    assert mark not in queries.marks_of(kindness.encounter)


def test_no_table_holds_a_count_or_score_of_a_person():
    from django.apps import apps

    from neoncard.people.tables import Member

    wrong = [
        (model.__name__, field.name)
        for model in apps.get_app_config("neoncard").get_models()
        if any(field.related_model is Member for field in model._meta.fields)
        for field in model._meta.fields
        if "score" in field.name or "points" in field.name
    ]
    assert wrong == [("ThankYou", "score")]  # what the customer gave the encounter, P2
