"""Words show where their people said yes, and nowhere else: anonymous ones, "only me", and what was reported."""

import pytest
from django.urls import reverse

from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.pass_on import actions as pass_on
from neoncard.share import actions, queries
from neoncard.share.tables import Post
from neoncard.share.voices import actions as voices
from neoncard.share.voices.tables import Review
from neoncard.thank import actions as thank
from neoncard.thank.rules import Given
from neoncard.web.pages.voices import feed_key
from tests import make
from tests.samples_shared import JPEG
from tests.share.telling import STORY, read, told

WORDS = "You stayed until the last ferry."


def text(response):
    return response.content.decode()


def published():
    return queries.stories() + queries.on_screen()


@pytest.mark.parametrize("team", [False, True])
def test_an_anonymous_customers_words_wait_for_a_yes_nobody_can_give(house, team):
    page = thank.open_page(member=house.agent)
    given = Given(words="Thank you for walking me there.", team_may_read=team)
    wrote = thank.thank(page=page, receipt="r", given=given).kindness
    assert wrote.giver.kind == "unknown"
    if team:
        actions.hang(by=house.agent, kindness=wrote)
        assert published() == []
    actions.tell(by=house.agent, kindness=wrote, title="Ramp", story=STORY, name_too=True)
    assert published() == []


def test_what_somebody_wrote_on_a_smile_card_is_theirs_too(house):
    card = pass_on.make_card(by=house.agent)
    onward = pass_on.tell(card=card, words="I paid for the tea of the next one.")
    came = pass_on.came_to(member=house.second, card=onward)
    with pytest.raises(ValueError, match="wrote to you alone"):
        actions.hang(by=house.second, kindness=came)
    actions.tell(by=house.second, kindness=came, title="Tea", story=STORY, name_too=True)
    assert published() == []


def everywhere(house, signed_in, post):
    """Every page where outsiders read what was released."""
    outsider, lead = signed_in(house.third), signed_in(house.lead)
    pages = [
        outsider.get("/wall"), outsider.get("/wall/screen?still=1"), outsider.get(f"/stories/{post.pk}"),
        outsider.get(f"/kindness/{post.kindness_id}"), outsider.get("/start"), lead.get("/report/", follow=True),
        outsider.get(f"{reverse('stories_feed')}?key={feed_key(house.third)}"),
    ]  # fmt: skip
    return [text(page) for page in pages]


@pytest.mark.parametrize("sees", ["giver", "parties"])
def test_only_me_and_those_in_it_hide_from_every_page(house, signed_in, sees):
    post = told(house)
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    assert any("The teddy bear" in page for page in everywhere(house, signed_in, post))
    client = signed_in(house.agent)
    page = text(client.get(f"/kindness/{post.kindness_id}"))
    assert '<option value="team" selected' in page
    client.post(f"/kindness/{post.kindness_id}/seen-by", {"sees": sees})
    shown = [page for page in everywhere(house, signed_in, post) if "The teddy bear" in page]
    assert shown == []
    assert published() == []
    again = signed_in(house.second).get(f"/stories/{post.pk}")
    assert again.status_code == (404 if sees == "giver" else 200)


def test_words_on_the_wall_kept_to_those_in_it_leave_the_screen(house):
    kindness = make.kindness(house.agent, house.second, words=WORDS)
    post = actions.hang(by=house.agent, kindness=kindness)
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    assert queries.on_screen() == [post]
    kindnesses.see_as(by=house.agent, kindness=kindness, sees="parties")
    assert queries.on_screen() == []


def test_a_story_released_by_all_does_not_show_the_words_nobody_hung(house, signed_in):
    post = told(house, words=WORDS)
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    for n in range(3):
        other = make.kindness(house.agent, house.second, words=f"Other {n}.")
        newer = actions.tell(by=house.agent, kindness=other, title="N", story=STORY, name_too=True)
        actions.release(by=house.second, post=newer, read=read(newer), name_too=True)
    page = text(signed_in(house.third).get("/wall"))
    assert (f'<p class="said small">{STORY[:20]}' in page, WORDS in page) == (True, False)


def reported(house, **fields):
    make.member(house.organisation, "Hedda")
    make.member(house.organisation, "Una")
    kindness = make.kindness(house.agent, house.second, words=WORDS, **fields)
    actions.add_picture(
        by=house.agent, kindness=kindness, body=JPEG, alt="a", credit="b", licence="c"
    )
    post = actions.hang(by=house.agent, kindness=kindness)
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    return post


def test_a_report_hides_it_from_outsiders_on_every_page(house, signed_in):
    post = reported(house)
    outsider, inside = signed_in(house.third), signed_in(house.second)
    addresses = [f"/kindness/{post.kindness_id}", f"/kindness/{post.kindness_id}/picture"]
    assert [outsider.get(one).status_code for one in addresses] == [200, 200]
    voices.report(by=house.third, post=post)
    assert [outsider.get(one).status_code for one in addresses] == [404, 404]
    assert [inside.get(one).status_code for one in addresses] == [200, 200]


def test_beside_a_ticket_stands_what_the_wall_shows_of_a_customers_kindness(
    house, signed_in, django_assert_max_num_queries
):
    customer = make.customer()
    party = kindnesses.customer_party(customer)
    kindness = kindnesses.record(
        by=house.agent,
        giver=kindnesses.member_party(house.agent),
        receivers=[party],
        words=WORDS,
    )
    post = actions.hang(by=house.agent, kindness=kindness)

    def seen(member):
        return queries.shared_with(member, customer.pk)

    assert (seen(house.agent), seen(house.third)) == ([kindness], [])
    kindnesses.release(party=party, kindness=kindness, words=WORDS, name_too=True, by="customer")
    assert seen(house.third) == [kindness]
    ticket, client = make.encounter(house.third, customer), signed_in(house.third)
    client.get(f"/beside?conversation={ticket.pk}")  # what is suggested is drawn at the first look
    with django_assert_max_num_queries(10):
        assert WORDS[:20] in text(client.get(f"/beside?conversation={ticket.pk}"))
    voices.report(by=house.third, post=post)
    assert (seen(house.agent), seen(house.third)) == ([kindness], [])


def test_those_who_look_read_what_everyone_read_before_and_no_more(house, signed_in):
    make.member(house.organisation, "Hedda")
    post = told(house, words=WORDS)
    row = post.kindness
    party = kindnesses.guest_party("Maren")
    row.receivers.add(party)  # a customer in it: only its shape hangs
    actions.hang(by=house.agent, kindness=row)
    voices.report(by=house.third, post=post)
    for one in Review.objects.all():
        page = text(signed_in(one.member).get("/reviews"))
        assert [word for word in (WORDS, "bear", "Maren") if word in page] == []
        assert "only who was kind to whom" in page


def test_a_public_kindness_by_api_hangs_where_its_receiver_takes_it_down(house, client, signed_in):
    from neoncard.people import actions as people

    auth = {"HTTP_AUTHORIZATION": f"Bearer {people.make_token(member=house.agent, name='t')}"}
    body = {"to": [house.second.email], "words": WORDS, "sees": "team"}
    made = client.post("/api/kindnesses", body, content_type="application/json", **auth)
    assert (made.status_code, made.json()["sees"]) == (201, "team")
    post = Post.objects.get()
    signed_in(house.second).post(f"/stories/{post.pk}/down")
    assert Kindness.objects.get().sees == "parties"
