"""The wall, thanking colleagues and comments, over http."""

from datetime import timedelta

import pytest
from django.test import Client

from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.people import actions as people
from neoncard.share import actions, wall
from neoncard.share.tables import Comment, Post
from neoncard.thank import actions as thank
from neoncard.thank.tables import ThankYou
from tests import make
from tests.samples_shared import JPEG
from tests.share.telling import read, told


def test_thanking_two_people_from_two_teams_hangs_on_the_wall(house, signed_in):
    client = signed_in(house.agent)
    page = client.post(
        "/thank",
        {
            "to": [house.second.pk, house.admin.pk],
            "words": "You kept the phones going.",
            "sees": "team",
        },
        follow=True,
    )
    kindness = Kindness.objects.get()
    assert page.redirect_chain == [("/wall", 302)]
    assert {p.member for p in kindness.receivers.all()} == {house.second, house.admin}
    assert f'action="/kindness/{kindness.pk}/undo"' in page.content.decode()
    seen = signed_in(house.third).get("/wall").content.decode()
    assert "You kept the phones going." in seen
    assert "Ines to Jonas and Ada" in seen or "Ines to Ada and Jonas" in seen


def test_thanks_are_for_those_in_it_unless_said_otherwise(house, signed_in):
    signed_in(house.agent).post(
        "/thank", {"to": [house.second.pk], "words": "For the late shift.", "sees": "parties"}
    )
    kindness = Kindness.objects.get()
    assert signed_in(house.second).get(f"/kindness/{kindness.pk}").status_code == 200
    assert signed_in(house.third).get(f"/kindness/{kindness.pk}").status_code == 404
    assert "For the late shift." not in signed_in(house.third).get("/wall").content.decode()


def test_thanks_without_anyone_or_without_why_come_back_with_what_was_typed(house, signed_in):
    client = signed_in(house.agent)
    page = client.post("/thank", {"words": "For the tea.", "sees": "parties"})
    assert page.status_code == 422
    assert "For the tea." in page.content.decode()
    page = client.post("/thank", {"to": [house.second.pk], "words": " ", "sees": "parties"})
    assert f'value="{house.second.pk}" checked' in page.content.decode()
    assert Kindness.objects.count() == 0


def test_nobody_is_thanked_who_does_not_work_here_or_is_oneself(house, signed_in):
    client = signed_in(house.agent)
    for pk in (house.agent.pk, 10**6):
        page = client.post("/thank", {"to": [pk], "words": "Well done.", "sees": "team"})
        assert page.status_code == 422


def test_the_prefilled_person_is_ticked_and_elsewhere_is_not_redirected_to(house, signed_in):
    client = signed_in(house.agent)
    page = client.get(f"/thank?to={house.third.pk}").content.decode()
    assert f'value="{house.third.pk}" checked' in page
    sent = {"to": [house.third.pk], "words": "Tea.", "sees": "parties"}
    assert client.post("/thank", {**sent, "next": "https://evil.example/"}).url.startswith("/kind")
    again = {**sent, "words": "More tea.", "next": "/beside?x=1"}
    assert client.post("/thank", again).url == "/beside?x=1"


def test_undo_takes_it_back_within_ten_minutes_and_not_after(house, signed_in):
    client = signed_in(house.agent)
    sent = {"to": [house.second.pk], "words": "Too soon.", "sees": "team"}
    client.post("/thank", sent)
    client.post(f"/kindness/{Kindness.objects.get().pk}/undo")
    assert (Kindness.objects.count(), Post.objects.count()) == (0, 0)
    client.post("/thank", sent)
    kindness = Kindness.objects.get()
    with clock.at(clock.now() + timedelta(minutes=11)):
        page = client.post(f"/kindness/{kindness.pk}/undo", follow=True)
    assert "Ten minutes have passed" in page.content.decode()
    assert Kindness.objects.get() == kindness


def test_only_its_giver_undoes_or_withdraws(house, signed_in):
    kindness = make.kindness(house.agent, house.second)
    for what in ("undo", "withdraw"):
        assert signed_in(house.second).post(f"/kindness/{kindness.pk}/{what}").status_code == 404


def test_someone_off_the_wall_is_a_colleague_there_and_on_the_kindness_page(house, signed_in):
    people.opt_out(member=house.second, feature="wall")
    kindness = actions.thank(by=house.agent, to=[house.second], words="You stayed.", team=True)
    post = Post.objects.get()
    other = signed_in(house.third)
    for url in ("/wall", f"/kindness/{kindness.pk}", f"/stories/{post.pk}"):
        page = other.get(url).content.decode()
        assert "You stayed." in page
        assert "Ines to a colleague" in page
        assert "Jonas" not in page
    assert "Ines to you" in signed_in(house.second).get("/wall").content.decode()


def test_words_with_the_name_of_someone_off_the_wall_stay_away(house, signed_in):
    people.opt_out(member=house.second, feature="wall")
    kindness = actions.thank(by=house.agent, to=[house.second], words="Jonas stayed.", team=True)
    for url in ("/wall", f"/kindness/{kindness.pk}"):
        assert "Jonas stayed." not in signed_in(house.third).get(url).content.decode()


def test_a_receiver_takes_their_name_off_or_the_post_down_at_once(house, signed_in):
    actions.thank(by=house.agent, to=[house.second], words="You stayed late.", team=True)
    post = Post.objects.get()
    receiver, other = signed_in(house.second), signed_in(house.third)
    receiver.post(f"/stories/{post.pk}/name")
    assert "Ines to a colleague" in other.get("/wall").content.decode()
    receiver.post(f"/stories/{post.pk}/name", {"on": "1"})
    assert "Ines to Jonas" in other.get("/wall").content.decode()
    receiver.post(f"/stories/{post.pk}/down")
    assert "You stayed late." not in other.get("/wall").content.decode()
    assert other.get(f"/stories/{post.pk}").status_code == 404
    assert other.get(f"/kindness/{post.kindness_id}").status_code == 404
    with pytest.raises(ValueError, match=r"^wall:"):
        actions.hang(by=house.agent, kindness=Kindness.objects.get())


def test_those_not_in_it_can_neither_release_nor_take_down(house, signed_in):
    actions.thank(by=house.agent, to=[house.second], words="You stayed late.", team=True)
    post = Post.objects.get()
    for what in ("name", "down", "release", "withdraw"):
        assert signed_in(house.third).post(f"/stories/{post.pk}/{what}").status_code == 404


def test_a_comment_is_escaped_linked_without_follow_and_deleted_by_its_writer(house, signed_in):
    actions.thank(by=house.agent, to=[house.second], words="You stayed late.", team=True)
    post = Post.objects.get()
    other = signed_in(house.third)
    words = "Well said <b>both</b> of you https://example.org/a"
    page = other.post(f"/stories/{post.pk}/comment", {"words": words}, follow=True)
    html = page.content.decode()
    assert "&lt;b&gt;both&lt;/b&gt;" in html
    assert 'href="https://example.org/a" rel="noopener noreferrer nofollow"' in html
    row = Comment.objects.get()
    assert signed_in(house.second).post(f"/comments/{row.pk}/delete").status_code == 404
    other.post(f"/comments/{row.pk}/delete")
    assert Comment.objects.count() == 0


def test_what_is_no_comment_yet_comes_back_with_what_was_typed(house, signed_in):
    actions.thank(by=house.agent, to=[house.second], words="You stayed late.", team=True)
    page = signed_in(house.third).post(
        f"/stories/{Post.objects.get().pk}/comment", {"words": "https://example.org/a"}
    )
    assert page.status_code == 422
    assert "https://example.org/a</textarea>" in page.content.decode()
    assert Comment.objects.count() == 0


def test_a_customers_quote_is_for_those_in_it_alone(house, signed_in):
    customer = make.customer()
    encounter = make.encounter(house.agent, customer, texts=[("customer", "Bless you, Ines.")])
    (kindness,) = kindnesses.propose(
        noticed=[
            kindnesses.Noticed(
                giver=kindnesses.customer_party(customer),
                receiver=kindnesses.member_party(house.agent),
                encounter=encounter,
                how="noticed",
                quote=encounter.messages.get(),
                span=(0, 16),
                label="praise",
                at=clock.now(),
            )
        ]
    )
    mine = signed_in(house.agent)
    assert "Bless you, Ines." in mine.get(f"/kindness/{kindness.pk}").content.decode()
    mine.post(f"/kindness/{kindness.pk}/keep", {"words": "It made my day."})
    mine.post(f"/kindness/{kindness.pk}/seen-by", {"sees": "team"})
    kindness.refresh_from_db()
    assert (kindness.state, kindness.sees, kindness.words) == ("kept", "parties", "")
    other = signed_in(house.third)
    assert "Bless you" not in other.get("/wall").content.decode()
    assert other.get(f"/kindness/{kindness.pk}").status_code == 404


def test_a_proposal_is_its_owners_to_keep_or_not(house, signed_in):
    encounter = make.encounter(house.agent, make.customer(), texts=[("agent", "I drove back.")])
    (kindness,) = kindnesses.propose(
        noticed=[
            kindnesses.Noticed(
                giver=kindnesses.member_party(house.agent),
                receiver=kindnesses.member_party(house.second),
                encounter=encounter,
                how="noticed",
                quote=encounter.messages.get(),
                span=(0, 13),
                label="goes_beyond",
                at=clock.now(),
            )
        ]
    )
    assert signed_in(house.second).post(f"/kindness/{kindness.pk}/keep").status_code == 404
    signed_in(house.agent).post(f"/kindness/{kindness.pk}/not-this")
    kindness.refresh_from_db()
    assert kindness.state == "withdrawn"


def test_writing_back_is_a_kindness_that_answers(house, signed_in):
    kindness = make.kindness(house.agent, house.second)
    signed_in(house.second).post(f"/kindness/{kindness.pk}/answer", {"words": "Any time."})
    back = kindness.answered_by.get()
    assert back.giver.member == house.second
    assert [p.member for p in back.receivers.all()] == [house.agent]
    assert signed_in(house.agent).get(f"/kindness/{kindness.pk}/answer").status_code == 404


def thanked(house, **fields):
    """A thank-you a customer wrote to the agent by their rating link, and the address of their own page."""
    talk = make.encounter(house.agent, make.customer("Edith Brandt"))
    token = thank.make_rating_link(encounter=talk)
    sent = {"score": "5", "words": "You found my pier. Thank you.", **fields}
    assert Client().post(f"/r/{token}", sent).status_code == 303
    return ThankYou.objects.get(), f"/thanks/receipt/{token}"


def test_a_customers_words_hang_only_where_they_and_the_one_thanked_said_so(house, signed_in):
    row, _receipt = thanked(house, team_may_read="on")
    other = signed_in(house.third)
    assert "You found my pier." not in other.get("/wall").content.decode()
    signed_in(house.agent).post(f"/kindness/{row.kindness_id}/seen-by", {"sees": "team"})
    page = other.get("/wall").content.decode()
    assert "You found my pier." in page
    assert "A customer to Ines" in page
    assert "Edith" not in page


def test_words_to_the_agent_alone_cannot_be_hung(house, signed_in):
    row, _receipt = thanked(house)
    page = signed_in(house.agent).post(
        f"/kindness/{row.kindness_id}/seen-by", {"sees": "team"}, follow=True
    )
    assert "these words stay with you" in page.content.decode()
    assert Post.objects.count() == 0


def test_a_line_back_reaches_the_customer_on_their_own_page(house, signed_in):
    row, receipt = thanked(house)
    signed_in(house.agent).post(f"/kindness/{row.kindness_id}/answer", {"words": "Come again."})
    page = Client().get(receipt).content.decode()
    assert "Ines wrote back" in page
    assert "Come again." in page


def test_pages_of_fifty_by_key_hold_every_kindness_once(
    house, signed_in, django_assert_num_queries
):
    for n in range(120):
        actions.hang(
            by=house.agent,
            kindness=make.kindness(house.agent, house.second, words=f"Number {n} of many."),
        )
    found, before, pages = [], "", 0
    while pages == 0 or before:
        with django_assert_num_queries(4 if before else 5):
            page = wall.page(house.third, before).posts
        found += [post.kindness.words for post in page.rows]
        before, pages = page.older, pages + 1
    assert pages == 3
    assert found == [f"Number {n} of many." for n in reversed(range(120))]


@pytest.mark.parametrize("cursor", ["x", "1-", "-1", "1" * 39 + "-1", "9" * 30 + "-1", "١-١"])
def test_a_cursor_that_cannot_be_read_starts_at_the_newest(house, signed_in, cursor):
    actions.thank(by=house.agent, to=[house.second], words="Only this one.", team=True)
    assert signed_in(house.third).get("/wall", {"before": cursor}).status_code == 200


def test_every_page_takes_ten_queries_at_most(house, signed_in, django_assert_max_num_queries):
    post = told(house)
    actions.release(by=house.second, post=post, read=read(post), name_too=True)
    for _n in range(8):
        kindness = make.kindness(house.agent, house.second, house.third, words="You both stayed.")
        actions.hang(by=house.agent, kindness=kindness)
        hung = Post.objects.get(kindness=kindness)
        actions.comment(by=house.lead, post=hung, words="That was a long night.")
    for row in (post.kindness, kindness):
        actions.add_picture(
            by=house.agent, kindness=row, body=JPEG, alt="a", credit="b", licence="c"
        )
    client = signed_in(house.second)
    for url in (
        "/wall",
        "/wall/screen",
        "/thank",
        f"/stories/{post.pk}",
        f"/stories/{hung.pk}",
        f"/stories/new?kindness={kindness.pk}",
        f"/kindness/{kindness.pk}",
        f"/kindness/{kindness.pk}/answer",
        f"/pass-on/{kindness.pk}",
        f"/chains/{kindness.pk}",
    ):
        with django_assert_max_num_queries(10):
            assert client.get(url).status_code == 200
