"""While much arrives, an open form asks for a small sum or a minute's patience, and nothing typed is lost."""

import base64
import json
from datetime import timedelta

import altcha
import pytest
from django.core import signing as stamped
from django.test import Client

from neoncard.kit import clock
from neoncard.kit.limits.tables import Limit
from neoncard.pass_on import actions as cards
from neoncard.pass_on import queries as chains
from neoncard.thank import actions
from neoncard.thank.tables import ThankYou
from neoncard.web import pressed
from tests.thank.writing import (
    KIND,
    asked,
    rate,
    send_thanks,
    since,
    solve,
    stamp,
    text,
    thanks,
)  # fmt: skip

QUIET = pressed.NETWORK[0] // pressed.PRESSED


@pytest.fixture(autouse=True)
def easy(monkeypatch):
    """Sums a test can do in no time, and windows that don't end while it runs."""
    monkeypatch.setattr(pressed, "COST", 2)
    for name in ("FORM", "NETWORK", "ALL"):
        monkeypatch.setattr(pressed, name, (getattr(pressed, name)[0], 10**9))


@pytest.fixture
def tokens(talk):
    return [actions.make_rating_link(encounter=talk) for _ in range(pressed.NETWORK[0] + 2)]


@pytest.fixture
def press(visitor, tokens):
    """So much has come from this network that forms ask."""
    for token in tokens[1 : QUIET + 1]:
        assert visitor.post(rate(token), {"words": KIND}).status_code == 303


def send(visitor, token, **proof):
    return visitor.post(rate(token), {"words": KIND, **proof})


def test_a_form_asks_for_nothing_while_it_is_quiet(visitor, tokens):
    for token in tokens[:QUIET]:
        page = visitor.get(rate(token)).content.decode()
        assert "altcha" not in page
        assert "<script" not in page
        assert send(visitor, token).status_code == 303


def test_pressed_it_keeps_the_words_and_a_sum_sends_them(visitor, tokens, press):
    before = Limit.objects.count()
    response = send(visitor, tokens[0])
    assert response.status_code == 429
    assert "please wait a minute, then send again" in text(response)
    assert KIND in response.content.decode()
    assert (ThankYou.objects.count(), Limit.objects.count()) == (QUIET, before)
    assert send(visitor, tokens[0], altcha=solve(asked(response))).status_code == 303
    assert ThankYou.objects.count() == QUIET + 1


def test_another_network_is_not_pressed(visitor, tokens, press):
    response = visitor.post(rate(tokens[0]), {"words": KIND}, REMOTE_ADDR="198.51.100.7")
    assert response.status_code == 303


def test_a_minute_does_as_well_as_a_sum_once_and_not_before(visitor, tokens, press):
    waits = since(send(visitor, tokens[0]))
    assert send(visitor, tokens[0], since=waits).status_code == 429
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert send(visitor, tokens[-1], since=waits).status_code == 429  # asked on another form
        assert send(visitor, tokens[0], since=waits).status_code == 303
        assert send(visitor, tokens[0], since=waits).status_code == 429


MADE = ["", "made-up", "a:b:c", stamped.TimestampSigner().sign("x y")]


@pytest.mark.parametrize("made", MADE, ids=["none", "words", "parts", "signed"])
def test_a_minute_of_ones_own_making_is_none(visitor, tokens, press, made):
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert send(visitor, tokens[0], since=made).status_code == 429


def test_a_sum_counts_once_and_for_its_own_form(visitor, tokens, press):
    proof = solve(asked(send(visitor, tokens[0])))
    assert send(visitor, tokens[-1], altcha=proof).status_code == 429
    assert send(visitor, tokens[0], altcha=proof).status_code == 303
    assert send(visitor, tokens[0], altcha=proof).status_code == 429


def test_a_sum_that_is_over_is_asked_anew(visitor, tokens, press):
    with clock.at(clock.now() - pressed.LASTS - timedelta(seconds=1)):
        old = pressed.ask(pressed.signing.token_hash(tokens[0])).sum
    proof = solve(altcha.Challenge.from_dict(json.loads(old)))
    assert send(visitor, tokens[0], altcha=proof).status_code == 429


def test_a_sum_easier_than_asked_is_none(visitor, tokens, press, monkeypatch):
    challenge = asked(send(visitor, tokens[0]))
    monkeypatch.setattr(pressed, "COST", 3)
    assert send(visitor, tokens[0], altcha=solve(challenge)).status_code == 429


def tampered(text, change):
    data = json.loads(base64.b64decode(text))
    change(data)
    return base64.b64encode(json.dumps(data).encode()).decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["challenge"]["parameters"].update(nonce="0" * 32),
        lambda data: data["challenge"]["parameters"].update(keyPrefix=""),
        lambda data: data["challenge"]["parameters"].update(expiresAt=9_999_999_999),
        lambda data: data["challenge"].update(signature=""),
        lambda data: data["challenge"].pop("signature"),
        lambda data: data["solution"].update(counter=-1),
        lambda data: data["solution"].update(derivedKey="00" * 32),
        lambda data: data.pop("solution"),
        lambda data: data.update(challenge=[]),
    ],
)
def test_a_sum_that_was_tampered_with_is_none(visitor, tokens, press, change):
    proof = tampered(solve(asked(send(visitor, tokens[0]))), change)
    assert send(visitor, tokens[0], altcha=proof).status_code == 429


@pytest.mark.parametrize("proof", ["x", "e30=", "bnVsbA==", "W10=", "\u2603", "{" * 2000])
def test_what_is_no_sum_is_none(visitor, tokens, press, proof):
    assert send(visitor, tokens[0], altcha=proof).status_code == 429


def test_beyond_the_most_even_a_sum_waits_ten_minutes(visitor, tokens, press):
    for token in tokens[QUIET + 1 : pressed.NETWORK[0] + 1]:
        proof = solve(asked(send(visitor, token)))
        assert send(visitor, token, altcha=proof).status_code == 303
    response = send(visitor, tokens[-1], altcha=solve(asked(send(visitor, tokens[-1]))))
    assert response.status_code == 429
    assert "try again in ten minutes" in text(response)
    assert KIND in response.content.decode()
    assert ThankYou.objects.count() == pressed.NETWORK[0]


def test_one_page_takes_sixty_an_hour_from_anywhere(visitor, page):
    codes, done = [], 0
    for n in range(pressed.FORM[0] + 1):
        client = Client(REMOTE_ADDR=f"10.0.{n}.1")
        response = send_thanks(client, page)
        if n >= pressed.FORM[0] // pressed.PRESSED:
            assert response.status_code == 429
            proof = {"receipt": stamp(response), "altcha": solve(asked(response))}
            response = client.post(thanks(page), {"words": KIND, **proof})
        codes.append(response.status_code)
        done += response.status_code == 303
    assert codes == [303] * pressed.FORM[0] + [429]
    assert ThankYou.objects.count() == done == pressed.FORM[0]


def test_a_smile_card_asks_too(visitor, house, tokens, press):
    address = f"/smile/{chains.token_of(cards.make_card(by=house.agent))}"
    response = visitor.post(address, {"words": "They paid for my coffee."})
    assert response.status_code == 429
    assert "They paid for my coffee." in response.content.decode()
    proof = {"words": "They paid for my coffee.", "altcha": solve(asked(response))}
    assert visitor.post(address, proof).status_code == 303


@pytest.mark.parametrize(("lang", "says"), [("de", "eine Minute"), ("es", "un minuto")])
def test_it_asks_in_the_customers_language(visitor, page, tokens, press, lang, says):
    form = {"words": KIND, "receipt": stamp(visitor.get(thanks(page)))}
    response = visitor.post(thanks(page), form, headers={"Accept-Language": lang})
    assert response.status_code == 429
    assert says in text(response)
