"""A large company: nobody is shown everyone to tick, and a list of people comes in pages."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from neoncard.kindness.tables import Kindness
from neoncard.pass_on import actions as chains
from neoncard.share import actions as share
from neoncard.share.tables import Picture
from neoncard.web import people_form
from neoncard.web.pages import settings
from tests import make
from tests.samples_shared import JPEG


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(people_form, "ALL", 3)


def ticked(text):
    return re.findall(r'name="to" value="(\d+)" checked', text)


def offered(text):
    return set(map(int, re.findall(r'name="to" value="(\d+)"', text)))


def test_ones_own_team_is_there_and_a_name_typed_finds_others(large, house, signed_in):
    client = signed_in(house.agent)
    team = {one.pk for one in (house.second, house.third, house.counter, house.lead)}
    assert offered(client.get("/thank").content.decode()) == team
    typed = {"find": "1", "pick": "ada", "to": [house.second.pk], "words": "For the tea."}
    response = client.post("/thank", typed)
    assert response.status_code == 200
    text = response.content.decode()
    assert offered(text) == {*team, house.admin.pk}
    assert ticked(text) == [str(house.second.pk)]
    assert "For the tea." in text
    assert "errorlist" not in text
    assert Kindness.objects.count() == 0


def test_what_is_typed_finds_without_the_page_and_keeps_the_ticked(large, house, signed_in):
    client = signed_in(house.agent)
    text = client.post("/people/find", {"pick": "test", "to": [house.admin.pk]}).content.decode()
    assert ticked(text) == [str(house.admin.pk)]
    other = make.member(house.organisation, "Zoe")
    text = client.post("/people/find", {"pick": "zo"}).content.decode()
    assert other.pk in offered(text)
    assert house.agent.pk not in offered(text)


def test_somebody_found_is_thanked(large, house, signed_in):
    data = {"to": [house.admin.pk, house.second.pk], "words": "For the tea.", "sees": "parties"}
    assert signed_in(house.agent).post("/thank", data).status_code == 302
    to = Kindness.objects.get().receivers.all()
    assert {party.member for party in to} == {house.admin, house.second}


def test_somebody_from_elsewhere_is_refused(large, house, signed_in):
    data = {"to": ["999999"], "words": "For the tea.", "sees": "parties"}
    assert signed_in(house.agent).post("/thank", data).status_code == 422
    assert Kindness.objects.count() == 0


def test_finding_who_is_in_a_picture_is_no_sending(large, house, signed_in):
    row = make.kindness(house.agent, house.second)
    file = SimpleUploadedFile("x.jpg", JPEG, "image/jpeg")
    typed = {"find": "1", "pick": "ada", "alt": "The ramp", "picture": file}
    response = signed_in(house.agent).post(f"/kindness/{row.pk}/picture/add", typed)
    assert response.status_code == 200
    assert house.admin.pk in offered(response.content.decode())
    assert "The ramp" in response.content.decode()
    assert Picture.objects.count() == 0


def test_a_pass_goes_to_one_colleague_found_by_name(large, house, signed_in):
    client = signed_in(house.agent)
    team = {one.pk for one in (house.second, house.third, house.counter, house.lead)}
    text = client.get(f"/grace?to={house.second.pk}").content.decode()
    assert offered(text) == team
    assert ticked(text) == [str(house.second.pk)]
    assert 'type="checkbox" name="to"' not in text
    typed = {"find": "1", "pick": "ada", "who": "colleague", "words": "A rough night."}
    response = client.post("/grace", typed)
    assert response.status_code == 200
    assert offered(response.content.decode()) == {*team, house.admin.pk}
    found = client.post("/people/find", {"pick": "ada", "one": "1"}).content.decode()
    assert f'type="radio" name="to" value="{house.admin.pk}"' in found
    several = {"who": "colleague", "to": [house.admin.pk, house.second.pk], "words": "A night."}
    assert client.post("/grace", several).status_code == 422
    assert Kindness.objects.count() == 0
    given = {"who": "colleague", "to": house.admin.pk, "words": "A rough night."}
    assert client.post("/grace", given).status_code == 302
    assert [party.member for party in Kindness.objects.get().receivers.all()] == [house.admin]


@pytest.mark.parametrize("passed_on", [False, True])
def test_a_fresh_kindness_with_a_picture_asks_at_most_ten_times(
    large, house, signed_in, passed_on, django_assert_max_num_queries
):
    first = make.kindness(house.lead, house.agent)
    row = chains.pass_on(by=house.agent, kindness=first, to=[house.second], words="For you too.")
    if not passed_on:
        row = make.kindness(house.agent, house.second)
    facts = {"body": JPEG, "alt": "The ramp", "credit": "Ines", "licence": "ours"}
    share.add_picture(by=house.agent, kindness=row, pictured=[house.third], **facts)
    share.land(member=house.second, kindness=row, word="warm")
    client = signed_in(house.agent)
    with django_assert_max_num_queries(10):
        text = client.get(f"/kindness/{row.pk}").content.decode()
    assert "The ramp" in text
    assert "it was warm" in text
    assert ("Who else helped?" in text) != passed_on


def test_the_people_of_a_company_come_in_pages_and_by_name(monkeypatch, house, signed_in):
    monkeypatch.setattr(settings, "PEOPLE", 4)
    client = signed_in(house.admin)

    def names(address):
        text = client.get(address).content.decode()
        return re.findall(r'<a href="/settings/people/\d+">(\w+) Test</a>', text)

    assert names("/settings") == ["Ada", "Amir", "Cora", "Ines"]
    assert names("/settings?page=2") == ["Jonas", "Lena"]
    assert names("/settings?named=jon") == ["Jonas"]
    assert 'href="?page=2#people"' in client.get("/settings").content.decode()
