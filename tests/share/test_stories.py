"""Stories over http: released by everyone in them, or not seen."""

import re

import pytest

from neoncard import keeping
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Release
from neoncard.share import actions, queries
from neoncard.share.rules import exact_words
from neoncard.share.tables import Comment, Post
from neoncard.thank import actions as thank
from neoncard.thank.rules import Given
from tests import make
from tests.samples_shared import JPEG
from tests.share.telling import STORY, read, told


def test_a_story_shows_when_both_released_it_and_goes_with_one_withdrawal(house, signed_in):
    post = told(house)
    teller, asked, other = (signed_in(m) for m in (house.agent, house.second, house.third))
    assert other.get(f"/stories/{post.pk}").status_code == 404
    assert "The teddy bear" not in other.get("/wall").content.decode()
    assert "You are in a story" in asked.get("/wall").content.decode()
    assert "release these exact words" in asked.get(f"/stories/{post.pk}").content.decode()
    asked.post(f"/stories/{post.pk}/release", {"read": read(post), "words": "1"})
    page = other.get("/wall").content.decode()
    assert "The teddy bear" in page
    assert "Ines to a colleague" in page
    teller.post(f"/stories/{post.pk}/withdraw")
    for url in ("/wall", "/wall/screen"):
        assert "The teddy bear" not in other.get(url).content.decode()
    assert other.get(f"/stories/{post.pk}").status_code == 404


def test_words_and_name_are_two_choices(house, signed_in):
    post = told(house)
    asked = signed_in(house.second)
    asked.post(f"/stories/{post.pk}/release", {"read": read(post), "name": "1"})
    assert Release.objects.filter(party__member=house.second).count() == 0
    asked.post(f"/stories/{post.pk}/release", {"read": read(post), "words": "1", "name": "1"})
    assert "Ines to Jonas" in signed_in(house.third).get("/wall").content.decode()


def test_a_story_releases_itself_and_not_the_words_it_was_told_from(house, signed_in):
    post = told(house, words="He wept, and nobody else is to know.")
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    other = signed_in(house.third)
    page = other.get("/wall?before=9999999999999999-1").content.decode()
    assert "bear bear bear" in page
    assert "He wept" not in page
    guest = kindnesses.guest_party("Mr Thiele")
    row = kindnesses.record(
        by=house.agent,
        giver=kindnesses.member_party(house.agent),
        receivers=[guest],
        words="He wept again.",
        sees="team",
    )
    post = actions.tell(by=house.agent, kindness=row, title="Bear", story=STORY, name_too=True)
    words = exact_words("Bear", STORY, "")
    kindnesses.release(party=guest, kindness=row, words=words, name_too=False, by="guest")
    assert post in queries.stories()
    page = other.get(f"/kindness/{row.pk}")
    assert page.status_code == 200
    assert "He wept" not in page.content.decode()


def test_a_story_changed_after_reading_is_not_released(house, signed_in):
    post = told(house)
    old = read(post)
    post = actions.tell(
        by=house.agent, kindness=post.kindness, title="Other", story=STORY, name_too=True
    )
    page = signed_in(house.second).post(
        f"/stories/{post.pk}/release", {"read": old, "words": "1"}, follow=True
    )
    assert "They have changed since you read them" in page.content.decode()
    assert queries.stories() == []


def test_a_story_with_a_customer_waits_for_the_customer(house):
    customer = make.customer()
    encounter = make.encounter(house.agent, customer)
    kindness = make.kindness(house.agent, house.second, encounter=encounter)
    post = actions.tell(by=house.agent, kindness=kindness, title="Bear", story=STORY, name_too=True)
    actions.release(by=house.second, post=post, read=read(post), name_too=False)
    assert queries.stories() == []
    kindnesses.release(
        party=kindnesses.customer_party(customer),
        kindness=kindness,
        words=exact_words("Bear", STORY, ""),
        name_too=False,
        by="customer",
    )
    assert queries.stories() == [post]


def test_a_story_leaves_when_somebody_in_it_is_erased(house):
    post = told(house)
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    assert queries.stories() == [post]
    kindnesses.bury(party=kindnesses.member_party(house.second), by="test")
    assert queries.stories() == []


def test_erasing_a_member_takes_their_comments_and_every_story_they_are_in(house):
    post = told(house)
    actions.comment(by=house.second, post=post, words="I still think of that bear.")
    actions.comment(by=house.third, post=post, words="So do I, every week.")
    keeping.erase_member(house.second)
    post.refresh_from_db()
    assert (post.title, post.story) == ("", "")
    assert [row.by for row in Comment.objects.all()] == [house.third]


def test_a_story_too_short_comes_back_with_what_was_typed(house, signed_in):
    kindness = make.kindness(house.agent, house.second)
    page = signed_in(house.agent).post(
        f"/stories/new?kindness={kindness.pk}", {"title": "Bear", "story": "Too short a tale."}
    )
    assert page.status_code == 422
    assert "at least 80 words" in page.content.decode()
    assert "Too short a tale." in page.content.decode()


def test_the_screen_shows_only_what_everyone_released(house, signed_in):
    actions.thank(by=house.agent, to=[house.second], words="You stayed late.", team=True)
    screen = signed_in(house.third)
    assert "You stayed late." not in screen.get("/wall/screen").content.decode()
    post = Post.objects.get()
    actions.release(by=house.second, post=post, read=read(post), name_too=False)
    answer = screen.get("/wall/screen")
    assert "You stayed late." in answer.content.decode()
    assert "<script" not in answer.content.decode()
    assert answer["Refresh"] == "60"
    assert "Refresh" not in screen.get("/wall/screen?still=1")


def test_on_a_screen_in_the_room_nobody_is_you(house, signed_in):
    actions.thank(by=house.agent, to=[house.second], words="You stayed late.", team=True)
    post = Post.objects.get()
    actions.release(by=house.second, post=post, read=read(post), name_too=False)
    seen = {
        re.search(r'<footer class="from">.*?</span> (.*?)</footer>', page, re.DOTALL)[1]
        for page in (
            signed_in(who).get("/wall/screen").content.decode()
            for who in (house.agent, house.second, house.third)
        )
    }
    assert seen == {"Ines to Jonas"}


def test_three_stories_at_most_and_the_newest_first(house):
    for n in range(5):
        kindness = make.kindness(house.agent, house.second)
        post = actions.tell(
            by=house.agent, kindness=kindness, title=f"Story {n}", story=STORY, name_too=False
        )
        actions.release(by=house.second, post=post, read=read(post), name_too=False)
    assert [post.title for post in queries.stories()] == ["Story 4", "Story 3", "Story 2"]


def test_what_a_stranger_did_may_be_told_but_not_what_a_stranger_wrote(house):
    seen = kindnesses.record(
        by=house.agent,
        giver=kindnesses.guest_party(),
        receivers=[kindnesses.member_party(house.agent)],
        words="The whole queue stepped aside.",
    )
    assert actions.hang(by=house.agent, kindness=seen).kindness == seen
    page = thank.open_page(member=house.agent)
    given = Given(words="Thank you for walking me there.")
    wrote = thank.thank(page=page, receipt="r", given=given).kindness
    assert wrote.giver.kind == "unknown"
    with pytest.raises(ValueError, match="wrote to you alone"):
        actions.hang(by=house.agent, kindness=wrote)


def published(house, story=STORY):
    row = make.kindness(house.agent, house.second)
    post = actions.tell(
        by=house.agent, kindness=row, title="The teddy bear", story=story, name_too=True
    )
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    return post


def test_a_film_is_a_link_that_says_where_it_leads_and_loads_nothing_before(house, signed_in):
    film = "https://video.example.org/watch?v=1&list=2"
    post = published(house, f"{STORY} See {film}, and https://good.example@evil.example/.")
    actions.comment(by=house.agent, post=post, words="It is also at www.films.example now")
    page = signed_in(house.third).get(f"/stories/{post.pk}").content.decode()
    links = re.findall(
        r'<a class="btn link" href="([^"]+)" rel="([^"]+)" target="_blank">([^<]+)', page
    )
    rel = "noopener noreferrer nofollow"
    assert links == [
        (film.replace("&", "&amp;"), rel, "Leads to video.example.org, in a new tab"),
        ("https://good.example@evil.example/", rel, "Leads to evil.example, in a new tab"),
        ("https://www.films.example", rel, "Leads to films.example, in a new tab"),
    ]
    loads = re.findall(r'<(?:img|iframe|video|script|link|source)[^>]+(?:src|href)="([^"]+)"', page)
    assert [address for address in loads if not address.startswith("/")] == []
    assert re.findall(r"<(?:iframe|video|embed|object)", page) == []


def test_a_released_story_shows_its_picture_to_everyone_though_it_never_hung(house, signed_in):
    post = published(house)
    row = post.kindness
    actions.add_picture(
        by=house.agent, kindness=row, body=JPEG, alt="The bear", credit="Ines", licence="ours"
    )
    client = signed_in(house.third)
    page = client.get(f"/stories/{post.pk}").content.decode()
    assert (f"/kindness/{row.pk}/picture" in page, "Ines · ours" in page) == (True, True)
    assert client.get(f"/kindness/{row.pk}/picture").status_code == 200
    actions.withdraw(by=house.second, post=post)
    assert client.get(f"/kindness/{row.pk}/picture").status_code == 404


def test_somebody_unknown_is_not_waited_for_with_a_picture_either(house, signed_in):
    seen = kindnesses.record(
        by=house.agent,
        giver=kindnesses.guest_party(),
        receivers=[kindnesses.member_party(house.agent)],
        words="The whole queue stepped aside.",
    )
    actions.add_picture(by=house.agent, kindness=seen, body=JPEG, alt="a", credit="b", licence="c")
    actions.hang(by=house.agent, kindness=seen)
    assert signed_in(house.third).get(f"/kindness/{seen.pk}/picture").status_code == 200


def test_a_first_morning_with_a_story_asks_at_most_ten_times(
    house, signed_in, django_assert_max_num_queries
):
    post = told(house)
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    client = signed_in(house.third)
    for page in ("/start", "/wall"):
        with django_assert_max_num_queries(10):
            text = client.get(page).content.decode()
        assert "The teddy bear" in text
