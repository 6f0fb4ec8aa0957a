"""Today is hard, a hand, grace and cover, over http."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from neoncard.care import actions, queries
from neoncard.care.tables import Cover, Grace, Hand, HardDay
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.kit.audit.tables import Audit
from neoncard.people import actions as people
from tests import make


def on_shift(member, hours=3):
    now = clock.now()
    people.set_shift(member=member, starts_at=now, ends_at=now + timedelta(hours=hours))


def test_today_is_hard_until_the_shift_ends_and_can_be_taken_back(house, signed_in):
    on_shift(house.agent)
    client = signed_in(house.agent)
    assert client.post("/today-is-hard").url == "/"
    assert queries.hard_day(house.agent)
    with clock.at(clock.now() + timedelta(hours=3, seconds=1)):
        assert not queries.hard_day(house.agent)
    client.post("/today-is-hard", {"back": "1"})
    assert HardDay.objects.count() == 0


def test_a_hard_day_is_nobody_elses_and_leaves_no_trace(house, signed_in):
    before = Audit.objects.count()
    signed_in(house.agent).post("/today-is-hard")
    assert not queries.hard_day(house.second)
    for url in ("/covers", "/wall"):
        assert (
            "hard" not in signed_in(house.lead).get(url).content.decode().lower().split("<main")[1]
        )
    signed_in(house.agent).post("/today-is-hard", {"back": "1"})
    assert Audit.objects.count() == before


def test_a_hand_is_seen_by_the_one_picked_and_by_no_one_else(house, signed_in):
    signed_in(house.agent).post("/hand", {"to": house.second.pk, "words": "Ten minutes?"})
    hand = Hand.objects.get()
    assert queries.hands_for(house.second) == [hand]
    assert queries.hands_for(house.agent) == [hand]
    for other in (house.third, house.lead, house.admin):
        assert queries.hands_for(other) == []
        assert signed_in(other).post(f"/hand/{hand.pk}/coming").status_code == 404
    assert signed_in(house.agent).post(f"/hand/{hand.pk}/coming").status_code == 404
    signed_in(house.second).post(f"/hand/{hand.pk}/coming")
    hand.refresh_from_db()
    assert hand.coming_at is not None


def test_hands_and_the_hard_day_are_on_todays_page_of_those_they_concern(house, signed_in):
    actions.ask_hand(member=house.agent, to=house.second, words="Ten minutes?")
    actions.say_hard(member=house.agent)
    assert "Ten minutes?" in signed_in(house.second).get("/").content.decode()
    assert "It is better now" in signed_in(house.agent).get("/").content.decode()
    other = signed_in(house.third).get("/").content.decode()
    assert "Ten minutes?" not in other
    assert "Today is hard" in other


def test_the_hand_on_today_says_each_their_part(house):
    hand = actions.ask_hand(member=house.agent, to=house.second, words="Ten minutes?")
    asked = render_to_string("care/_hand.html", {"today": {"hands": [hand]}, "user": house.second})
    assert "could use a hand" in asked
    assert "I’m coming" in asked
    actions.come(hand=hand)
    asker = render_to_string("care/_hand.html", {"today": {"hands": [hand]}, "user": house.agent})
    assert "is coming" in asker
    assert f"/thank?to={house.second.pk}" in asker


def test_asking_another_takes_the_first_asking_back(house):
    actions.ask_hand(member=house.agent, to=house.second)
    actions.ask_hand(member=house.agent, to=house.third)
    assert [hand.to for hand in Hand.objects.all()] == [house.third]
    with pytest.raises(ValueError, match=r"^to:"):
        actions.ask_hand(member=house.agent, to=house.agent)


def test_grace_to_a_guest_is_a_quiet_kindness(house, signed_in):
    signed_in(house.agent).post(
        "/grace",
        {"who": "customer", "name": "Mr Thiele", "words": "His dog died.", "dug_deeper": "1"},
    )
    grace = Grace.objects.get()
    kindness = grace.kindness
    assert (grace.dug_deeper, kindness.occasion, kindness.sees) == (True, "grace", "giver")
    assert kindness.receivers.get().name == "Mr Thiele"
    for other in (house.lead, house.admin, house.second):
        assert signed_in(other).get(f"/kindness/{kindness.pk}").status_code == 404


def test_grace_to_a_colleague_may_be_told(house, signed_in):
    signed_in(house.agent).post(
        "/grace", {"who": "colleague", "to": house.second.pk, "words": "Rough night.", "told": "1"}
    )
    kindness = Kindness.objects.get()
    assert signed_in(house.second).get(f"/kindness/{kindness.pk}").status_code == 200


def test_grace_to_the_customer_of_ones_own_ticket(house, signed_in):
    customer = make.customer()
    encounter = make.encounter(house.agent, customer)
    url = f"/grace?encounter={encounter.ext_id}"
    signed_in(house.agent).post(url, {"who": "customer", "words": "She was afraid."})
    assert Kindness.objects.get().receivers.get().customer == customer
    assert signed_in(house.second).get(url).status_code == 404


def test_grace_for_a_colleague_needs_the_colleague(house, signed_in):
    page = signed_in(house.agent).post("/grace", {"who": "colleague", "words": "Rough night."})
    assert page.status_code == 422
    assert "Rough night." in page.content.decode()
    assert Kindness.objects.count() == 0


def test_cover_reaches_leads_only_and_the_first_takes_it(house, signed_in):
    encounter = make.encounter(house.agent, make.customer(), subject="Shouting about the pier")
    signed_in(house.agent).post("/cover-me", {"encounter": encounter.ext_id})
    cover = Cover.objects.get()
    assert cover.encounter == encounter
    for member in (house.second, house.agent, house.counter):
        assert signed_in(member).get("/covers").status_code == 403
        assert signed_in(member).post(f"/covers/{cover.pk}/take").status_code == 403
    lead, admin = signed_in(house.lead), signed_in(house.admin)
    assert "Shouting about the pier" in lead.get("/covers").content.decode()
    lead.post(f"/covers/{cover.pk}/take")
    page = admin.post(f"/covers/{cover.pk}/take", follow=True)
    assert "Another lead was a moment faster" in page.content.decode()
    cover.refresh_from_db()
    assert cover.taken_by == house.lead
    assert "covers for you" in signed_in(house.agent).get("/cover-me").content.decode()


def test_cover_with_anothers_conversation_is_not_found(house, signed_in):
    encounter = make.encounter(house.second, make.customer())
    page = signed_in(house.agent).post("/cover-me", {"encounter": encounter.ext_id})
    assert page.status_code == 404
    assert Cover.objects.count() == 0


def test_cover_is_gone_from_the_leads_page_after_the_shift(house, signed_in):
    on_shift(house.agent, hours=2)
    actions.ask_cover(member=house.agent)
    with clock.at(clock.now() + timedelta(hours=2, seconds=1)):
        assert list(queries.covers()) == []
        assert "Nobody asks just now" in signed_in(house.lead).get("/covers").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_sweep_deletes_what_is_over_and_says_no_numbers():
    house = make.house()
    on_shift(house.agent, hours=1)
    actions.say_hard(member=house.agent)
    actions.ask_hand(member=house.agent, to=house.second)
    actions.ask_cover(member=house.agent)
    actions.say_hard(member=house.second)
    before = Audit.objects.count()
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        assert actions.sweep() == "done"
    left = (HardDay.objects.count(), Hand.objects.count(), Cover.objects.count())
    assert left == (1, 0, 0)
    assert Audit.objects.count() == before


@pytest.mark.parametrize("url", ["/hand", "/grace", "/cover-me", "/covers"])
def test_ten_queries_at_most(house, signed_in, django_assert_max_num_queries, url):
    for member in (house.agent, house.second, house.third):
        actions.ask_cover(member=member, encounter=make.encounter(member, make.customer()))
    client = signed_in(house.lead)
    with django_assert_max_num_queries(10):
        assert client.get(url).status_code == 200


def test_a_hand_has_a_visible_way_in_and_the_second_to_come_hears_who_is_going(house, signed_in):
    for hard in (False, True):
        if hard:
            actions.say_hard(member=house.agent)
        main = signed_in(house.agent).get("/").content.decode().split("<main")[1]
        assert main.count('href="/hand"') == 1
    first, second = actions.ask_hands(member=house.agent, to=[house.second, house.third])
    signed_in(house.second).post(f"/hand/{first.pk}/coming")
    assert queries.hands_for(house.third) == []
    assert queries.hands_for(house.agent) == [first]
    client = signed_in(house.third)
    answer = client.post(f"/hand/{second.pk}/coming", follow=True)
    assert (answer.status_code, "Jonas is going to Ines already" in answer.content.decode()) == (
        200,
        True,
    )
    assert list(Hand.objects.exclude(coming_at=None)) == [first]


def test_something_good_in_between_is_offered_once_cover_is_asked_for(house, signed_in):
    client = signed_in(house.agent)
    offer = "Something good in between, if you like"
    assert offer not in client.get("/cover-me").content.decode()
    client.post("/cover-me")
    page = client.get("/cover-me").content.decode()
    assert offer in page
    for way in ("/recall", "/thank", "/cards/make"):
        assert f'="{way}"' in page.split("<main")[1]
