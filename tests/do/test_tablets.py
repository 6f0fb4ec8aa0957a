"""A shared tablet at the counter: enrolled by a lead, names and PINs, locked by itself, and taps that come in late."""

import json
import re
import time
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from neoncard import access, keeping, loop
from neoncard.design import actions as design
from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Encounter
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.people import actions as people
from neoncard.people import counter
from neoncard.people.tables import CounterPin, Tablet
from neoncard.web import tablets
from tests import make
from tests.crawl import names
from tests.samples import samples

PIN, OTHER = "4711", "8052"


@pytest.fixture
def tablet(house, signed_in):
    """The device itself: a client that a lead has enrolled, and that has no session."""
    design.install_starters(house.organisation)
    counter.set_pin(member=house.counter, pin=PIN)
    counter.set_pin(member=house.second, pin=OTHER)
    device = signed_in(house.lead)
    answer = device.post("/tablets", {"name": "Pier 3", "team": house.team.pk})
    assert (answer.status_code, answer["Location"]) == (302, "/counter")
    return device


def text(response):
    return response.content.decode()


def come_in(device, member, pin):
    return device.post("/counter/who", {"member": member.pk, "pin": pin})


def tap(device, *taps):
    answer = device.post(
        "/counter/taps", json.dumps({"taps": taps}), content_type="application/json"
    )
    return answer.json()["done"] if answer.status_code == 200 else answer.status_code


def on_card(device, key="a" * 32):
    html = text(device.get("/counter"))
    turn = re.search(r'data-turn="([^"]+)"', html)
    return {
        "key": key,
        "suggestion": re.search(r'data-tap="(\d+)"', html)[1],
        "act": re.search(r'name="act" value="([^"]+)"', html)[1],
        "turn": turn[1] if turn else "",
    }


# ---------------------------------------------------------------- enrolling


def test_enrolling_signs_the_lead_out_and_shows_names_alone(house, tablet):
    html = text(tablet.get("/counter"))
    assert "Who is here?" in html
    shown = re.findall(r'<button name="member" value="(\d+)"', html)
    assert shown == [str(house.counter.pk), str(house.second.pk)]
    assert tablet.get("/")["Location"].startswith("/signin/")


def test_only_those_of_the_team_who_have_a_pin_are_there(house, tablet):
    elsewhere = people.add_team(by="test", organisation=house.organisation, name="Pier 9")
    stranger = make.member(house.organisation, "Hinnerk", team=elsewhere)
    counter.set_pin(member=stranger, pin=PIN)
    assert "Hinnerk" not in text(tablet.get("/counter"))
    assert come_in(tablet, stranger, PIN).status_code == 404
    Tablet.objects.update(team=None)
    assert "Hinnerk" in text(tablet.get("/counter"))
    people.deactivate(by="test", member=stranger)
    assert "Hinnerk" not in text(tablet.get("/counter"))
    counter.end_pin(member=house.second)
    assert "Jonas" not in text(tablet.get("/counter"))


def test_a_withdrawn_tablet_knows_nobody_at_once(house, tablet, signed_in):
    come_in(tablet, house.counter, PIN)
    one = on_card(tablet)
    lead = signed_in(house.lead)
    assert "Pier 3" in text(lead.get("/tablets"))
    lead.post(reverse("tablet_withdraw", args=[Tablet.objects.get().pk]))
    assert tablet.get("/counter")["Location"] == "/signin/?next=/counter"
    assert come_in(tablet, house.counter, PIN).status_code == 404
    assert tap(tablet, one) == 401
    assert "Pier 3" not in text(lead.get("/tablets"))


def test_a_tablet_has_a_place(house, signed_in):
    assert signed_in(house.lead).post("/tablets", {"name": " "}).status_code == 422
    with pytest.raises(ValueError, match=r"^name: "):
        counter.enrol(by=house.lead, name=" ")


def test_the_tablets_cookie_is_narrow(house, tablet):
    come_in(tablet, house.counter, PIN)
    morsel = tablet.cookies[tablets.TABLET]
    assert (morsel["httponly"], morsel["samesite"]) == (True, "Lax")
    assert Tablet.objects.get().token_hash != tablet.cookies[tablets.TABLET].value


# ---------------------------------------------------------------- names and PINs


@pytest.mark.parametrize("pin", ["", "471", "123456789", "47 11", "abcd", "٤٧١١", "4711\n"])
def test_a_pin_is_four_to_eight_digits(house, pin):
    with pytest.raises(ValueError, match=r"^pin: takes 4 to 8 digits"):
        counter.set_pin(member=house.agent, pin=pin)


@pytest.mark.parametrize("pin", ["0000", "1234", "7654", "77777777"])
def test_the_first_one_anybody_would_try_is_refused(house, pin):
    with pytest.raises(ValueError, match="first anybody would try"):
        counter.set_pin(member=house.agent, pin=pin)


def test_a_pin_is_set_changed_and_taken_back_under_me(house, signed_in):
    client = signed_in(house.agent)
    assert client.post("/me/pin", {"pin-pin": "1111"}).status_code == 422
    client.post("/me/pin", {"pin-pin": PIN})
    kept = CounterPin.objects.get()
    assert PIN not in kept.pin_hash
    client.post("/me/pin", {"pin-pin": OTHER})
    assert [counter.pin_fits(member=house.agent, pin=pin) for pin in (PIN, OTHER)] == [False, True]
    exported = json.dumps(keeping.export_member(house.agent))
    assert CounterPin.objects.get().pin_hash not in exported
    assert "counter" in exported.lower()
    client.post("/me/pin", {"end": "1"})
    assert CounterPin.objects.count() == 0
    assert counter.pin_fits(member=house.agent, pin=OTHER) is False


def test_coming_in_and_what_the_pin_opens(house, tablet):
    assert "That is not the PIN" in text(come_in(tablet, house.counter, OTHER))
    assert "your PIN" in text(tablet.post("/counter/who", {"member": house.counter.pk}))
    answer = come_in(tablet, house.counter, PIN)
    assert (answer.status_code, answer["Location"]) == (302, "/counter")
    html = text(tablet.get("/counter"))
    assert "Cora, lock" in html
    assert "Jonas" not in html


def test_the_pin_opens_the_counter_and_nothing_else(house, tablet):
    """Every address, at a tablet somebody came in at and as a stranger: the same, but for those under /counter."""
    from django.db import transaction

    counter.set_pin(member=house.lead, pin=PIN)
    come_in(tablet, house.lead, PIN)
    for name in sorted(names()):
        with transaction.atomic():
            given = samples(name, house)
            given.pop("?", "")
            address = reverse(name, kwargs=given)
            seen = [client.get(address) for client in (tablet, Client())]
            transaction.set_rollback(True)
        here, there = ((one.status_code, one.headers.get("Location", "")) for one in seen)
        assert here == there or address.startswith("/counter"), name


@pytest.mark.parametrize("named", ["", "0", "x", "9" * 30, "-1"])
def test_no_such_name(tablet, named):
    assert tablet.post("/counter/who", {"member": named, "pin": PIN}).status_code == 404


def test_five_wrong_ones_and_even_the_right_one_waits(house, tablet):
    for _ in range(5):
        assert come_in(tablet, house.counter, "9999").status_code == 422
    answer = come_in(tablet, house.counter, PIN)
    assert answer.status_code == 422
    assert "wait a quarter of an hour" in text(answer)
    assert come_in(tablet, house.second, OTHER).status_code == 302
    counter.set_pin(member=house.counter, pin="6093")
    assert come_in(tablet, house.counter, "6093").status_code == 302


def test_twenty_wrong_ones_a_day(house):
    counter.set_pin(member=house.agent, pin=PIN)
    start = clock.now().replace(hour=1, minute=0, second=0, microsecond=0)
    heard = 0
    for n in range(10):
        with clock.at(start + timedelta(minutes=16 * n)):
            for _ in range(5):
                try:
                    counter.pin_fits(member=house.agent, pin="9999")
                    heard += 1
                except ValueError:
                    pass
    assert heard == 20


def test_right_ones_are_not_counted(house):
    counter.set_pin(member=house.agent, pin=PIN)
    assert [counter.pin_fits(member=house.agent, pin=PIN) for _ in range(30)] == [True] * 30


def test_it_locks_by_hand_and_by_itself(house, tablet):
    come_in(tablet, house.counter, PIN)
    tablet.post("/counter/lock")
    assert "Who is here?" in text(tablet.get("/counter"))
    come_in(tablet, house.counter, PIN)
    start = clock.now()
    shown = []
    for minutes in (9, 18, 29):
        with clock.at(start + timedelta(minutes=minutes)):
            shown.append("Cora, lock" in text(tablet.get("/counter")))
    assert shown == [True, True, False]


def test_what_is_still_under_way_does_not_undo_a_lock(house, tablet):
    come_in(tablet, house.counter, PIN)
    before = Tablet.objects.get()
    tablet.post("/counter/lock")
    with clock.at(clock.now() + timedelta(minutes=5)):
        counter.touch(tablet=before)
        assert "Who is here?" in text(tablet.get("/counter"))
    come_in(tablet, house.second, OTHER)
    with clock.at(clock.now() + timedelta(minutes=5)):
        counter.touch(tablet=before)
        assert "Jonas, lock" in text(tablet.get("/counter"))
    assert Tablet.objects.get().at_it == house.second


def test_who_is_at_one_tablet_is_at_no_other(house, tablet, signed_in):
    come_in(tablet, house.counter, PIN)
    other = signed_in(house.lead)
    other.post("/tablets", {"name": "Pier 4"})
    assert "Who is here?" in text(other.get("/counter"))
    counter.end_pin(member=house.counter)
    assert "Who is here?" in text(tablet.get("/counter"))


def test_at_the_tablet_as_on_ones_phone(house, tablet, django_assert_max_num_queries):
    come_in(tablet, house.counter, PIN)
    with django_assert_max_num_queries(10):
        tablet.get("/counter")
    row = Suggestion.objects.get()
    tablet.post(reverse("counter_swap", args=[row.pk]))
    tablet.post(reverse("counter_done", args=[row.pk]))
    html = text(tablet.get("/counter"))
    assert f"Done: {Kindness.objects.get().occasion}. Thank you, Cora." in html.replace(
        "&#x27;", "'"
    )
    tablet.post(reverse("counter_undo", args=[row.pk]))
    assert Kindness.objects.count() == 0
    tablet.post("/counter/cover")
    assert house.counter.covers.count() == 1
    tablet.post("/counter/kind-to-me", {"words": "Tea for us all"})
    assert Kindness.objects.get().receivers.get().member == house.counter


def test_the_names_say_nothing_of_who_did_what(house, tablet):
    before = text(tablet.get("/counter"))
    come_in(tablet, house.counter, PIN)
    tap(tablet, on_card(tablet))
    tablet.post("/counter/lock")
    after = text(tablet.get("/counter"))
    without = re.compile(r'csrfmiddlewaretoken" value="[^"]+"')
    assert without.sub("", before) == without.sub("", after)


# ---------------------------------------------------------------- taps


def test_a_tap_counts_once_however_often_it_comes(house, tablet):
    come_in(tablet, house.counter, PIN)
    one = on_card(tablet)
    assert [tap(tablet, one), tap(tablet, one, one)] == [["a" * 32], ["a" * 32] * 2]
    given = Kindness.objects.get()
    assert (given.giver.member, given.encounter.kind) == (house.counter, "visit")
    assert given.encounter.customer is None
    assert Suggestion.objects.get(pk=one["suggestion"]).kindness == given


def test_one_card_serves_several_while_the_network_is_gone(house, tablet):
    come_in(tablet, house.counter, PIN)
    one = on_card(tablet)
    kept = [{**one, "key": str(n) * 32} for n in range(3)]
    tap(tablet, *kept, *kept)
    assert Kindness.objects.filter(giver__member=house.counter).count() == 3
    assert Encounter.objects.filter(source="counter", is_open=False).count() == 3


def test_what_was_taken_back_does_not_come_again(house, tablet):
    come_in(tablet, house.counter, PIN)
    one = on_card(tablet)
    tap(tablet, one)
    tablet.post(reverse("counter_undo", args=[one["suggestion"]]))
    tap(tablet, one)
    assert Kindness.objects.count() == 0


def test_a_tap_is_whosever_turn_it_was(house, tablet):
    come_in(tablet, house.counter, PIN)
    one = on_card(tablet)
    tablet.post("/counter/lock")
    assert tap(tablet, one) == ["a" * 32]
    assert Kindness.objects.get().giver.member == house.counter
    come_in(tablet, house.second, OTHER)
    tap(tablet, {**one, "key": "b" * 32})
    assert Kindness.objects.filter(giver__member=house.second).count() == 0
    mixed = {**on_card(tablet), "turn": one["turn"], "key": "c" * 32}
    tap(tablet, mixed)
    assert Kindness.objects.filter(giver__member=house.second).count() == 0


def test_a_turn_is_over_after_a_day(house, tablet, monkeypatch):
    come_in(tablet, house.counter, PIN)
    one = on_card(tablet)
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 25 * 3600)
    assert tap(tablet, one) == ["a" * 32]
    assert Kindness.objects.count() == 0


def test_a_turn_is_good_at_its_own_tablet_only(house, tablet, signed_in):
    come_in(tablet, house.counter, PIN)
    one = on_card(tablet)
    assert tap(Client(), one) == 401
    other = signed_in(house.lead)
    other.post("/tablets", {"name": "Pier 4"})
    tap(other, one)
    assert Kindness.objects.count() == 0
    # Somebody signed in on the tablet itself: the tap is neither theirs nor lost.
    tablet.force_login(house.second)
    assert tap(tablet, one) == []
    tablet.logout()


def test_on_ones_own_phone_a_tap_is_the_sessions(house, signed_in):
    design.install_starters(house.organisation)
    phone = signed_in(house.counter)
    one = on_card(phone)
    assert one["turn"] == ""
    assert tap(phone, one) == ["a" * 32]
    assert Kindness.objects.get().giver.member == house.counter
    assert tap(Client(), one) == 401


def test_what_is_no_tap_changes_nothing(house, tablet):
    come_in(tablet, house.counter, PIN)
    one = on_card(tablet)
    for bad in ("a", None, {}, {**one, "key": "short"}, {**one, "key": None}):
        assert tap(tablet, bad) == []
    for bad in (
        {**one, "suggestion": "x"}, {**one, "suggestion": "9" * 30}, {**one, "act": "0"}, {**one, "turn": "x"},
        {"key": "d" * 32}, {**one, "suggestion": 10**9},
    ):  # fmt: skip
        assert tap(tablet, bad) == [bad["key"]]
    assert Kindness.objects.count() == 0
    for body in ("", "[]", "{", '{"taps": 5}', "[" * 9999):
        answer = tablet.post("/counter/taps", body, content_type="application/json")
        assert answer.status_code == 400


def test_taps_need_the_pages_own_token(house, tablet):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = tablet.cookies
    assert tap(strict, {"key": "a" * 32}) == 403


def test_a_tap_holds_nothing_of_a_customer(house, tablet):
    come_in(tablet, house.counter, PIN)
    assert set(on_card(tablet)) == {"key", "suggestion", "act", "turn"}
    row = Suggestion.objects.get()
    assert (row.encounter, row.customer_key) == (None, "")


def test_the_worker_may_look_after_the_counter_alone(client):
    answer = client.get("/counter/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/counter"
    assert "neoncard-counter" in text(answer)


def test_actions_say_whether_a_tap_was_new(house):
    design.install_starters(house.organisation)
    loop.at_counter(house.agent)
    row = access.suggestion(house.agent, Suggestion.objects.get().pk, "counter")
    told = {"suggestion": row, "key": "k" * 20, "act": row.offered[1]}
    assert [loop.counter_tap(**told), loop.counter_tap(**told)] == [True, False]
    row.refresh_from_db()
    assert row.chosen == row.offered[1]
