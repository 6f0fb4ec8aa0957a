"""A story with a customer in or behind it: they read the exact words on their own page, and say yes there, or no more."""

import pytest
from django.test import Client
from django.utils import translation

from neoncard.kindness import actions as kindnesses
from neoncard.share import actions, queries
from neoncard.share.tables import Post
from neoncard.thank import actions as thank
from neoncard.thank.rules import Given
from tests import make
from tests.share.telling import STORY, read


@pytest.fixture
def post(house, talk):
    """A kindness in a customer's conversation, told by its giver; the receiver has not said yes yet."""
    row = make.kindness(house.agent, house.second, encounter=talk)
    return actions.tell(by=house.agent, kindness=row, title="The bear", story=STORY, name_too=True)


def yes(house, post):
    actions.release(by=house.second, post=post, read=read(post), name_too=True)


def text(response):
    return response.content.decode()


def test_they_are_asked_last_and_what_they_say_counts_at_once(house, token, post):
    client = Client()
    assert "The bear" not in text(client.get(f"/r/{token}"))
    yes(house, post)
    page = text(client.get(f"/r/{token}"))
    assert ("The bear" in page, STORY in page, "Maren" in page) == (True, True, False)
    data = {"story": post.pk, "read": read(post)}
    client.post(f"/r/{token}/story", data)
    assert queries.stories() == []
    client.post(f"/r/{token}/story", {**data, "words": "on"})
    assert queries.stories() == [post]
    assert "You said yes to this story" in text(client.get(f"/r/{token}"))
    client.post(f"/r/{token}/story", {"story": post.pk})
    assert queries.stories() == []


def test_they_say_it_on_their_receipt_too_and_a_story_told_anew_asks_again(
    house, token, talk, post
):
    client = Client()
    yes(house, post)
    client.post(f"/r/{token}", {"score": "5", "words": "Thank you so much.", "name": "Maren"})
    receipt = f"/thanks/receipt/{token}"
    assert "The bear" in text(client.get(receipt))
    old = read(post)
    post = actions.tell(
        by=house.agent, kindness=post.kindness, title="The hare", story=STORY, name_too=True
    )
    yes(house, post)
    client.post(f"/r/{token}/story", {"story": post.pk, "read": old, "words": "on"})
    assert queries.stories() == []
    client.post(f"/r/{token}/story", {"story": post.pk, "read": read(post), "words": "on"})
    assert queries.stories() == [post]
    assert "The hare" in text(client.get(f"/r/{token}/mine"))
    client.post(f"/r/{token}/mine")  # erases all of it
    assert queries.stories() == []


def test_a_guest_says_yes_to_words_and_name_apart_and_keeps_what_they_allowed(house, page):
    given = Given(words="You found my bear.", name="Maren", may_publish_words=True)
    row = thank.thank(page=page, receipt="r", given=given)
    post = actions.tell(
        by=house.agent, kindness=row.kindness, title="The bear", story=STORY, name_too=True
    )
    client = Client()
    assert "The name “Maren”" in text(client.get("/thanks/receipt/r"))
    data = {"story": post.pk, "read": read(post), "words": "on"}
    client.post("/r/r/story", data)
    assert queries.stories() == [post]
    client.force_login(house.third)
    assert "Maren" not in text(client.get("/wall"))
    client.post("/r/r/story", {"story": post.pk})
    client.post("/r/r/story", {**data, "name": "on"})
    assert "Maren" in text(client.get("/wall"))
    client.post("/thanks/receipt/r", {"publish": "customer"})
    assert queries.stories() == [post]
    client.post("/r/r/story", {"story": post.pk})
    assert queries.stories() == []
    (own,) = row.kindness.releases.filter(party=row.kindness.giver)
    assert own.credit == "a customer"


def test_nobody_elses_story_is_asked_for_or_answered_there(house, token, post):
    yes(house, post)
    other = thank.make_rating_link(encounter=make.encounter(house.agent, make.customer("Una")))
    client = Client()
    assert "The bear" not in text(client.get(f"/r/{other}"))
    data = {"story": post.pk, "read": read(post), "words": "on"}
    assert client.post(f"/r/{other}/story", data).status_code == 303
    assert client.get(f"/r/{token}/story").status_code == 303
    assert client.post("/r/nobody/story", data).status_code == 404
    assert queries.stories() == []


def test_what_was_reported_is_not_asked_for_but_a_yes_can_be_taken_back(house, token, post):
    yes(house, post)
    Post.objects.update(hidden_at=post.posted_at)
    client = Client()
    assert "The bear" not in text(client.get(f"/r/{token}"))
    Post.objects.update(hidden_at=None)
    client.post(f"/r/{token}/story", {"story": post.pk, "read": read(post), "words": "on"})
    Post.objects.update(hidden_at=post.posted_at)
    client.post(f"/r/{token}/story", {"story": post.pk})
    Post.objects.update(hidden_at=None)
    assert queries.stories() == []


@pytest.mark.parametrize(
    ("lang", "says"),
    [("de", "Dürfen wir diese Geschichte erzählen"), ("es", "contar esta historia")],
)
def test_it_is_asked_in_the_customers_language(house, talk, token, post, lang, says):
    yes(house, post)
    talk.lang = lang
    talk.save()
    assert says in text(Client().get(f"/r/{token}"))
    assert translation.get_language() == "en"


def test_a_customer_among_the_receivers_is_asked_for_their_name(house, talk, token):
    party = kindnesses.customer_party(talk.customer)
    row = make.kindness(house.agent, house.second)
    row.receivers.set([party])
    post = actions.tell(by=house.agent, kindness=row, title="Tea", story=STORY, name_too=True)
    page = text(Client().get(f"/r/{token}"))
    assert "The name “Maren Oltmanns”" in page
    Client().post(
        f"/r/{token}/story", {"story": post.pk, "read": read(post), "words": "on", "name": "on"}
    )
    client = Client()
    client.force_login(house.third)
    assert "Ines to Maren Oltmanns" in text(client.get("/wall"))
