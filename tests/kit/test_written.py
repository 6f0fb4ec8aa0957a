"""Queries that are written once: the same rows as when written each time, for other values, lists and readers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count, F
from django.test.utils import CaptureQueriesContext

from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.kit.written import written
from neoncard.people.tables import Member
from tests import make

pytestmark = pytest.mark.django_db


def counted(make):
    """A query, and how often it was written."""
    calls = []

    def called(*values):
        calls.append(values)
        return make(*values)

    return written(called), calls


def test_it_is_written_once_and_asked_with_the_values_of_each_call(house):
    query, calls = counted(lambda name, pk: Member.objects.filter(known_as=name, pk=pk))
    with CaptureQueriesContext(connection) as made:
        assert query("Ines", house.agent.pk) == [house.agent]
        assert query("Jonas", house.second.pk) == [house.second]
        assert query("Jonas", house.agent.pk) == []
    assert (len(calls), len(made)) == (1, 3)


def test_rows_come_with_what_belongs_to_them_and_are_nobody_elses(house):
    query, calls = counted(
        lambda since, words: (
            Kindness.objects.filter(received_at__gte=since, words__startswith=words)
            .select_related("giver__member")
            .prefetch_related("receivers")
            .annotate(people=Count("receivers"))
            .order_by("pk")
        )
    )
    one = make.kindness(house.agent, house.second, words="50% kinder")
    two = make.kindness(house.second, house.third, words="50% kinder still")
    with CaptureQueriesContext(connection) as made:
        first, again = (query(clock.now() - timedelta(days=1), "50%") for _time in range(2))
        for rows in (first, again):
            assert rows == [one, two]
            assert [row.giver.member for row in rows] == [house.agent, house.second]
            assert [[to.member_id for to in row.receivers.all()] for row in rows] == [
                [house.second.pk],
                [house.third.pk],
            ]
            assert [row.people for row in rows] == [1, 1]
    assert (len(calls), len(made)) == (1, 4)
    assert first[0] is not again[0]
    assert query(clock.now() + timedelta(days=1), "50%") == []
    assert query(clock.now() - timedelta(days=1), "50% kinder s") == [two]


def test_a_list_is_written_once_for_each_length(house):
    query, calls = counted(
        lambda teams, pks: (
            Member.objects.filter(team__in=teams, pk__in=pks)
            .order_by("pk")
            .values_list("known_as", flat=True)
        )
    )
    team = [house.team.pk]
    assert query(team, [house.agent.pk, house.third.pk]) == ["Ines", "Amir"]
    assert query(team, [house.second.pk, house.admin.pk]) == ["Jonas"]
    assert query(team, [house.lead.pk]) == ["Lena"]
    assert len(calls) == 2


def test_values_are_reckoned_with_in_the_database(house):
    query, calls = counted(
        lambda pk, more: Member.objects.filter(pk=pk).values(place=F("pk") * 0 + more % 7)
    )
    assert query(house.agent.pk, 12) == [{"place": 5}]
    assert query(house.agent.pk, 77_494_804_210) == [{"place": 77_494_804_210 % 7}]
    assert len(calls) == 1


@pytest.mark.parametrize("value", [None, 1.5, {"pk": 1}])
def test_what_has_no_place_in_a_query_is_refused(value):
    query = written(lambda pk: Member.objects.filter(pk=pk))
    with pytest.raises(TypeError, match="values: a number, a text, a moment"):
        query(value)


def test_an_empty_list_is_refused():
    with pytest.raises(ValueError, match="an empty list finds nothing"):
        written(lambda pks: Member.objects.filter(pk__in=pks))([])


def test_a_value_that_is_used_otherwise_is_refused(house):
    query = written(lambda pk, _unused: Member.objects.filter(pk=pk))
    with pytest.raises(TypeError, match="not every value has its place"):
        query(house.agent.pk, 1)


def test_the_time_is_no_part_of_what_is_written():
    query = written(lambda pk: Member.objects.filter(pk=pk, joined_at__lt=clock.now()))
    member = make.house().agent
    assert query(member.pk) == []
    month = written(
        lambda pk: Member.objects.filter(pk=pk, joined_at__lt=clock.now() - timedelta(days=30))
    )
    with pytest.raises(OverflowError):
        month(member.pk)
