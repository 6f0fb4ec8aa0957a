"""A second step of signing in: turned on with an app, asked for at the door, codes for a lost phone, an admin's help."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests import make

WORD = "blue kettle on the pier"


def code(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def rosa(house):
    cache.clear()
    return make.member(house.organisation, "Rosa", team=house.team, password=WORD)


def door(member):
    """A browser that has entered the password: the client, and the answer."""
    client = Client()
    return client, client.post(reverse("account_login"), {"login": member.email, "password": WORD})


def again(client, address):
    """The password once more, where that is asked."""
    answer = client.get(address)
    if answer.status_code == 302 and answer["Location"].startswith(
        reverse("account_reauthenticate")
    ):
        client.post(answer["Location"], {"password": WORD, "next": address})


@pytest.fixture
def on(rosa):
    """The second step turned on through the pages; (secret, recovery codes)."""
    client, _answer = door(rosa)
    again(client, reverse("mfa_activate_totp"))
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert Authenticator.objects.count() == 0
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    cache.clear()
    return secret, list(codes)


def test_the_password_alone_opens_nothing_then(rosa, on):
    client, answer = door(rosa)
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get("/").status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": "123456"})
    assert client.get("/").status_code == 302
    time_code = code(on[0])
    assert client.post(reverse("mfa_authenticate"), {"code": time_code})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_recovery_code_opens_once(rosa, on):
    client, _answer = door(rosa)
    client.post(reverse("mfa_authenticate"), {"code": on[1][0]})
    assert client.get("/").status_code == 200
    cache.clear()
    client, _answer = door(rosa)
    client.post(reverse("mfa_authenticate"), {"code": on[1][0]})
    assert client.get("/").status_code == 302


def test_its_secret_lies_sealed(rosa, on):
    said = str([row.data for row in Authenticator.objects.all()])
    assert Authenticator.objects.count() == 2
    assert on[0] not in said


def test_it_is_turned_off_only_by_who_is_there(rosa, on):
    client = Client()
    client.force_login(rosa)
    answer = client.get(reverse("mfa_deactivate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    client, _answer = door(rosa)
    client.post(reverse("mfa_authenticate"), {"code": on[1][1]})
    again(client, reverse("mfa_deactivate_totp"))
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(type="totp").exists()


def test_an_admin_helps_who_lost_everything(rosa, on, house, signed_in):
    signed_in(house.admin).post(reverse("person_second_step", args=[rosa.pk]))
    assert Authenticator.objects.count() == 0
    client, answer = door(rosa)
    assert (answer["Location"], client.get("/").status_code) == ("/", 200)


def test_the_page_says_whether_it_is_on(rosa, on):
    client, _answer = door(rosa)
    client.post(reverse("mfa_authenticate"), {"code": on[1][2]})
    assert "It is on." in client.get(reverse("mfa_index")).content.decode()
