"""Draws made beforehand, for many at once: the same as one by one, in a number of queries that does not grow."""

from datetime import timedelta

import pytest

from neoncard import drawing
from neoncard.care.tables import HardDay
from neoncard.design import actions as design
from neoncard.do import actions, rules
from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Encounter
from neoncard.kit import clock
from neoncard.kit.slices import Pace
from neoncard.notice.tables import Mark
from neoncard.people import actions as people
from tests import make

DRAWN = ("unit", "policy", "member", "customer_key", "channel", "situations", "eligible")
DRAWN += ("probabilities", "draw", "stratum", "salt", "offered", "shown_at")


def came(house):
    """Open encounters of every sort: a regular, a stranger, marks, another language, a hard day, nobody's, one over."""
    HardDay.objects.create(member=house.second, until=clock.now() + timedelta(hours=4))
    people.opt_out(member=house.third, feature="beside")
    regular, new = make.customer(), make.customer("Ida Brandt")
    now = clock.now()
    make.encounter(None, regular, at=now - timedelta(days=3))
    make.encounter(None, new, at=now - timedelta(days=200))
    kept = make.encounter(house.agent, new, at=now - timedelta(days=5))
    gift = drawing.suggest_for(house.agent, kept, shown=True)
    actions.done(suggestion=gift, title="Tea")
    rows = [
        make.encounter(house.agent, regular, is_open=True, tags=["technical"]),
        make.encounter(house.agent, regular, is_open=True, at=now + timedelta(minutes=1)),
        make.encounter(house.second, new, is_open=True, channel="chat"),
        make.encounter(house.agent, None, is_open=True, lang="de"),
        make.encounter(house.agent, None, is_open=True, texts=[("customer", "You are useless")]),
        make.encounter(house.counter, make.customer(), is_open=True, kind=Encounter.Kind.CALL),
        make.encounter(house.third, make.customer(), is_open=True),
        make.encounter(None, make.customer(), is_open=True),
        make.encounter(house.agent, make.customer()),
    ]
    message = rows[4].messages.get()
    Mark.objects.create(
        encounter=rows[4], message=message, label="insult", start=0, end=3, score=1, rule="r"
    )
    return rows


def drawn():
    """What was drawn and not done, by unit: in which order they were written is nobody's business."""
    return list(Suggestion.objects.filter(done_at=None).order_by("unit").values(*DRAWN))


def test_many_at_once_are_drawn_as_one_by_one(house):
    design.install_starters(house.organisation)
    rows = came(house)
    for row in rows:
        if row.is_open and row.agent:
            drawing.suggest_for(row.agent, row)
    singly = drawn()
    assert len(singly) == 6
    assert {name for row in singly for name in row["situations"]} >= {rules.HEAVY, rules.LANGUAGE}
    Suggestion.objects.filter(done_at=None).delete()
    drawing.draw_beforehand(rows, Pace())
    assert drawn() == singly
    drawing.draw_beforehand(rows, Pace())
    assert drawn() == singly


@pytest.mark.parametrize("many", [1, 12])
def test_the_queries_do_not_grow(house, many, django_assert_num_queries):
    design.install_starters(house.organisation)
    rows = [make.encounter(house.agent, make.customer(), is_open=True) for _ in range(many)]
    rows = list(
        Encounter.objects.filter(pk__in=[row.pk for row in rows]).select_related("customer")
    )
    with django_assert_num_queries(5 + 2):  # and BEGIN, COMMIT or a savepoint's two
        drawing.draw_beforehand(rows, Pace())
    assert Suggestion.objects.count() == many
