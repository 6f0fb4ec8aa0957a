"""Reactions, reports and two who look, held and reworded comments, the letter, the feed, the month, the first day."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from neoncard import nudges
from neoncard.kit import clock
from neoncard.kit.jobs.tables import Job
from neoncard.share import actions, rules, wall
from neoncard.share.voices import actions as voices
from neoncard.share.voices.tables import Letter, Reaction, Report
from neoncard.web.pages.voices import feed_key
from tests import make
from tests.share.telling import STORY, read, told


def hung(house, words="You stayed until the last ferry."):
    row = make.kindness(house.agent, house.second, words=words)
    return actions.hang(by=house.agent, kindness=row)


def text(response):
    return response.content.decode()


def test_a_reaction_is_in_words_with_names_and_said_again_it_is_gone(house, signed_in):
    post, client = hung(house), signed_in(house.third)
    client.post(f"/stories/{post.pk}/react", {"word": "try"})
    page = text(client.get(f"/stories/{post.pk}"))
    assert "You: I will try that" in page
    assert "Amir: I will try that" in text(signed_in(house.agent).get(f"/stories/{post.pk}"))
    client.post(f"/stories/{post.pk}/react", {"word": "try"})
    client.post(f"/stories/{post.pk}/react", {"word": "five stars"})
    assert Reaction.objects.count() == 0


def test_a_comment_that_sells_is_held_and_only_its_writer_sees_it(house, signed_in):
    post = hung(house)
    client = signed_in(house.third)
    client.post(f"/stories/{post.pk}/comment", {"words": "Special offer, order now at my shop"})
    assert "only you see it" in text(client.get(f"/stories/{post.pk}"))
    assert "Special offer" not in text(signed_in(house.lead).get(f"/stories/{post.pk}"))
    assert Report.objects.get().by is None
    assert wall.page(house.lead).posts.rows[0].said == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("20% off with my voucher code", True),
        ("I bought him a coffee after the sale of tickets", False),
        ("Ich war dabei", False),
    ],
)
def test_what_reads_like_promotion(words, expected):
    assert rules.promotes(words) is expected


def test_a_comment_is_reworded_by_its_writer_alone(house, signed_in):
    post = hung(house)
    row = actions.comment(by=house.third, post=post, words="That was kind of him.")
    client = signed_in(house.third)
    client.post(f"/comments/{row.pk}/reword", {"words": "That was kind of you both."})
    assert "reworded" in text(client.get(f"/stories/{post.pk}"))
    client.post(f"/comments/{row.pk}/reword", {"words": "x"})
    row.refresh_from_db()
    assert row.words == "That was kind of you both."
    assert (
        signed_in(house.lead).post(f"/comments/{row.pk}/reword", {"words": "No no no"}).status_code
        == 404
    )


def test_a_reported_comment_is_gone_for_others(house, signed_in):
    post = hung(house)
    row = actions.comment(by=house.third, post=post, words="That was silly of him.")
    signed_in(house.second).post(f"/comments/{row.pk}/report")
    assert "silly" not in text(signed_in(house.lead).get(f"/stories/{post.pk}"))
    assert "silly" in text(signed_in(house.third).get(f"/stories/{post.pk}"))


@pytest.fixture
def post_box(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


def letters(at):
    with clock.at(at):
        nudges.plan_letters()
        for job in Job.objects.filter(kind="letter", state="waiting"):
            nudges.letter(job)


def test_a_letter_comes_at_ones_hour_once_own_words_first_and_three_at_most(house, post_box):
    voices.set_letter(member=house.agent, hour=17)
    now = datetime.fromisoformat("2026-11-26T16:05:00+00:00")
    with clock.at(now - timedelta(hours=3)):
        for n in range(4):
            make.kindness(house.second, house.agent, words=f"Kind words {n}.")
        post = told(house)
        actions.release(by=house.second, post=post, read=read(post), name_too=True)
    letters(now - timedelta(hours=1))
    assert post_box == []
    letters(now)
    letters(now + timedelta(minutes=20))
    (letter,) = post_box
    assert letter.to == [house.agent.email]
    assert letter.body.count("Kind words") == 3
    assert post.title not in letter.body


def test_a_story_is_in_the_letter_of_the_day_it_came_to_show(house, post_box, signed_in):
    voices.set_letter(member=house.third, hour=17)
    now = datetime.fromisoformat("2026-11-26T16:05:00+00:00")
    with clock.at(now - timedelta(days=9)):
        post = told(house)
    letters(now - timedelta(days=8))
    assert post_box == []
    with clock.at(now - timedelta(hours=2)):
        actions.release(by=house.second, post=post, read=read(post), name_too=True)
        feed = text(Client().get(f"/wall/stories.rss?key={feed_key(house.third)}"))
    letters(now)
    assert [post.title in letter.body for letter in post_box] == [True]
    assert "<pubDate>Thu, 26 Nov 2026 14:05:00" in feed
    letters(now + timedelta(days=1))
    assert len(post_box) == 1


def test_own_words_come_first_and_stories_fill_the_three(house, post_box):
    voices.set_letter(member=house.third, hour=17)
    now = datetime.fromisoformat("2026-11-26T16:05:00+00:00")
    with clock.at(now - timedelta(hours=3)):
        for n in range(3):
            row = make.kindness(house.agent, house.second, words=f"Other {n}.")
            post = actions.tell(
                by=house.agent, kindness=row, title=f"Story {n}", story=STORY, name_too=True
            )
            actions.release(by=house.second, post=post, read=read(post), name_too=True)
        make.kindness(house.second, house.third, words="Kind words to you.")
    letters(now)
    (letter,) = post_box
    lines = [line for line in letter.body.splitlines() if line.startswith(("“", "Story"))]
    assert lines == ["“Kind words to you.”", "Story 2", "Story 1"]


def test_without_anything_new_no_letter_is_sent(house, post_box):
    voices.set_letter(member=house.agent, hour=17)
    letters(datetime.fromisoformat("2026-11-26T16:05:00+00:00"))
    assert post_box == []


def test_the_letters_hour_is_chosen_and_taken_back_on_me(house, signed_in):
    client = signed_in(house.agent)
    client.post("/me/letter", {"hour": "7"})
    assert Letter.objects.get().hour == 7
    client.post("/me/letter", {"hour": "25"})
    assert Letter.objects.get().hour == 7
    client.post("/me/letter", {"hour": ""})
    assert Letter.objects.count() == 0


def test_the_feed_holds_released_stories_alone_and_ends_with_a_new_address(house, signed_in):
    post = told(house)
    url = f"/wall/stories.rss?key={feed_key(house.third)}"
    assert post.title not in text(Client().get(url))
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    assert post.title in text(Client().get(url))
    actions.withdraw(by=house.second, post=post)
    assert post.title not in text(Client().get(url))
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    other = f"/wall/stories.rss?key={feed_key(house.second)}"
    signed_in(house.third).post("/me/feed")
    assert (Client().get(url).status_code, Client().get(other).status_code) == (404, 200)
    house.third.refresh_from_db()
    assert Client().get(f"/wall/stories.rss?key={feed_key(house.third)}").status_code == 200
    assert house.third.password[-8:] not in feed_key(house.third)
    assert Client().get("/wall/stories.rss?key=forged").status_code == 404


def test_a_month_on_a_page_for_leads(house, signed_in):
    post = told(house)
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    today = clock.today("Europe/Berlin")
    page = text(signed_in(house.lead).get(f"/report/{today:%Y-%m}"))
    assert post.title in page
    assert signed_in(house.agent).get(f"/report/{today:%Y-%m}").status_code == 403
    assert signed_in(house.lead).get("/report/2026-13").status_code == 404
    assert signed_in(house.lead).get("/report/").url == f"/report/{today.year}-{today.month}"


def test_the_first_day_has_principles_stories_and_an_act(house, signed_in):
    page = text(signed_in(house.agent).get("/start"))
    assert "Your first twenty minutes" in page
    assert page.count("I’ll do this") == 1
