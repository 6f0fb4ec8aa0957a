"""What is reported is looked at by two who are nobody's boss in it, and never waits for ever."""

from datetime import timedelta

import pytest

from neoncard.kit import clock
from neoncard.people import actions as people
from neoncard.share import actions
from neoncard.share.voices import actions as voices
from neoncard.share.voices.queries import read_of, to_look_at
from neoncard.share.voices.tables import Review
from tests import make

WORDS = "You stayed until the last ferry."


def text(response):
    return response.content.decode()


@pytest.fixture
def post(house):
    return actions.hang(by=house.agent, kindness=make.kindness(house.agent, house.second))


def say(review, word, read=None):
    read = read_of(review.report) if read is None else read
    voices.look(review=review, word=word, read=read)


def drawn():
    return {one.member for one in Review.objects.all()}


def in_days(days):
    return clock.at(clock.now() + timedelta(days=days))


def test_a_report_hides_at_once_and_two_who_are_no_boss_look(house, signed_in, post):
    make.member(house.organisation, "Hedda")
    signed_in(house.third).post(f"/stories/{post.pk}/report")
    assert "last ferry" not in text(signed_in(house.lead).get("/wall"))
    assert signed_in(house.lead).get(f"/stories/{post.pk}").status_code == 404
    assert len(drawn()) == 2
    assert not drawn() & {house.agent, house.second, house.third, house.lead, house.admin}
    one, other = Review.objects.all()
    assert "/reviews" in text(signed_in(one.member).get("/"))
    assert "/reviews" not in text(signed_in(house.lead).get("/"))
    assert "last ferry" in text(signed_in(one.member).get("/reviews"))
    assert "last ferry" not in text(signed_in(house.lead).get("/reviews"))
    data = {"word": "keep", "read": read_of(one.report)}
    assert signed_in(house.lead).post(f"/reviews/{one.pk}", data).status_code == 404
    signed_in(one.member).post(f"/reviews/{one.pk}", data)
    assert "last ferry" not in text(signed_in(house.lead).get("/wall"))
    assert "/reviews" not in text(signed_in(one.member).get("/"))
    signed_in(other.member).post(f"/reviews/{other.pk}", data)
    assert "last ferry" in text(signed_in(house.lead).get("/wall"))
    again = signed_in(house.third).post(f"/stories/{post.pk}/report", follow=True)
    assert "You had it looked at before" in text(again)


def test_one_better_not_keeps_it_hidden(house, post):
    make.member(house.organisation, "Hedda")
    voices.report(by=house.third, post=post)
    one, other = Review.objects.all()
    say(one, "hide")
    say(other, "keep")
    post.refresh_from_db()
    assert post.hidden_at is not None
    with pytest.raises(ValueError, match="word: pick one"):
        say(other, "maybe")


def test_in_a_small_company_somebody_who_leads_nobody_in_it_looks(house, signed_in, post):
    page = signed_in(house.third).post(f"/stories/{post.pk}/report", follow=True)
    assert "leads nobody in it" in text(page)
    assert drawn() == {house.counter, house.admin}  # the lead leads their team
    for one in Review.objects.all():
        say(one, "keep")
    post.refresh_from_db()
    assert post.hidden_at is None


def test_where_nobody_is_free_its_reporter_is_told_and_it_stays_hidden(house, signed_in, post):
    for one in (house.counter, house.admin):
        people.set_hours(member=one, week={}, leave=[["2000-01-01", "2200-01-01"]])
    page = signed_in(house.third).post(f"/stories/{post.pk}/report", follow=True)
    assert "stays hidden until somebody is" in text(page)
    assert drawn() == set()
    people.set_hours(member=house.counter, week={}, leave=[])
    voices.redraw()
    assert drawn() == {house.counter}


def test_who_is_late_on_leave_or_has_left_is_drawn_no_more(house, post):
    for name in ("Hedda", "Una", "Odo", "Pia"):
        make.member(house.organisation, name)
    voices.report(by=house.third, post=post)
    first = drawn()
    voices.redraw()
    assert drawn() == first
    late, kept = Review.objects.order_by("pk")
    say(kept, "keep")
    with in_days(3):
        voices.redraw()
        second = drawn()
        assert (late.member in second, kept.member in second, len(second)) == (False, True, 2)
        now = Review.objects.get(word="")
        people.set_hours(member=now.member, week={}, leave=[["2000-01-01", "2200-01-01"]])
        voices.redraw()
        third = Review.objects.get(word="")
        assert third.member != now.member
        people.deactivate(by="test", member=third.member)
        voices.redraw()
        assert Review.objects.get(word="").member not in {third.member, now.member}
        Review.objects.get(word="").member.delete()  # erased, with what they were asked
        voices.redraw()
        assert Review.objects.filter(word="").count() == 1


def test_where_nobody_else_is_free_who_is_late_stays_asked(house, post):
    voices.report(by=house.third, post=post)
    before = drawn()
    with in_days(3):
        voices.redraw()
    assert drawn() == before


def test_a_comment_reworded_while_two_look_is_looked_at_again(house, post):
    make.member(house.organisation, "Hedda")
    row = actions.comment(by=house.third, post=post, words="That was silly of him.")
    voices.report(by=house.lead, comment=row)
    one, other = Review.objects.order_by("pk")
    before = read_of(one.report)
    say(one, "keep")
    actions.reword(by=house.third, comment=row, words="He is a silly, silly man.")
    with pytest.raises(ValueError, match="they have changed since you read them"):
        say(Review.objects.get(pk=other.pk), "keep", before)
    say(Review.objects.get(pk=other.pk), "keep")
    row.refresh_from_db()
    assert row.hidden_at is not None
    assert len(to_look_at(one.member)) == 1
    say(Review.objects.get(pk=one.pk), "keep")
    row.refresh_from_db()
    assert row.hidden_at is None
