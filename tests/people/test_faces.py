"""Colleagues to think of on Today: others every day, nobody twice, never oneself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from neoncard.kit import clock
from neoncard.standing import standing
from tests import make

pytestmark = pytest.mark.django_db


def shown(member, days):
    """Who is shown to them on each of so many days."""
    start = clock.now()
    found = []
    for number in range(days):
        with clock.at(start + timedelta(days=number)):
            found.append([one["pk"] for one in standing(member).faces])
    return found


def test_three_others_every_day_wherever_one_stands_among_them(house):
    gone = make.member(house.organisation, "Gone")
    gone.is_active = False
    gone.save()
    everyone = {
        house.agent.pk,
        house.second.pk,
        house.third.pk,
        house.counter.pk,
        house.lead.pk,
        house.admin.pk,
    }
    for member in (house.agent, house.admin):
        days = shown(member, 40)
        assert {len(set(one)) for one in days} == {3}
        assert {pk for one in days for pk in one} == everyone - {member.pk}


def test_where_there_are_two_both_and_where_there_is_one_nobody(house):
    for member in (house.third, house.counter, house.lead, house.admin):
        member.is_active = False
        member.save()
    assert {tuple(one) for one in shown(house.agent, 10)} == {(house.second.pk,)}
    house.second.is_active = False
    house.second.save()
    assert {tuple(one) for one in shown(house.agent, 10)} == {()}
