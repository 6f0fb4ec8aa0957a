"""/settings: the company and its people, for admins."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from neoncard.people.tables import Handle, Member
from tests import make


def text(answer):
    return answer.content.decode()


ROSA = {
    "person-name": "Rosa Lind", "person-email": "rosa@example.test", "person-role": "agent",
    "person-team": "Desk", "person-handle": "rosa-7",
}  # fmt: skip


def test_a_person_is_added_and_signs_in_with_the_password_shown_once(house, signed_in):
    answer = signed_in(house.admin).post(reverse("person_add"), ROSA)
    password = text(answer).split("<code>")[1].split("</code>")[0]
    assert answer["Cache-Control"] == "no-store"
    rosa = Member.objects.get(email="rosa@example.test")
    assert (rosa.known_as, rosa.team, [r.name for r in rosa.roles.all()]) == (
        "Rosa",
        house.team,
        ["agent"],
    )
    assert Handle.objects.get(ext_id="rosa-7").member == rosa
    client = Client()
    client.post(reverse("account_login"), {"login": rosa.email, "password": password})
    assert int(client.session["_auth_user_id"]) == rosa.pk


def test_a_taken_address_is_named_and_what_was_typed_stays(house, signed_in):
    given = {**ROSA, "person-email": house.second.email}
    answer = signed_in(house.admin).post(reverse("person_add"), given)
    assert answer.status_code == 422
    assert "is already a member" in text(answer)
    assert "Rosa Lind" in text(answer)
    assert Member.objects.filter(name="Rosa Lind").count() == 0


def test_the_company_changes_its_name_and_zone(house, signed_in):
    client = signed_in(house.admin)
    bad = {"company-name": "Harbour Lines", "company-zone": "Nowhere"}
    assert client.post(reverse("settings_company"), bad).status_code == 422
    client.post(reverse("settings_company"), {**bad, "company-zone": "Europe/Lisbon"})
    house.organisation.refresh_from_db()
    assert (house.organisation.name, house.organisation.zone) == ("Harbour Lines", "Europe/Lisbon")


def test_roles_are_set_and_the_last_admin_keeps_theirs(house, signed_in):
    client = signed_in(house.admin)
    client.post(
        reverse("person", args=[house.second.pk]), {"roles": ["agent", "host"], "team": "Desk"}
    )
    assert sorted(r.name for r in house.second.roles.all()) == ["agent", "host"]
    client.post(reverse("person", args=[house.admin.pk]), {"roles": ["agent"], "team": ""})
    assert [r.name for r in house.admin.roles.all()] == ["admin"]


def test_a_leaver_is_out_and_their_kindness_stays(house, signed_in):
    kindness = make.kindness(house.second, house.agent)
    theirs = signed_in(house.second)
    signed_in(house.admin).post(reverse("person", args=[house.second.pk]), {"leave": "1"})
    assert theirs.get("/").status_code == 302
    kindness.refresh_from_db()
    assert kindness.giver.member == house.second


def test_a_new_password_ends_the_old_sessions(house, signed_in):
    theirs = signed_in(house.second)
    answer = signed_in(house.admin).post(reverse("person_password", args=[house.second.pk]))
    assert "<code>" in text(answer)
    assert theirs.get("/").status_code == 302


def test_the_page_makes_at_most_ten_queries(house, signed_in, django_assert_max_num_queries):
    client = signed_in(house.admin)
    with django_assert_max_num_queries(10):
        client.get("/settings")
