"""The survey's second question: asked only where it was turned on, counted, changed, and erased with the answer."""

import pytest
from django.urls import reverse

from neoncard.learn.tables import Outcome
from neoncard.thank import actions, queries
from neoncard.thank.tables import ThankYou
from tests.thank.writing import rate, text


@pytest.fixture
def asking(talk):
    return actions.make_rating_link(encounter=talk, asks_friend=True)


def outcomes():
    return sorted(Outcome.objects.values_list("kind", flat=True))


def test_it_is_asked_only_where_it_was_turned_on(visitor, token, asking):
    assert "Did a friend send you" not in text(visitor.get(rate(token)))
    assert "Did a friend send you" in text(visitor.get(rate(asking)))
    visitor.post(rate(token), {"score": "5", "friend": "yes"})
    assert ThankYou.objects.get().friend is None


def test_the_answer_counts_can_be_changed_and_is_shown_to_its_writer(visitor, asking):
    assert visitor.post(rate(asking), {"friend": "yes"}).status_code == 303
    assert (ThankYou.objects.get().friend, outcomes()) == (True, ["by_friend"])
    assert "a friend sent you" in text(visitor.get(reverse("mine", args=[asking])))
    page = visitor.get(rate(asking) + "?s=5").content.decode()
    assert page.count("checked") == 2
    visitor.post(rate(asking), {"score": "5", "friend": "no"})
    assert (ThankYou.objects.get().friend, outcomes()) == (False, ["rated_happy"])


def test_it_may_be_left_out_and_goes_with_the_answer(visitor, asking, talk):
    visitor.post(rate(asking), {"score": "5"})
    assert ThankYou.objects.get().friend is None
    visitor.post(rate(asking), {"score": "5", "friend": "yes"})
    assert [
        row["answer"]["a_friend_sent_you"] for row in queries.export_customer(talk.customer)
    ] == [True]
    from neoncard import loop

    loop.take_back(thank_you=ThankYou.objects.get())
    assert outcomes() == []
