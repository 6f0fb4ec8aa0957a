"""Ids elsewhere that nobody has: matched by address, kept until given, and never counted."""

from datetime import timedelta

import pytest

from neoncard.kit import clock, signing
from neoncard.people import actions, strangers
from neoncard.people.queries import Directory
from neoncard.people.tables import Handle, Stranger

pytestmark = pytest.mark.django_db


def meet(**staff):
    strangers.meet(directory=Directory("desk"), staff=staff)


def known():
    return {row.ext_id: row.member.email for row in Handle.objects.filter(source="desk")}


def test_an_id_with_a_members_address_becomes_theirs(house):
    address = house.agent.email
    meet(a7=("Ines Albers", signing.person(address.upper())))
    assert (known(), Stranger.objects.count()) == ({"a7": address}, 0)


def test_any_other_is_remembered_once_with_what_was_told_best(house, django_assert_num_queries):
    meet(a8=("", ""))
    meet(a8=("Bo", ""))
    meet(a8=("", signing.person("bo@elsewhere.test")))
    (row,) = Stranger.objects.all()
    assert (row.source, row.ext_id, row.name, bool(row.person)) == ("desk", "a8", "Bo", True)
    with django_assert_num_queries(2):  # the directory's, and its own
        meet(a8=("", ""))


def test_somebody_who_joins_later_has_their_id_at_once(house):
    meet(a8=("Bo", signing.person("bo@elsewhere.test")))
    actions.add_member(
        by="test", organisation=house.organisation, email="Bo@elsewhere.test", name="Bo"
    )
    assert (known(), Stranger.objects.count()) == ({"a8": "bo@elsewhere.test"}, 0)


def test_an_id_that_is_given_to_somebody_is_no_strangers_any_more(house):
    meet(a8=("Bo", ""))
    actions.add_ids(by="test", member=house.second, ids=[("desk", "a8")])
    assert Stranger.objects.count() == 0


def test_they_are_forgotten_after_half_a_year_and_with_their_source(house):
    meet(a8=("Bo", ""), a9=("Cleo", ""))
    Stranger.objects.filter(ext_id="a8").update(seen_on=(clock.now() - timedelta(days=181)).date())
    assert strangers.forget() == "1 ids"
    strangers.forget_source(source="desk")
    assert Stranger.objects.count() == 0
