"""The API: one's own encounters and kindnesses, and nothing of anyone else's."""

from __future__ import annotations

import pytest

from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.notice.tables import Mark
from neoncard.people import actions as people
from tests import make


@pytest.fixture
def auth(house):
    return {"HTTP_AUTHORIZATION": f"Bearer {people.make_token(member=house.agent, name='t')}"}


def test_without_a_token_or_with_a_wrong_one_it_stays_shut(client, house):
    assert client.get("/api/kindnesses").status_code == 401
    assert client.get("/api/kindnesses", HTTP_AUTHORIZATION="Bearer nc_x").status_code == 401


def test_a_session_alone_does_not_open_it(house, signed_in):
    assert signed_in(house.agent).get("/api/kindnesses").status_code == 401


def test_a_leavers_token_is_dead(client, house, auth):
    people.deactivate(by=house.admin, member=house.agent)
    assert client.get("/api/kindnesses", **auth).status_code == 401


def test_a_kindness_is_recorded_and_read_back(client, house, auth):
    body = {"to": [house.second.email], "words": "You took my last call.", "sees": "team"}
    made = client.post("/api/kindnesses", body, content_type="application/json", **auth)
    assert made.status_code == 201
    row = made.json()
    assert (row["giver"], row["receivers"], row["sees"]) == ("me", ["member"], "team")
    assert client.get("/api/kindnesses", **auth).json() == [row]
    assert client.get(f"/api/kindnesses/{row['id']}", **auth).json() == row


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"to": []}, 422, "receivers:"),
        ({"to": ["nobody@example.test"]}, 404, ""),
        ({"sees": "everybody"}, 422, "sees:"),
        ({"words": "x" * 2001}, 422, "words:"),
        ({"passed_on_from": 999}, 404, ""),
        ({"to": ["a@b.test"] * 11}, 422, "to:"),
    ],
)
def test_what_can_not_be_recorded_names_the_field(client, house, auth, change, status, says):
    body = {"to": [house.second.email], "words": "Thank you.", **change}
    answer = client.post("/api/kindnesses", body, content_type="application/json", **auth)
    assert answer.status_code == status
    assert says in answer.json()["detail"]
    assert Kindness.objects.count() == 0


def test_passing_on_links_the_chain(client, house, auth):
    first = make.kindness(house.third, house.agent)
    body = {"to": [house.second.email], "words": "Here.", "passed_on_from": first.pk}
    made = client.post("/api/kindnesses", body, content_type="application/json", **auth).json()
    assert made["passed_on_from"] == first.pk
    assert Kindness.objects.get(pk=made["id"]).chain_id == first.pk


def test_anothers_private_kindness_is_not_found(client, house, auth):
    row = make.kindness(house.second, house.third)
    assert client.get(f"/api/kindnesses/{row.pk}", **auth).status_code == 404


def test_an_encounter_comes_with_messages_and_marks(
    client, house, auth, django_assert_max_num_queries
):
    row = make.encounter(house.agent, make.customer(), texts=[("customer", "You are wonderful")])
    Mark.objects.create(
        encounter=row,
        message=row.messages.first(),
        label="praise",
        start=0,
        end=17,
        score=0.9,
        rule="r",
    )
    with django_assert_max_num_queries(10):
        found = client.get(f"/api/encounters/{row.ext_id}", **auth).json()
    assert [m["text"] for m in found["messages"]] == ["You are wonderful"]
    assert found["messages"][0]["marks"] == [
        {"label": "praise", "start": 0, "end": 17, "score": 0.9, "boilerplate": None}
    ]
    assert [e["id"] for e in client.get("/api/encounters", **auth).json()] == [row.pk]


def test_pages_of_fifty_hold_each_once(client, house, auth):
    made = [make.kindness(house.agent, house.second).pk for _n in range(60)]
    first = [k["id"] for k in client.get("/api/kindnesses", **auth).json()]
    rest = [k["id"] for k in client.get(f"/api/kindnesses?before={first[-1]}", **auth).json()]
    assert (len(first), first + rest) == (50, made[::-1])


def test_more_than_120_a_minute_is_asked_to_slow_down(client, house, auth):
    with clock.at(clock.now()):
        codes = [client.get("/api/kindnesses", **auth).status_code for _n in range(121)]
    assert (set(codes[:120]), codes[120]) == ({200}, 429)


def test_the_docs_name_every_call(client, house):
    page = client.get("/api/docs").content.decode()
    schema = client.get("/api/openapi.json").json()
    for path in schema["paths"]:
        assert path in page


ROW = {
    "id": "T-77", "channel": "email", "customer": {"id": "c", "name": "Maren"},
    "messages": [{"id": "1", "author": "customer", "at": "2026-03-04T20:42:00+01:00", "text": "You are wonderful"}],
}  # fmt: skip


@pytest.fixture
def admin(house):
    return {"HTTP_AUTHORIZATION": f"Bearer {people.make_token(member=house.admin, name='t')}"}


def test_a_conversation_comes_in_once(client, house, admin):
    def send():
        return client.post("/api/encounters", ROW, content_type="application/json", **admin).json()

    first = send()
    assert (first["ticket"], first["was"], first["marks"] > 0) == ("T-77", "new", True)
    assert send() == {**first, "was": "unchanged"}


def test_a_conversation_that_can_not_be_read_names_the_field(client, house, admin):
    message = {**ROW["messages"][0], "at": "2026-03-04T20:42:00"}
    for body, says in (
        ({**ROW, "messages": [message]}, "at"),
        ({"channel": "x"}, "id"),
        ([], "braces"),
    ):
        answer = client.post("/api/encounters", body, content_type="application/json", **admin)
        assert answer.status_code == 422
        assert says in answer.json()["detail"]


def test_bringing_in_and_rating_links_are_for_admins(client, house, auth, admin):
    for path in ("/api/encounters", "/api/encounters/T-77/rating-link"):
        assert client.post(path, ROW, content_type="application/json", **auth).status_code == 403
    client.post("/api/encounters", ROW, content_type="application/json", **admin)
    made = client.post("/api/encounters/T-77/rating-link", **admin)
    assert made.status_code == 201
    path = "/r/" + made.json()["url"].rsplit("/r/", 1)[1]
    assert client.get(path).status_code == 200
