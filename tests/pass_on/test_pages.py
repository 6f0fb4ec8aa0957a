"""Passing on, resting, waiting, and what each viewer sees of a chain."""

import re

import pytest

from neoncard import gather
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit.written import written
from neoncard.pass_on import actions, queries
from neoncard.share import actions as share
from neoncard.share.voices import actions as voices
from tests import make


@pytest.fixture
def chain(house):
    """A customer thanks the agent, who passes it on to the second, they to the third, and back to the agent."""
    customer = kindnesses.customer_party(make.customer())
    first = kindnesses.record(
        by="customer",
        giver=customer,
        receivers=[kindnesses.member_party(house.agent)],
        words="She stayed on the phone.",
        how="thanked",
    )
    then = actions.pass_on(
        by=house.agent, kindness=first, to=[house.second], words="Your late shift."
    )
    third = actions.pass_on(
        by=house.second, kindness=then, to=[house.third], words="My quiet hour."
    )
    last = actions.pass_on(by=house.third, kindness=third, to=[house.agent], words="Your coat.")
    return [first, then, third, last]


def picture(page):
    """The first picture of a page."""
    return re.search(r"<svg class=\"chain.*?</svg>", page, re.S)[0]


def test_passing_on_to_two_and_a_word_is_optional(house, signed_in):
    kindness = make.kindness(house.agent, house.second)
    page = signed_in(house.second).post(
        f"/pass-on/{kindness.pk}", {"to": [house.third.pk, house.lead.pk]}, follow=True
    )
    passed = Kindness.objects.get(passed_on_from=kindness)
    assert {p.member for p in passed.receivers.all()} == {house.third, house.lead}
    assert "Passed on to Amir and Lena." in page.content.decode()
    assert page.redirect_chain == [(f"/chains/{passed.pk}", 302)]


def test_only_what_one_received_is_passed_on(house, signed_in):
    kindness = make.kindness(house.agent, house.second, sees="team")
    for member in (house.agent, house.third):
        assert signed_in(member).get(f"/pass-on/{kindness.pk}").status_code == 404
    with pytest.raises(ValueError, match=r"^kindness:"):
        actions.pass_on(by=house.third, kindness=kindness, to=[house.lead])


def test_nobody_picked_comes_back(house, signed_in):
    kindness = make.kindness(house.agent, house.second)
    page = signed_in(house.second).post(f"/pass-on/{kindness.pk}", {"words": "Half a thought"})
    assert page.status_code == 422
    assert "Half a thought" in page.content.decode()


def waiting(member):
    """The kindnesses that wait on a member's Today, in its order."""
    today = gather.today(member)
    return [row.kindness for row in (today.words, today.waiting) if row]


def test_what_was_passed_on_or_rests_no_longer_waits_on_today(house, signed_in):
    old = make.kindness(house.agent, house.second)
    new = make.kindness(house.third, house.second)
    client = signed_in(house.second)
    assert waiting(house.second) == [new, old]
    assert f'href="/pass-on/{old.pk}"' in client.get("/").content.decode()
    client.post(f"/pass-on/{new.pk}/rest")
    assert waiting(house.second) == [old]
    actions.pass_on(by=house.second, kindness=old, to=[house.lead])
    assert waiting(house.second) == []


def test_one_of_several_receivers_passing_on_leaves_it_waiting_for_the_others(house):
    kindness = make.kindness(house.agent, house.second, house.third)
    actions.pass_on(by=house.second, kindness=kindness, to=[house.lead])
    assert waiting(house.third) == [kindness]


def test_closing_a_boomerang_is_said_to_the_one_who_did(house, signed_in, chain):
    kindnesses.undo(by=house.third, kindness=chain[-1])
    page = signed_in(house.third).post(
        f"/pass-on/{chain[2].pk}", {"to": [house.agent.pk]}, follow=True
    )
    assert "a boomerang" in page.content.decode()


def test_the_boomerang_is_drawn_and_marked_for_everyone_in_it(house, signed_in, chain):
    for member in (house.agent, house.second, house.third):
        page = (
            signed_in(member).get(f"/chains/{chain[1].pk}")
            if member == house.second
            else (signed_in(member).get(f"/chains/{chain[3].pk}"))
        )
        html = page.content.decode()
        assert 'class="glow"' in picture(html)
        assert html.count("It came back") == 1
        assert picture(html).count("<circle") == 4


def test_names_and_words_only_of_what_one_is_in(house, signed_in, chain):
    html = signed_in(house.second).get(f"/chains/{chain[1].pk}").content.decode()
    assert "Your late shift." in html
    assert "My quiet hour." in html
    assert "She stayed on the phone." not in html
    assert "Maren" not in html
    assert "Your coat." not in html
    assert "Someone to Ines" in html
    assert "Amir to Ines" in html  # those in the chain see where it went


def test_someone_outside_sees_the_team_ones_and_no_arc_home(house, signed_in, chain):
    outside = signed_in(house.lead)
    assert outside.get(f"/chains/{chain[1].pk}").status_code == 404
    kindnesses.see_as(by=house.agent, kindness=chain[1], sees="team")
    html = outside.get(f"/chains/{chain[1].pk}").content.decode()
    assert "Ines to Jonas" in html
    assert "Amir" not in html
    assert "Your late shift." not in html
    assert 'class="glow"' not in html
    assert "It came back" not in html
    kindnesses.see_as(by=house.third, kindness=chain[3], sees="team")
    assert 'class="glow"' in outside.get(f"/chains/{chain[1].pk}").content.decode()


def test_what_was_reported_is_someone_to_those_outside_it(house, signed_in, chain):
    address = f"/chains/{chain[1].pk}"
    post = share.hang(by=chain[1].giver.member, kindness=chain[1])
    names = f"{chain[1].giver.member.known_as} to"
    outsider = signed_in(house.counter)
    assert names in outsider.get(address).content.decode()
    voices.report(by=house.counter, post=post)
    assert names not in outsider.get(address).content.decode()
    assert names in signed_in(chain[1].receivers.get().member).get(address).content.decode()


def test_a_chain_longer_than_its_picture_says_so(house, signed_in, chain, monkeypatch):
    address = f"/chains/{chain[0].pk}"
    assert "it goes on" not in signed_in(house.agent).get(address).content.decode()
    monkeypatch.setattr(queries, "DRAWN", 2)
    page = signed_in(house.agent).get(address).content.decode()
    assert "Its first 2 kindnesses; it goes on" in page


def test_a_withdrawn_kindness_keeps_its_place_and_nothing_else(house, signed_in, chain):
    kindnesses.withdraw(by=house.second, kindness=chain[2])
    html = signed_in(house.agent).get(f"/chains/{chain[1].pk}").content.decode()
    assert "My quiet hour." not in html
    assert "Jonas to Amir" in html  # both are named by the kindnesses beside it
    assert picture(html).count("<circle") == 4


def test_an_erased_person_is_a_tombstone_and_no_boomerang(house, signed_in, chain):
    kindnesses.bury(party=kindnesses.member_party(house.second), by="test")
    html = signed_in(house.agent).get(f"/chains/{chain[0].pk}").content.decode()
    assert "Jonas" not in html
    assert "Someone who" in html
    assert 'class="person gone"' in html
    assert 'class="glow"' not in html


def test_answers_are_told_under_what_they_answer(house, signed_in, chain):
    kindnesses.record(
        by=house.second,
        giver=kindnesses.member_party(house.second),
        receivers=[kindnesses.member_party(house.agent)],
        words="I slept like a stone.",
        answers=chain[1],
    )
    html = signed_in(house.agent).get(f"/chains/{chain[1].pk}").content.decode()
    assert "I slept like a stone." in html
    assert 'class="link answer"' in picture(html)
    assert "I slept" not in signed_in(house.third).get(f"/chains/{chain[3].pk}").content.decode()


def test_a_long_chain_takes_few_queries_and_draws_once(
    house, signed_in, django_assert_max_num_queries
):
    kindness = make.kindness(house.agent, house.second)
    pair = [house.second, house.third]
    for n in range(100):
        giver, to = pair[n % 2], pair[1 - n % 2]
        kindness = make.kindness(giver, to, words="", passed_on_from=kindness)
    client = signed_in(house.second)
    with django_assert_max_num_queries(10):
        html = client.get(f"/chains/{kindness.pk}").content.decode()
    assert html.count('<svg class="chain') == 1
    assert picture(html).count("<circle") == 102


def test_what_waits_is_looked_for_among_the_last_that_came(house, monkeypatch):
    monkeypatch.setattr(queries, "LATELY", 2)
    monkeypatch.setattr(queries, "_waiting", written(queries._waiting.make))
    rows = [make.kindness(house.second, house.agent, words=f"Words {n}") for n in range(2)]
    assert queries.received(house.agent) == rows[::-1]
    rows.append(make.kindness(house.second, house.agent, words="Words 2"))
    assert queries.received(house.agent) == rows[:0:-1]
    actions.rest(by=house.agent, kindness=rows[2])
    assert queries.received(house.agent) == [rows[1]]
