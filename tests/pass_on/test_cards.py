"""Smile Cards: made in one tap, told once, on into the chain; tokens can't be forged or replayed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from neoncard import keeping
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock
from neoncard.pass_on import actions, queries
from neoncard.pass_on.tables import SmileCard
from tests import make


def handed(house):
    """A kindness Jonas gave to Ines, who makes a card of it."""
    first = make.kindness(house.second, house.agent)
    return first, actions.make_card(by=house.agent, kindness=first)


def path(card):
    return f"/smile/{queries.token_of(card)}"


def test_a_card_is_made_in_one_tap_from_what_one_received(house, signed_in):
    first = make.kindness(house.second, house.agent)
    answer = signed_in(house.agent).post("/cards/make", {"kindness": first.pk})
    card = SmileCard.objects.get()
    assert answer.url == f"/cards/{card.pk}"
    assert (card.kindness.passed_on_from, card.kindness.giver.member) == (first, house.agent)
    assert signed_in(house.third).post("/cards/make", {"kindness": first.pk}).status_code == 404


def test_what_happened_comes_back_into_the_chain_and_a_card_goes_on(house, signed_in):
    first, card = handed(house)
    stranger = Client()
    answer = stranger.post(
        path(card), {"words": "I carried a pram up the stairs.", "name": "Mo"}, follow=True
    )
    assert answer.status_code == 200
    assert "I carried a pram" in answer.content.decode()
    card.refresh_from_db()
    assert (card.told.passed_on_from, card.told.chain) == (card.kindness, first)
    assert str(card.told.giver) == "Mo"
    assert card.told.giver in card.kindness.receivers.all()
    onward = card.told.smile_card
    stranger.post(path(onward), {"words": "And I a bag of shopping."})
    assert Kindness.objects.filter(chain=first).count() == 3
    page = signed_in(house.agent).get(f"/chains/{first.pk}").content.decode()
    assert "Mo" in page
    assert "came back into the chain" in signed_in(house.agent).get("/cards").content.decode()
    chain = f"/chains/{first.pk}"
    for one in (house.agent, house.second):  # who handed it on, and who began
        page = signed_in(one).get(chain).content.decode()
        assert ("Mo to someone" in page, "I carried a pram up the stairs." in page) == (True, True)
    other = signed_in(house.third).get(chain)
    assert "pram" not in other.content.decode()


def test_told_again_nothing_changes(house):
    _first, card = handed(house)
    stranger = Client()
    for words in ("Once.", "Twice.", "Once."):
        stranger.post(path(card), {"words": words})
    card.refresh_from_db()
    assert card.told.words == "Once."
    assert SmileCard.objects.count() == 2


def test_what_was_told_can_be_erased_and_the_shape_stays(house):
    first, card = handed(house)
    stranger = Client()
    stranger.post(path(card), {"words": "I carried a pram.", "name": "Mo"})
    stranger.post(path(card), {"erase": "1"})
    card.refresh_from_db()
    assert (card.told.words, card.told.state, card.told.giver.name) == ("", "withdrawn", "")
    assert Kindness.objects.filter(chain=first).count() == 2
    stranger.post(path(card), {"words": "Again."})
    card.told.refresh_from_db()
    assert card.told.words == ""


@pytest.mark.parametrize("words", ["you stupid idiot", "see http://cheap.example", ""])
def test_nothing_hostile_and_no_link_reaches_anybody(house, words):
    _first, card = handed(house)
    assert Client().post(path(card), {"words": words}).status_code == 422
    card.refresh_from_db()
    assert card.told is None


def test_what_the_software_cannot_read_waits_for_a_lead_and_the_chain_goes_on(house, signed_in):
    first, card = handed(house)
    words = "Ich habe einer Frau den Koffer zum Zug getragen."
    told = Client().post(
        path(card), {"words": words, "name": "Mo"}, headers={"accept-language": "de"}, follow=True
    )
    assert words in told.content.decode()  # nothing tells its writer that it waits
    card.refresh_from_db()
    assert (card.told.words, str(card.told.giver), card.held) == ("", "someone", words)
    assert card.told.smile_card
    maker, lead = signed_in(house.agent), signed_in(house.lead)
    seen = [maker.get(f"/chains/{first.pk}"), maker.get("/cards"), maker.get("/me/export")]
    assert [page for page in seen if "Koffer" in page.content.decode()] == []
    assert words in lead.get("/held").content.decode()
    assert maker.post(f"/held/cards/{card.pk}", {"pass": ""}).status_code == 403
    lead.post(f"/held/cards/{card.pk}", {"pass": ""})
    assert "Koffer" in maker.get("/cards").content.decode()
    card.refresh_from_db()
    assert (card.told.words, card.told.giver.name, card.held) == (words, "Mo", "")
    assert lead.post(f"/held/cards/{card.pk}", {"rest": ""}).status_code == 404


@pytest.mark.parametrize("how", ["rest", "erase", "forget"])
def test_held_words_go_when_nobody_passes_them_on(house, signed_in, how):
    _first, card = handed(house)
    actions.tell(card=card, words="Ich trug den Koffer.", name="Mo", held=True)
    if how == "rest":
        signed_in(house.lead).post(f"/held/cards/{card.pk}", {"rest": ""})
    elif how == "erase":
        Client().post(path(card), {"erase": "1"})
    else:
        with clock.at(clock.now() + timedelta(days=31)):
            keeping.forget()
    card.refresh_from_db()
    assert (card.held, card.held_name, card.told.words) == ("", "", "")


def test_a_card_that_came_to_a_colleague_is_theirs_to_pass_on(house, signed_in):
    _first, card = handed(house)
    client = signed_in(house.third)
    assert client.get(f"{path(card)}/mine").status_code == 200
    assert not card.kindness.receivers.filter(member=house.third).exists()
    answer = client.post(f"{path(card)}/mine")
    assert answer.url == f"/pass-on/{card.kindness.pk}"
    again = signed_in(house.lead).post(f"{path(card)}/mine", follow=True)
    assert "gone on from here already" in again.content.decode()
    with pytest.raises(ValueError, match="card: it is your own"):
        actions.came_to(member=house.agent, card=handed(house)[1])


def test_a_card_that_comes_home_closes_a_boomerang(house, signed_in):
    _first, card = handed(house)
    actions.came_to(member=house.third, card=card)
    home = actions.pass_on(by=house.third, kindness=card.kindness, to=[house.second])
    assert queries.came_back(home)
    page = signed_in(house.second).get(f"/chains/{home.pk}").content.decode()
    assert "A boomerang" in page


def test_a_card_ends_after_half_a_year(house):
    _first, card = handed(house)
    with clock.at(clock.now() + timedelta(days=181)):
        assert Client().get(path(card)).status_code == 404


def test_a_card_is_nobody_elses(house, signed_in):
    _first, card = handed(house)
    assert signed_in(house.second).get(f"/cards/{card.pk}").status_code == 404
    assert signed_in(house.agent).get(f"/cards/{card.pk}").status_code == 200


@given(st.text(max_size=80))
def test_no_token_of_ones_own_making_is_looked_up(token):
    assert queries.nonce_of(token) is None


@given(st.data())
def test_a_token_altered_in_any_place_is_forged(data):
    card = SmileCard(nonce="c0VzSW5lc1RoaXNNb3Ju")
    token = queries.token_of(card)
    at = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.characters(codec="ascii", exclude_characters=token[at]))
    forged = token[:at] + sign + token[at + 1 :]
    assert queries.nonce_of(token) == card.nonce
    assert queries.nonce_of(forged) is None


def test_a_forged_token_asks_nothing_of_the_database(house):
    from neoncard import access

    with CaptureQueriesContext(connection) as made, pytest.raises(Http404):
        access.smile_card("c0VzSW5lc1RoaXNNb3Ju.forged")
    assert [one["sql"] for one in made] == []


def test_looking_at_a_card_writes_nothing(house):
    _first, card = handed(house)
    before = (Kindness.objects.count(), Party.objects.count(), SmileCard.objects.count())
    for method in (Client().head, Client().get):
        assert method(path(card)).status_code == 200
        assert method(f"{path(card)}/qr.svg").status_code == 200
    assert (Kindness.objects.count(), Party.objects.count(), SmileCard.objects.count()) == before


def test_the_chain_is_shown_as_it_was_and_larger(house, signed_in):
    first, card = handed(house)
    actions.tell(card=card, words="I carried a pram.")
    client = signed_in(house.agent)
    whole = client.get(f"/chains/{first.pk}").content.decode()
    early = client.get(f"/chains/{first.pk}?upto=1&zoom=4").content.decode()
    assert (whole.count("<circle") > early.count("<circle"), 'max="3"' in whole) == (True, True)
    for odd in ("?upto=0", "?upto=x", "?zoom=99", "?upto=99999999"):
        assert client.get(f"/chains/{first.pk}{odd}").status_code == 200
