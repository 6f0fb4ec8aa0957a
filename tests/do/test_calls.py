"""After a call: the one that just ended is there by itself, and is wrapped up in one step."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from neoncard import drawing
from neoncard.design import actions as design
from neoncard.do import rules
from neoncard.do.tables import Suggestion
from neoncard.encounters import wrapping
from neoncard.encounters.tables import Encounter, WrapUp
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.people import actions as people
from tests import make

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def playbook(house):
    design.install_starters(house.organisation)


def call(agent, minutes=1, name="Maren Oltmanns", **fields):
    at = clock.now() - timedelta(minutes=minutes)
    return make.encounter(agent, make.customer(name), kind="call", channel="phone", at=at, **fields)


def text(response):
    return response.content.decode()


def wrap(client, row, **data):
    html = text(client.get("/calls"))
    hidden = dict(re.findall(r'name="(suggestion|act)" value="([^"]+)"', html))
    return client.post(reverse("call_wrap", args=[row.pk]), {**hidden, **data})


def test_the_call_just_ended_is_there_and_the_page_waits_for_the_next(
    house, playbook, signed_in, django_assert_max_num_queries
):
    client = signed_in(house.agent)
    html = text(client.get("/calls"))
    assert "No call to wrap up" in html
    assert 'hx-trigger="every 3s"' in html
    call(house.second, name="Not Yours")
    call(house.agent, minutes=31, name="Long Ago")
    call(house.agent, minutes=-5, name="Still Talking")
    make.encounter(house.agent, make.customer("No Call"))
    assert "No call to wrap up" in text(client.get("/calls"))
    call(house.agent, minutes=9, name="Lea Brandt")
    call(house.agent, minutes=2)
    with django_assert_max_num_queries(10):
        html = text(client.get("/calls"))
    assert "Maren Oltmanns" in html
    assert "One more waits after it." in html
    assert "every 3s" not in html


def test_wrapped_up_in_one_step_and_the_next_one_follows(house, playbook, signed_in):
    client = signed_in(house.agent)
    first, second = call(house.agent, minutes=9, name="Lea Brandt"), call(house.agent)
    answer = wrap(client, second, done="1", how="solved")
    assert (answer.status_code, answer["Location"]) == (303, "/calls")
    assert WrapUp.objects.get().how == "solved"
    given = Kindness.objects.get()
    assert (given.encounter, given.receivers.get().customer) == (second, second.customer)
    html = text(client.get("/calls"))
    assert "Lea Brandt" in html
    assert "Wrapped up: Maren Oltmanns" in html
    wrap(client, first)
    assert "No call to wrap up" in text(client.get("/calls"))
    assert Kindness.objects.count() == 1
    assert Suggestion.objects.get(encounter=first).skipped_at is not None


def test_it_is_taken_back_with_what_was_done(house, playbook, signed_in):
    client = signed_in(house.agent)
    row = call(house.agent)
    wrap(client, row, done="1")
    client.post(reverse("call_undo", args=[row.pk]))
    assert (WrapUp.objects.count(), Kindness.objects.count()) == (0, 0)
    assert "act-title" in text(client.get("/calls"))
    wrap(client, row, how="again")
    client.post(reverse("call_undo", args=[row.pk]))
    assert (WrapUp.objects.count(), Suggestion.objects.get().skipped_at) == (0, None)
    wrap(client, row, done="1")
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert wrapping.calls(house.agent).last is None
        late = client.post(reverse("call_undo", args=[row.pk]), **HTMX)
    assert "error" in late["HX-Trigger"]
    assert (WrapUp.objects.count(), Kindness.objects.count()) == (1, 1)


def test_swap_turns_the_card(house, playbook, signed_in):
    client = signed_in(house.agent)
    row = call(house.agent)
    client.get("/calls")
    one = Suggestion.objects.get()
    picked = {"suggestion": one.pk, "how": "again"}
    answer = client.post(reverse("call_swap", args=[row.pk]), picked, follow=True)
    assert text(answer).count(" checked") == 2  # how it went, and that keys work here
    assert 'value="again" checked' in text(answer)
    one.refresh_from_db()
    assert one.chosen == one.offered[1]
    client.post(reverse("call_swap", args=[row.pk]))
    one.refresh_from_db()
    assert one.chosen == one.offered[1]


def test_a_heavy_one_is_met_with_care_and_kept_nowhere(house, playbook, signed_in):
    client = signed_in(house.agent)
    row = call(house.agent)
    answer = wrap(client, row, how="heavy")
    assert answer["Location"] == "/calls?heavy"
    assert WrapUp.objects.get().how == ""
    html = text(client.get(answer["Location"]))
    assert "Take the time you need" in html
    assert f"/grace?encounter={row.pk}" in html
    again = client.post(reverse("call_wrap", args=[call(house.agent).pk]), {"how": "heavy"}, **HTMX)
    assert "Take the time you need" in text(again)


def test_what_will_come_again_is_a_repeat_contact_when_it_does(house, playbook):
    row = call(house.agent)
    long_after = clock.now() + timedelta(days=40)
    later = make.encounter(house.second, row.customer, at=long_after, is_open=True)
    assert rules.REPEAT not in drawing.facts_for(house.second, later).facts.situations
    wrapping.wrap_up(call=row, how="again")
    assert rules.REPEAT in drawing.facts_for(house.second, later).facts.situations
    wrapping.wrap_up(call=row, how="solved")
    assert rules.REPEAT not in drawing.facts_for(house.second, later).facts.situations
    assert WrapUp.objects.count() == 1


@pytest.mark.parametrize("bad", [{"how": "badly"}, {"done": "1", "act": "0"}])
def test_what_is_not_on_offer_is_refused_and_nothing_is_kept(house, playbook, signed_in, bad):
    client = signed_in(house.agent)
    row = call(house.agent)
    client.get("/calls")
    data = {"suggestion": Suggestion.objects.get().pk, **bad}
    answer = client.post(reverse("call_wrap", args=[row.pk]), data, **HTMX)
    assert "error" in answer["HX-Trigger"]
    assert (WrapUp.objects.count(), Kindness.objects.count()) == (0, 0)


def test_nobody_wraps_up_another_ones_call(house, playbook, signed_in):
    row = call(house.agent)
    for name in ("call_wrap", "call_swap", "call_undo"):
        for member in (house.second, house.lead, house.admin):
            assert signed_in(member).post(reverse(name, args=[row.pk])).status_code == 404
    mine = call(house.second)
    signed_in(house.agent).get("/calls")
    theirs = {"suggestion": Suggestion.objects.get(encounter=row).pk}
    answer = signed_in(house.second).post(reverse("call_wrap", args=[mine.pk]), theirs)
    assert answer.status_code == 404


def test_without_suggestions_it_is_only_next(house, playbook, signed_in):
    people.opt_out(member=house.agent, feature="beside")
    client = signed_in(house.agent)
    row = call(house.agent)
    html = text(client.get("/calls"))
    assert "act-title" not in html
    assert "Next" in html
    wrap(client, row, how="solved")
    assert Encounter.objects.get(pk=row.pk).wrap_up.how == "solved"
