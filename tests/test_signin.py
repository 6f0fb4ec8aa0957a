"""Signing in and out, and the demo's one click."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from neoncard.people import actions as people
from tests import make

HOME = {"HTTP_HOST": "127.0.0.1:8000"}


@pytest.fixture
def demo(house):
    house.organisation.demo = True
    house.organisation.save()
    return house


def test_a_member_signs_in_with_address_and_password(house, client):
    make.member(house.organisation, "Rosa", password="blue kettle on the pier")
    email = type(house.agent).objects.get(name="Rosa Test").email
    answer = client.post(
        reverse("account_login"), {"login": email, "password": "blue kettle on the pier"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_wrong_password_keeps_what_was_typed_and_says_why(house, client):
    answer = client.post(
        reverse("account_login"), {"login": "rosa@example.test", "password": "wrong"}
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "rosa@example.test" in text
    assert "errorlist" in text or "notice error" in text


def test_a_leaver_can_not_sign_in(house, client):
    rosa = make.member(house.organisation, "Rosa", password="blue kettle on the pier")
    people.deactivate(by=house.admin, member=rosa)
    client.post(
        reverse("account_login"), {"login": rosa.email, "password": "blue kettle on the pier"}
    )
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client, db):
    assert client.get("/signup/").status_code == 404


@pytest.mark.parametrize("who", ["agent", "lead", "admin", "counter"])
def test_one_click_signs_in_as_the_demos_people(demo, who):
    client = Client()
    page = client.get(reverse("account_login"), **HOME).content.decode()
    assert reverse("demo_sign_in", args=[who]) in page
    answer = client.post(reverse("demo_sign_in", args=[who]), **HOME)
    assert answer.status_code == 302
    assert int(client.session["_auth_user_id"]) == getattr(demo, who).pk


@pytest.mark.parametrize(
    "change",
    ["not a demo", "another host", "bound to the world", "asked from elsewhere"],
)
def test_one_click_exists_only_in_a_demo_on_loopback(demo, settings, change):
    asked = dict(HOME)
    if change == "not a demo":
        demo.organisation.demo = False
        demo.organisation.save()
    elif change == "another host":
        settings.ALLOWED_HOSTS = ["kind.example.org"]
        asked = {"HTTP_HOST": "kind.example.org"}
    elif change == "bound to the world":
        settings.NEONCARD_BIND = "0.0.0.0"
    else:
        asked["REMOTE_ADDR"] = "203.0.113.9"
    client = Client()
    page = client.get(reverse("account_login"), **asked).content.decode()
    assert "demo/sign-in" not in page
    assert client.post(reverse("demo_sign_in", args=["admin"]), **asked).status_code == 404


def test_one_click_is_a_post(demo, client):
    assert client.get(reverse("demo_sign_in", args=["agent"]), **HOME).status_code == 405


def test_one_click_knows_no_other_role(demo, client):
    assert client.post(reverse("demo_sign_in", args=["host"]), **HOME).status_code == 404


def test_signing_out_ends_the_session(house, signed_in):
    client = signed_in(house.agent)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
