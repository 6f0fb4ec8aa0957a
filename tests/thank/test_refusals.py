"""What the customer's pages refuse: links, receipts and forms not as we gave them, other sites, floods."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neoncard.kit import clock
from neoncard.people import actions as people
from neoncard.thank import actions
from neoncard.thank.tables import ThankYou
from tests.thank.writing import KIND, rate, stamp, text, thanks


def test_unknown_ended_and_mangled_links_look_the_same(visitor, token, page):
    visitor.post(rate(token), {"score": "5"})
    closed = thanks(page)
    actions.close(member=page.member)
    with clock.at(clock.now() + timedelta(days=14, seconds=1)):
        gone = [
            visitor.get(path)
            for path in (
                rate(token),
                rate("x" * 22),
                rate("%00"),
                rate("a" * 500),
                closed,
                reverse("receipt", args=["no"]),
                reverse("mine", args=["no"]),
            )
        ]
        assert visitor.post(rate(token), {"score": "1"}).status_code == 404
        assert visitor.get(reverse("receipt", args=[token])).status_code == 200
    assert {response.status_code for response in gone} == {404}
    assert len({response.content for response in gone}) == 1
    assert ThankYou.objects.get().score == 5


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(min_size=1, max_size=40))
def test_no_other_text_opens_a_link(visitor, token, text):
    path = f"/r/{quote(text, safe='')}"
    assert visitor.get(path).status_code == 404
    assert visitor.post(path, {"score": "5"}).status_code == 404


def test_a_token_opens_only_whole_and_as_written(visitor, token):
    for forged in (token[:-1], token + "A", token.swapcase(), f" {token}", token[::-1]):
        for path in (rate(forged), reverse("mine", args=[forged]), f"/thanks/{forged}"):
            assert visitor.get(path).status_code == 404


def test_a_rotated_page_and_one_of_somebody_who_opted_out_are_gone(visitor, page, house):
    old = thanks(page)
    actions.rotate(page=page)
    assert visitor.get(old).status_code == 404
    people.opt_out(member=house.agent, feature="thanks_page")
    assert visitor.get(thanks(page)).status_code == 404


def test_thanks_sent_twice_are_taken_once(visitor, page):
    form = {"words": KIND, "receipt": stamp(visitor.get(thanks(page)))}
    first, second = (visitor.post(thanks(page), form) for _ in range(2))
    assert first.status_code == 303
    assert first["Location"] == second["Location"]
    assert ThankYou.objects.count() == 1
    assert KIND in visitor.get(first["Location"]).content.decode()


@pytest.mark.parametrize("receipt", ["", "made-up", "abc:1:def"])
def test_a_receipt_of_ones_own_making_is_refused_and_the_words_stay(visitor, page, receipt):
    response = visitor.post(thanks(page), {"words": KIND, "receipt": receipt})
    assert response.status_code == 422
    assert KIND in response.content.decode()
    again = visitor.post(thanks(page), {"words": KIND, "receipt": stamp(response)})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"words": "x" * 2001}, "2001 characters"),
        ({"words": KIND, "name": "www.example.org"}, "looks like a link"),
        ({"words": KIND, "name": "x" * 61}, "long for a first name"),
        ({"words": KIND, "feedback": "y" * 2001}, "2001 characters"),
        ({"words": KIND, "more": "http://spam"}, "people can’t see"),
        ({"words": KIND, "may_publish_name": "on"}, "tick the words as well"),
        ({"words": "", "score": ""}, "Either is enough"),
        ({"words": KIND, "score": "9"}, "Select a valid choice"),
    ],
)
def test_a_refusal_says_what_to_do_and_keeps_what_was_typed(visitor, token, data, says):
    response = visitor.post(rate(token), data)
    assert response.status_code == 422
    assert says in text(response)
    assert data["words"] in response.content.decode()
    assert "http://spam" not in response.content.decode()
    assert ThankYou.objects.count() == 0


def test_two_thousand_characters_fit_with_their_line_ends(visitor, token):
    words = "a\n" * 999 + "bc"
    response = visitor.post(rate(token), {"words": words.replace("\n", "\r\n")})
    assert response.status_code == 303
    assert ThankYou.objects.get().words == words


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_what_another_site_sends_is_refused(visitor, token, headers, status):
    assert visitor.post(rate(token), {"score": "5"}, headers=headers).status_code == status
    assert ThankYou.objects.count() == (status == 303)


def test_a_refused_flood_changes_nothing_on_a_receipt(visitor, token):
    visitor.post(rate(token), {"words": KIND})
    for _ in range(29):
        visitor.post(reverse("receipt", args=[token]), {"publish": "customer"})
    response = visitor.post(reverse("receipt", args=[token]), {"publish": "no"})
    assert response.status_code == 429
    assert "nothing was changed" in text(response)
    assert ThankYou.objects.get().may_publish_words is True
