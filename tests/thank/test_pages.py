"""The customer's pages over http: what they write, what they never write, and what they say."""

import gzip
import json
import random
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from neoncard.kindness.rules import text_hash
from neoncard.kit import clock
from neoncard.kit.limits.tables import Limit
from neoncard.pass_on import actions as cards
from neoncard.pass_on.queries import token_of
from neoncard.people import actions as people
from neoncard.share import actions as share
from neoncard.share.rules import exact_words
from neoncard.thank import actions, queries
from neoncard.thank.tables import ThankYou
from tests import make
from tests.thank.writing import KIND, RUDE, rate, send_thanks, text, thanks

STATIC = Path(__file__).parents[2] / "src/neoncard/web/static/neoncard"


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("query", ["", "?s=5", "?s=5&words=hi", "?s=nine"])
def test_looking_never_writes(visitor, token, method, query):
    getattr(visitor, method)(rate(token) + query)
    assert ThankYou.objects.count() == 0
    assert Limit.objects.count() == 0


def test_looking_at_every_other_page_never_writes(visitor, token, page):
    visitor.post(rate(token), {"score": "5", "words": KIND})
    before = list(ThankYou.objects.values()), Limit.objects.count()
    for path in (
        thanks(page),
        reverse("receipt", args=[token]),
        reverse("mine", args=[token]),
        reverse("mine", args=[token]) + "?json=1",
    ):
        assert visitor.get(path).status_code == 200
        assert visitor.head(path).status_code == 200
    assert before == (list(ThankYou.objects.values()), Limit.objects.count())


def test_the_answer_in_the_link_is_checked_already(visitor, token):
    html = visitor.get(rate(token) + "?s=4").content.decode()
    assert re.findall(r'value="(\d)"[^>]*checked', html) == ["4"]
    assert re.findall(r"checked", visitor.get(rate(token) + "?s=7").content.decode()) == []


def test_no_box_is_ticked_before_the_customer_ticks_it(visitor, token, page):
    for path in (rate(token), thanks(page)):
        html = visitor.get(path).content.decode()
        assert len(re.findall(r'type="checkbox"', html)) == 3
        assert "checked" not in html


def test_customers_pages_set_no_cookie_and_are_kept_nowhere(visitor, token, page):
    sent = visitor.post(rate(token), {"score": "5", "words": KIND})
    responses = [
        sent,
        visitor.get(rate(token)),
        visitor.get(thanks(page)),
        visitor.get(reverse("receipt", args=[token])),
        visitor.get(reverse("mine", args=[token])),
        visitor.get(rate("unknown")),
        visitor.post(reverse("mine", args=[token])),
    ]
    for response in responses:
        assert dict(response.cookies) == {}
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "<script" not in response.content.decode()


def test_sending_leads_to_the_receipt_and_the_link_shows_the_same(visitor, token):
    response = visitor.post(rate(token), {"score": "5", "words": KIND})
    assert (response.status_code, response["Location"]) == (303, reverse("receipt", args=[token]))
    receipt = visitor.get(response["Location"])
    assert "On its way to Ines" in text(receipt)
    assert visitor.get(rate(token)).content == receipt.content


def test_has_read_this(visitor, token, house):
    visitor.post(rate(token), {"words": KIND})
    row = ThankYou.objects.get()
    assert "Ines has read this" not in text(visitor.get(rate(token)))
    actions.read(member=house.agent, kindness=row.kindness)
    assert "Ines has read this." in text(visitor.get(rate(token)))


def test_held_declined_and_delivered_words_look_the_same_to_their_writer(visitor, talk, house):
    seen = set()
    for words, declined in ((KIND, False), (RUDE, False), (RUDE, True)):
        token = actions.make_rating_link(encounter=talk)
        visitor.post(rate(token), {"words": words})
        if declined:
            actions.decline(by=house.lead, thank_you=ThankYou.objects.latest("pk"))
        said = text(visitor.get(reverse("receipt", args=[token])))
        seen.add(said.replace(words, "…"))
        export = visitor.get(reverse("mine", args=[token]) + "?json=1").json()
        assert export["answer"]["words"] == words
        assert "held" not in json.dumps(export)
    assert len(seen) == 1


def test_the_answer_can_be_changed_and_is_filled_in(visitor, token):
    visitor.post(rate(token), {"score": "2", "words": "Thanks for trying", "team_may_read": "on"})
    response = visitor.get(rate(token) + "?s=")
    html = response.content.decode()
    assert re.findall(r'value="(\d)"[^>]*checked', html) == ["2"]
    assert "Thanks for trying" in html
    visitor.post(rate(token), {"score": "5", "words": KIND})
    row = ThankYou.objects.get()
    assert (row.score, row.words, row.team_may_read) == (5, KIND, False)


def test_the_receipt_shows_the_exact_words_and_takes_the_leave_and_gives_it_back(visitor, token):
    visitor.post(rate(token), {"words": KIND, "name": "Maren"})
    path = reverse("receipt", args=[token])
    for publish, may in (
        ("name", (True, True)),
        ("customer", (True, False)),
        ("no", (False, False)),
    ):
        assert visitor.post(path, {"publish": publish}).status_code == 303
        row = ThankYou.objects.get()
        assert (row.may_publish_words, row.may_publish_name) == may
        assert row.kindness.releases.count() == may[0]
    html = visitor.get(path).content.decode()
    assert KIND in html
    assert "signed “Maren”" in html


def test_the_thanker_sees_what_became_of_the_idea(visitor, token, house):
    visitor.post(rate(token), {"feedback": "A map in the app"})
    feedback = ThankYou.objects.get().feedback
    assert "It is on our list" in text(visitor.get(rate(token)))
    actions.answer_feedback(by=house.lead, feedback=feedback, state="heard")
    assert "We have heard it" in text(visitor.get(rate(token)))
    actions.answer_feedback(by=house.lead, feedback=feedback, state="done", answer="It is in.")
    assert "It is in." in text(visitor.get(rate(token)))


def test_mine_shows_gives_and_erases(visitor, token):
    mine = reverse("mine", args=[token])
    assert visitor.get(mine + "?json=1").json().keys() == {"link"}
    visitor.post(rate(token), {"words": KIND, "score": "5", "feedback": "A map"})
    shown = text(visitor.get(mine))
    assert KIND in shown
    assert "A map" in shown
    given = visitor.get(mine + "?json=1")
    assert given["Content-Disposition"].startswith("attachment")
    assert given.json()["answer"]["score"] == 5
    assert "It is erased" in text(visitor.post(mine))
    assert visitor.get(mine + "?json=1").json().keys() == {"link"}
    assert visitor.get(reverse("receipt", args=[token])).status_code == 404


def test_mine_outlives_the_link(visitor, token):
    visitor.post(rate(token), {"words": KIND})
    with clock.at(clock.now() + timedelta(days=20)):
        assert KIND in text(visitor.get(reverse("mine", args=[token])))
        assert visitor.post(reverse("mine", args=[token])).status_code == 200
    assert ThankYou.objects.count() == 0


def test_without_a_person_there_is_one_question_and_the_feedback(visitor, token, house):
    people.opt_out(member=house.agent, feature="thanks_page")
    html = visitor.get(rate(token)).content.decode()
    assert "Ines" not in html
    assert re.findall(r'<textarea name="(\w+)"', html) == ["feedback"]
    visitor.post(rate(token), {"score": "4", "words": KIND})
    row = ThankYou.objects.get()
    assert (row.score, row.words) == (4, "")
    assert "Thank you, it has arrived" in text(visitor.get(rate(token)))


def test_markup_in_words_stays_words(visitor, token):
    visitor.post(rate(token), {"words": "Thanks <b>Ines</b> <script>x</script>", "name": "<i>M"})
    html = visitor.get(rate(token)).content.decode()
    assert "<b>Ines" not in html
    assert "<script" not in html
    assert "&lt;b&gt;Ines" in html


def test_words_say_their_own_direction(visitor, token):
    assert visitor.get(rate(token)).content.decode().count('dir="auto"') == 3


def test_the_language_asked_for_first_is_kept(visitor, page):
    send_thanks(visitor, page, words="Great help")
    german = Client(headers={"accept-language": "de-DE,de;q=0.9"})
    send_thanks(german, page, words="Tolle Hilfe")
    english, other = ThankYou.objects.order_by("pk")
    assert (english.state, other.state) == ("delivered", "held")
    assert (other.lang, other.why_held) == ("de-DE", "unreadable")


def told_of(talk, house, count=3):
    """Stories with this customer behind them, as long as one may be, in words that hardly pack; theirs to release."""
    for n in range(count):
        row = make.kindness(house.agent, house.second, encounter=talk)
        chance = random.Random(n)
        story = " ".join("".join(chance.choices("abcdefghijklmnopq", k=9)) for _ in range(200))
        post = share.tell(by=house.agent, kindness=row, title="Bear", story=story, name_too=True)
        read = text_hash(exact_words("Bear", story, ""))
        share.release(by=house.second, post=post, read=read, name_too=True)


def test_a_customers_page_weighs_at_most_15_kb(visitor, token, talk, house, page):
    fixed = sum(
        len(gzip.compress((STATIC / name).read_bytes(), 9))
        for name in ("css/customer.css", "mark.svg")
    )
    told_of(talk, house)
    fresh = rate(actions.make_rating_link(encounter=talk))
    visitor.post(rate(token), {"words": KIND, "name": "Maren", "feedback": "A map", "score": "5"})
    card = cards.make_card(by=house.agent)
    told = cards.make_card(by=house.agent)
    cards.tell(card=told, words="I carried a pram up the stairs.", name="Mo")
    smile, over = (reverse("smile", args=[token_of(one)]) for one in (card, told))
    mine = reverse("mine", args=[token])
    for path in (fresh, rate(token) + "?s=5", rate(token), thanks(page), mine, smile, over):
        html = visitor.get(path).content
        loads = re.findall(rb'(?:src|href)="(/static/[^"]+)"', html)
        assert sorted(loads) == [b"/static/neoncard/css/customer.css", b"/static/neoncard/mark.svg"]
        codes = re.findall(r'<img src="([^"]+)"', html.decode())
        shown = sum(len(gzip.compress(visitor.get(code).content, 9)) for code in codes)
        assert fixed + shown + len(gzip.compress(html, 9)) <= 15_000
    assert visitor.get(fresh).content.count(b"These words may be shown") == 3


def test_the_five_practices_and_the_notice_stand_on_the_page(visitor, token, page):
    for path in (rate(token), thanks(page)):
        said = text(visitor.get(path))
        assert "staying calm, being friendly, using their name, a thank-you, and telling us" in said
        assert "first read by software" in said


@pytest.mark.parametrize("name", ["rate", "thanks", "receipt", "mine"])
def test_customers_pages_ask_at_most_ten_queries(
    visitor, token, page, name, django_assert_max_num_queries
):
    visitor.post(rate(token), {"words": KIND, "feedback": "A map"})
    path = {
        "rate": rate(token) + "?s=5",
        "thanks": thanks(page),
        "receipt": reverse("receipt", args=[token]),
        "mine": reverse("mine", args=[token]),
    }[name]
    with django_assert_max_num_queries(10):
        visitor.get(path)


def test_what_was_typed_in_a_folded_part_is_open_when_it_comes_back(visitor, token):
    folded = visitor.get(rate(token)).content.decode()
    assert "<details>" in folded
    assert "<details open>" not in folded
    data = {"name": "www.x", "feedback": "A map", "team_may_read": "on"}
    assert visitor.post(rate(token), data).content.decode().count("<details open>") == 2


def test_a_page_in_a_language_written_from_the_right_says_so(visitor, token):
    assert '<html lang="en" dir="ltr">' in visitor.get(rate(token)).content.decode()
    with translation.override("ar"):
        assert '<html lang="ar" dir="rtl">' in render_to_string("thank/gone.html")


def test_held_words_wait_unseen_by_the_agent(visitor, token, house, signed_in):
    visitor.post(rate(token), {"words": RUDE})
    assert "idiot" not in signed_in(house.agent).get(reverse("my_thanks")).content.decode()
    assert queries.held().get().words == RUDE
