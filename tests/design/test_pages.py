"""Journeys and playbook pages."""

import re

import pytest
from django.urls import reverse

from neoncard.design import actions
from neoncard.design.tables import Act, Idea, Journey, Step


@pytest.fixture
def starters(house):
    actions.install_starters(house.organisation)


@pytest.fixture
def journey(starters):
    return Journey.objects.get(starter="call_centre")


def text(response):
    return response.content.decode()


def test_every_page_makes_at_most_ten_queries(
    house, journey, signed_in, django_assert_max_num_queries
):
    client = signed_in(house.agent)
    step, idea, act = journey.steps.first(), journey.ideas.first(), Act.objects.first()
    for path in (
        reverse("journeys"),
        reverse("journey", args=[journey.pk]),
        reverse("journey_edit", args=[journey.pk]),
        reverse("step_add", args=[journey.pk]) + f"?after={step.pk}",
        reverse("step_edit", args=[step.pk]),
        reverse("journey_idea_add", args=[journey.pk]) + f"?after={step.pk}",
        reverse("journey_idea_edit", args=[idea.pk]),
        reverse("journey_idea_commit", args=[idea.pk]),
        reverse("playbook"),
        reverse("act", args=[act.pk]),
    ):
        with django_assert_max_num_queries(10):
            html = text(client.get(path))
        fields = re.findall(
            r'<(?:input(?! type="hidden")|select|textarea)[^>]*\bid="([^"]+)"[^>]*>', html
        )
        assert {field for field in fields if f'for="{field}"' not in html} == set(), path
        assert html.count("<h1") == 1, path


def test_a_journey_is_a_list_of_steps_with_lists_of_ideas(house, journey, signed_in):
    html = text(signed_in(house.agent).get(reverse("journey", args=[journey.pk])))
    cards = html[html.index('<ol class="journey"') : html.index("</ol>")]
    assert cards.count('<article class="card step"') == journey.steps.count()
    assert cards.count('<article class="neon') == journey.ideas.count()
    assert cards.count("Add a neon card") == journey.steps.count()


def test_two_who_write_on_one_card_lose_nothing(house, journey, signed_in):
    """Whoever saves second saw the card as it was: what the first changed stays, and their own changes go in."""
    idea = journey.ideas.first()
    path = reverse("journey_idea_edit", args=[idea.pk])
    step = reverse("step_edit", args=[idea.after_step_id])
    first, second = signed_in(house.agent), signed_in(house.lead)
    ideas = [client.get(path).context["form"].initial for client in (first, second)]
    steps = [client.get(step).context["form"].initial for client in (first, second)]
    first.post(path, {**ideas[0], "cost": "one stamp", "level": "5"})
    second.post(path, {**ideas[1], "text": "Write to them by hand"})
    first.post(step, {**steps[0], "channel": "person"})
    second.post(step, {**steps[1], "note": "It rains."})
    idea.refresh_from_db()
    assert (idea.text, idea.cost, idea.level) == ("Write to them by hand", "one stamp", 5)
    assert (idea.after_step.channel, idea.after_step.note) == ("person", "It rains.")
    second.post(path, {**ideas[1], "text": "", "level": "2"})
    idea.refresh_from_db()
    assert idea.level == 5


def test_a_journey_from_nothing_by_forms_alone(house, signed_in):
    client = signed_in(house.agent)
    assert "a few words" not in text(client.get("/journeys/"))
    answer = client.post(reverse("journey_begin"), {"title": "Missed the last ferry"})
    row = Journey.objects.get()
    assert answer["Location"] == reverse("journey", args=[row.pk])
    assert "No white card yet" in text(client.get(answer["Location"]))
    client.post(reverse("step_add", args=[row.pk]), {"title": "Calls us"})
    first = Step.objects.get()
    client.post(reverse("step_add", args=[row.pk]) + f"?after={first.pk}", {"title": "Waits"})
    card = {"text": "Ring back, and say when", "kind": "effort", "level": 3, "aim": "trust"}
    client.post(reverse("journey_idea_add", args=[row.pk]) + f"?after={first.pk}", card)
    idea = Idea.objects.get()
    assert (idea.after_step, idea.author) == (first, house.agent)
    client.post(reverse("journey_idea_move", args=[idea.pk]), {"to": "later"})
    idea.refresh_from_db()
    assert idea.after_step.title == "Waits"
    client.post(reverse("step_move", args=[idea.after_step.pk]), {"to": "earlier"})
    assert [step.title for step in Step.objects.all()] == ["Waits", "Calls us"]
    client.post(reverse("step_delete", args=[idea.after_step.pk]))
    idea.refresh_from_db()
    assert idea.after_step is None
    assert "Before the first step" in text(client.get(reverse("journey", args=[row.pk])))
    client.post(reverse("journey_idea_edit", args=[idea.pk]), {**card, "text": "Ring back"})
    client.post(reverse("step_edit", args=[first.pk]), {"title": "Rings us"})
    client.post(reverse("journey_edit", args=[row.pk]), {"title": "The last ferry"})
    html = text(client.get(reverse("journey", args=[row.pk])))
    assert "Rings us" in html
    assert "The last ferry" in html
    client.post(reverse("journey_idea_delete", args=[idea.pk]))
    assert Idea.objects.count() == 0
    client.post(reverse("journey_archive", args=[row.pk]))
    assert client.get(reverse("journey", args=[row.pk])).status_code == 404


def test_from_a_starter(house, signed_in):
    client = signed_in(house.agent)
    client.post(reverse("journey_begin"), {"starter": "grocery_cashier"})
    assert Journey.objects.get().starter == "grocery_cashier"
    answer = client.post(reverse("journey_begin"), {"starter": "nothing"}, follow=True)
    assert "there is no such starter" in text(answer)


def test_what_is_missing_is_said_beside_its_field(house, journey, signed_in):
    client = signed_in(house.agent)
    html = text(client.post(reverse("step_add", args=[journey.pk]), {"title": ""}))
    assert 'aria-invalid="true"' in html
    html = text(client.post(reverse("journey_begin"), {"title": ""}))
    assert 'aria-invalid="true"' in html


COMMIT = {
    "title": "Say a person’s name",
    "principle": "Ring a person, not a company.",
    "kind": "word",
    "minutes": 1,
    "aim": "trust",
    "fits": ["waiting"],
}


def test_an_idea_goes_into_the_playbook(house, journey, signed_in):
    client = signed_in(house.agent)
    idea = journey.ideas.first()
    path = reverse("journey_idea_commit", args=[idea.pk])
    assert "Money it may cost" not in text(client.get(path))
    client.post(path, {**COMMIT, "anyway": "on"})
    idea.refresh_from_db()
    assert (idea.act.fits, idea.act.anyway, idea.act.money) == (["waiting"], True, 0)
    assert client.get(path)["Location"] == reverse("act", args=[idea.act.pk])
    assert "In the playbook" in text(client.get(reverse("journey", args=[journey.pk])))


def test_only_a_lead_gives_money_and_only_to_a_treat(house, journey, signed_in):
    idea = journey.ideas.first()
    path = reverse("journey_idea_commit", args=[idea.pk])
    signed_in(house.agent).post(path, {**COMMIT, "kind": "treat", "money": "3.50"})
    idea.refresh_from_db()
    assert idea.act.money == 0
    client = signed_in(house.lead)
    path = reverse("act_edit", args=[idea.act.pk])
    assert "only a treat costs money" in text(client.post(path, {**COMMIT, "money": "3.50"}))
    client.post(path, {**COMMIT, "kind": "treat", "money": "3.50"})
    idea.act.refresh_from_db()
    assert idea.act.money == 350
    assert "3.50 EUR" in text(client.get(reverse("act", args=[idea.act.pk])))
    assert 'value="3.50"' in text(client.get(path))


def test_the_playbook_by_kind_and_when_it_fits(house, starters, signed_in):
    client = signed_in(house.agent)
    html = text(client.get("/playbook", {"kind": "treat"}))
    assert html.count('<li class="neon treat">') == Act.objects.filter(kind="treat").count()
    assert '<li class="neon word">' not in html
    html = text(client.get("/playbook", {"fits": "heavy"}))
    fit = [act for act in Act.objects.all() if {"heavy", "any"} & set(act.fits)]
    assert html.count('<li class="neon') == len(fit)
    assert "we do this anyway" in html


def test_a_lead_retires_an_act_and_brings_it_back(house, starters, signed_in):
    act = Act.objects.first()
    path = reverse("act_retire", args=[act.pk])
    assert signed_in(house.agent).post(path).status_code == 403
    client = signed_in(house.lead)
    client.post(path)
    assert act.title not in text(client.get("/playbook"))
    assert act.title in text(client.get("/playbook", {"retired": 1}))
    client.post(path)
    assert act.title in text(client.get("/playbook")).replace("&#x27;", "'")
