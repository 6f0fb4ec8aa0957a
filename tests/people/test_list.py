"""A list of people: what it would do, then doing exactly that; who leaves keeps their place in every chain."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from neoncard.people import actions, queries, rules
from neoncard.people.rules import CHANGE, JOIN, LEAVE, RETURN, Person
from neoncard.people.tables import Handle, Member
from tests.pass_on.test_pages import chain, picture

__all__ = ["chain"]
HEAD = "email,name,team,roles,active,ids\n"


def plan_of(text, house, **more):
    listed, wrong = rules.read(text)
    return rules.plan(listed, queries.as_listed(house.organisation), wrong=wrong, **more)


def does(plan):
    return [(one.what, one.person.email, one.details) for one in plan.changes]


def bring(text, house, **more):
    return actions.apply_all(
        by=house.admin,
        organisation=house.organisation,
        changes=plan_of(text, house, **more).changes,
    )


def test_join_change_leave_and_come_back(house):
    ines, jonas, amir = house.agent.email, house.second.email, house.third.email
    actions.deactivate(by="test", member=house.third)
    text = (
        f"{HEAD}rosa@ferries.test,Rosa Lind,Harbour,agent+host,yes,desk:7|imap:rosa@ferries.test\n"
        f"{ines},Ines Albers,Harbour,,,\n{jonas},,,,no,\n{amir},,,,yes,\n"
    )
    plan = plan_of(text, house)
    assert does(plan) == [
        (JOIN, "rosa@ferries.test", ()),
        (CHANGE, ines, (("name", "Ines Test", "Ines Albers"), ("team", "Desk", "Harbour"))),
        (LEAVE, jonas, ()),
        (RETURN, amir, (("team", "Desk", ""),)),
    ]
    before = list(Member.objects.values_list("email", "is_active"))
    assert before == list(Member.objects.values_list("email", "is_active"))
    assert bring(text, house) == []
    rosa = Member.objects.get(email="rosa@ferries.test")
    assert (rosa.name, rosa.team.name, rosa.is_active, rosa.has_usable_password()) == (
        "Rosa Lind", "Harbour", True, False,
    )  # fmt: skip
    assert sorted(rosa.roles.values_list("name", flat=True)) == ["agent", "host"]
    assert Handle.objects.filter(member=rosa).count() == 2
    house.agent.refresh_from_db()
    assert (house.agent.name, house.agent.team.name) == ("Ines Albers", "Harbour")
    active = {one.email: one.is_active for one in Member.objects.all()}
    assert (active[jonas], active[amir]) == (False, True)
    assert does(plan_of(text, house)) == []


def test_whoever_is_not_listed_leaves_only_when_asked_and_never_by_a_wrong_line(house):
    text = f"email\n{house.admin.email}\n{house.agent.email}\n"
    assert plan_of(text, house).changes == []
    gone = [one.person.email for one in plan_of(text, house, only=True).changes]
    assert sorted(gone) == sorted(
        one.email for one in (house.second, house.third, house.counter, house.lead)
    )
    assert plan_of(text + "nonsense\n", house, only=True).changes == []


def test_nobody_takes_out_themselves_or_the_last_admin(house):
    text = f"email,active\n{house.admin.email},no\n"
    assert [email for email, _why in bring(text, house)] == [house.admin.email]
    changes = plan_of(text, house).changes
    refused = actions.apply_all(by="command", organisation=house.organisation, changes=changes)
    assert "the last admin" in refused[0][1]
    house.admin.refresh_from_db()
    assert house.admin.is_active


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("rosa,Rosa,,,,", "is no address"),
        ("rosa@f.test,,,captain,,", "roles: “captain” is none of"),
        ("rosa@f.test,,,,maybe,", "active: write yes or no"),
        ("rosa@f.test,,,,,seven", "ids: “seven” is not source:id"),
        (f"rosa@f.test,{'x' * 121},,,,", "name: at most 120"),
        ("rosa@f.test,,,,,\nRosa@f.test,,,,,", "stands here twice"),
    ],
)
def test_a_wrong_line_is_named(line, why):
    _people, wrong = rules.read(f"{HEAD}{line}\n")
    assert [(number, why in reason.say()) for number, reason in wrong] == [
        (2 + line.count("\n"), True)
    ]


@pytest.mark.parametrize("text", ["", "name,team\nRosa,Desk\n", "email,shoe\na@b.test,44\n"])
def test_the_first_line_names_the_columns(text):
    people, ((line, why),) = rules.read(text)
    assert (people, line, "names the columns" in why.say()) == ([], 1, True)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_a_byte_order_mark(delimiter):
    text = "\ufeffEmail,Name,Team\nRosa@F.test,Rosa,Desk\n".replace(",", delimiter)
    assert rules.read(text) == ([Person("rosa@f.test", "Rosa", "Desk")], [])


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read(text):
    rules.read(text)
    rules.read(HEAD + text)


def test_the_page_shows_first_and_does_exactly_that(
    house, signed_in, django_assert_max_num_queries
):
    client, address = signed_in(house.admin), reverse("people_list")
    given_ = {"text": f"{HEAD}rosa@ferries.test,Rosa Lind,Desk,lead,yes,\n"}
    with django_assert_max_num_queries(10):
        answer = client.post(address, given_)
    page = answer.content.decode()
    assert ("Rosa Lind" in page, Member.objects.filter(name="Rosa Lind").count()) == (True, 0)
    seal = answer.context["seal"]
    client.post(address, {**given_, "do": "another"})
    client.post(address, {"text": given_["text"].replace("Rosa", "Rosi"), "do": seal})
    assert Member.objects.filter(email="rosa@ferries.test").count() == 0
    assert client.post(address, {**given_, "do": seal}).status_code == 302
    assert Member.objects.get(email="rosa@ferries.test").name == "Rosa Lind"
    assert client.post(address, {"text": ""}).status_code == 422


def test_the_list_that_is_taken_out_can_be_brought_in_and_changes_nothing(house, signed_in):
    Handle.objects.create(source="desk", ext_id="9", member=house.lead)
    text = signed_in(house.admin).get(reverse("people_csv")).content.decode()
    assert text.startswith(HEAD)
    assert "desk:9" in text
    plan = plan_of(text, house, only=True)
    assert (plan.changes, plan.wrong, plan.same) == ([], [], Member.objects.count())


def test_a_persons_ids_elsewhere_are_set_on_their_page(house, signed_in):
    client, address = signed_in(house.admin), reverse("person", args=[house.agent.pk])
    given_ = {"roles": "agent", "team": "Desk", "ids": "desk:5\nimap:ines@ferries.test"}
    client.post(address, given_)
    rows = Handle.objects.filter(member=house.agent).order_by("source")
    assert [(one.source, one.ext_id) for one in rows] == [
        ("desk", "5"),
        ("imap", "ines@ferries.test"),
    ]
    taken = client.post(reverse("person", args=[house.lead.pk]), {**given_, "roles": "lead"})
    assert "already belongs to another" in taken.content.decode()
    assert Handle.objects.filter(member=house.agent).count() == 2
    page = client.post(address, {**given_, "ids": "five"}).content.decode()
    assert "is not source:id" in page


def test_a_leavers_chains_keep_their_shape(house, signed_in, chain):
    client = signed_in(house.agent)
    address = f"/chains/{chain[0].pk}"
    before = picture(client.get(address).content.decode())
    assert bring(f"email,active\n{house.second.email},no\n{house.third.email},no\n", house) == []
    assert picture(client.get(address).content.decode()) == before
