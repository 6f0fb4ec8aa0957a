"""/me: one's own counter, pledge, shift, settings, tokens, export and erase."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from neoncard.do.tables import Pledge
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.people import queries
from neoncard.people.tables import Member, OptOut, Shift
from tests import make


def text(answer):
    return answer.content.decode()


def test_ones_own_count_is_on_ones_own_page_alone(house, signed_in):
    make.kindness(house.agent, house.second)
    make.kindness(house.agent, house.agent, sees=Kindness.Sees.GIVER, words="A walk to the quay.")
    assert "2 kindnesses kept here." in text(signed_in(house.agent).get("/me"))
    assert "0 kindnesses kept here." in text(signed_in(house.second).get("/me"))


def test_the_page_makes_at_most_ten_queries(house, signed_in, django_assert_max_num_queries):
    client = signed_in(house.agent)
    with django_assert_max_num_queries(10):
        client.get("/me")


def test_a_pledge_is_made_changed_and_taken_back(house, signed_in):
    client = signed_in(house.agent)
    client.post(reverse("me_pledge"), {"pledge-words": "One true sentence a call."})
    assert "One true sentence a call." in text(client.get("/me"))
    assert "One true sentence a call." not in text(signed_in(house.lead).get("/me"))
    client.post(reverse("me_pledge"), {"pledge-words": "Two."})
    assert Pledge.objects.get().words == "Two."
    client.post(reverse("me_pledge"), {"end": "1"})
    assert Pledge.objects.count() == 0


def test_an_empty_pledge_says_so_and_changes_nothing(house, signed_in):
    answer = signed_in(house.agent).post(reverse("me_pledge"), {"pledge-words": " "})
    assert answer.status_code == 422
    assert Pledge.objects.count() == 0


def test_settings_are_saved_and_a_wrong_zone_is_named(house, signed_in):
    client = signed_in(house.agent)
    given = {
        "self-known_as": "Inesa",
        "self-say_it": "ee-NES-a",
        "self-language": "",
        "self-zone": "Mars/Base",
    }
    answer = client.post(reverse("me_change"), given)
    assert answer.status_code == 422
    assert "Mars/Base is not a time zone" in text(answer)
    assert "ee-NES-a" in text(answer)
    assert (
        client.post(reverse("me_change"), {**given, "self-zone": "Asia/Tokyo"}).status_code == 302
    )
    house.agent.refresh_from_db()
    assert (house.agent.known_as, house.agent.zone) == ("Inesa", "Asia/Tokyo")


def test_a_shift_may_run_past_midnight(house, signed_in):
    signed_in(house.agent).post(
        reverse("me_shift"), {"shift-starts": "22:00", "shift-ends": "06:00"}
    )
    shift = Shift.objects.get(member=house.agent)
    assert shift.ends_at - shift.starts_at == timedelta(hours=8)


def test_a_feature_is_turned_off_and_on_without_a_trace(house, signed_in):
    client = signed_in(house.agent)
    client.post(reverse("me_opt", args=["beside"]), {"off": "1"})
    assert queries.opted_out(Member.objects.get(pk=house.agent.pk), "beside")
    client.post(reverse("me_opt", args=["beside"]), {"on": "1"})
    assert OptOut.objects.count() == 0
    assert client.post(reverse("me_opt", args=["breathing"]), {"off": "1"}).status_code == 404


def test_a_token_is_shown_once_opens_the_api_and_can_be_ended(house, signed_in):
    client = signed_in(house.agent)
    answer = client.post(reverse("me_token_make"), {"token-name": "my script"})
    token = text(answer).split("<code>")[1].split("</code>")[0]
    assert answer["Cache-Control"] == "no-store"
    auth = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert client.get("/api/kindnesses", **auth).json() == []
    assert token not in text(client.get("/me"))
    client.post(reverse("me_token_end", args=[house.agent.api_tokens.get().pk]))
    assert client.get("/api/kindnesses", **auth).status_code == 401


def test_everything_about_oneself_comes_as_json(house, signed_in):
    make.kindness(house.agent, house.second, words="You took my last call.")
    answer = signed_in(house.agent).get(reverse("me_export"))
    found = json.loads(answer.content)
    assert found["member"]["name"] == "Ines Test"
    assert [k["words"] for k in found["kindnesses"]] == ["You took my last call."]
    assert found["kindnesses"][0]["receivers"] == ["colleague"]


@pytest.mark.parametrize(("typed", "gone"), [("Ines", True), ("ines albers", False), ("", False)])
def test_erasing_oneself_asks_for_the_name(house, signed_in, typed, gone):
    client = signed_in(house.agent)
    answer = client.post(reverse("me_erase"), {"name": typed})
    assert answer.status_code == (302 if gone else 422)
    assert Member.objects.filter(pk=house.agent.pk).exists() is not gone
    assert ("_auth_user_id" in client.session) is not gone


def test_the_last_admin_is_told_why_not(house, signed_in):
    answer = signed_in(house.admin).post(reverse("me_erase"), {"name": "Ada"})
    assert answer.status_code == 422
    assert "make somebody else an admin first" in text(answer)


def test_a_hard_day_ends_with_the_shift_that_was_set(house, signed_in):
    client = signed_in(house.agent)
    now = clock.now()
    Shift.objects.create(
        member=house.agent, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=2)
    )
    assert "Your shift ends at" in text(client.get("/me"))
