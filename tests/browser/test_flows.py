"""What people do together, by mouse on a wide page and by keyboard at 360 px: a round, a hand, thanks, comments, answers."""

import pytest

from neoncard import loop
from neoncard.do.drive.tables import Line, Round, WrittenIdea
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.people.tables import Member
from neoncard.share import actions as share
from neoncard.share.tables import Comment, Landed, Post
from neoncard.share.voices.tables import Review, Shown
from neoncard.thank import actions as thank
from neoncard.thank.rules import Given
from neoncard.thank.tables import Feedback
from tests import make
from tests.browser.person import sitting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["mouse", "keyboard"])
def person(request, phone, signed_in):
    return sitting(request.param, phone, signed_in)


def test_a_round_from_its_beginning_to_its_end(house, person):
    ines, jonas = person(house.agent), person(house.second)
    ines.to("/drive").press("Begin a round", "link").sees("You are its host").well()
    ines.writes("From which day?", clock.today().isoformat()).press("Open the round")
    ines.sees("The round is open.").press("Join").sees("You are in.").well()
    jonas.to("/drive").press("The team’s ideas", "link")
    jonas.writes("What would you do?", "Sing the boarding call").press("Keep this idea")
    jonas.sees("Offered. The host reads it.").well()
    ines.to("/drive/ideas").press("Into the deck").sees("In the team’s deck from tomorrow.")
    assert WrittenIdea.objects.get().state == "accepted"
    ines.to("/").opens("Or one of your own").writes("What would you do?", "Hold the ramp")
    ines.press("Lay it on the table").press("Done").sees("Kept among your kindnesses")
    ines.opens("One line about it").writes("What was it like?", "They waved from the deck.")
    ines.ticks("It may stand on the round’s page").press("Keep it").sees("Kept.").well()
    round_ = Round.objects.get()
    jonas.to(f"/drive/{round_.pk}/stories").sees("They waved from the deck.").well()
    assert not Line.objects.get().named
    ines.to("/me").writes("In your own words", "One true sentence a call.")
    ines.press("Keep my pledge").press("Print or share it", "link").sees("One true sentence").well()
    ines.to(f"/drive/{round_.pk}").press("End the round").sees("The round is over.")


def test_a_hand_the_thanks_for_it_and_how_they_landed(house, person):
    ines, jonas = person(house.agent), person(house.second)
    ines.to("/").press("A hand, please", "link").ticks("Jonas").well()
    ines.press("Ask them").sees("Jonas will see it on Today.")
    jonas.to("/").press("I’m coming").sees("You said you are coming.").well()
    ines.to("/").press("Thank Jonas", "link").writes("What for?", "You took the gate for me.")
    ines.press("Thank them").sees("You can take it back").opens("Who else helped?").ticks("Amir")
    ines.press("Thank them too").press("A small lift").sees("You guessed: a small lift.").well()
    row = Kindness.objects.get()
    assert {party.member for party in row.receivers.all()} == {house.second, house.third}
    jonas.to(f"/kindness/{row.pk}").press("It made the day").sees("You said: it made the day.")
    jonas.press("Show my lead", "link").sees("They read exactly").well().press("Show it").sees(
        "Take it back"
    )
    assert (Shown.objects.get().lead, Landed.objects.count()) == (house.lead, 2)
    ines.to(f"/kindness/{row.pk}").sees("Jonas says: it made the day.")
    jonas.to("/").press("On to").sees("Passed on to").well()
    assert Kindness.objects.filter(passed_on_from=row).count() == 1


def test_a_comment_is_reworded_reported_and_looked_at(house, person):
    share.thank(by=house.agent, to=[house.second], words="You sang on the pier.", team=True)
    post = Post.objects.get()
    amir, jonas = person(house.third), person(house.second)
    make.member(house.organisation, "Nils", team=house.team)
    amir.to(f"/stories/{post.pk}").writes("Something to say", "I heard it from the deck.")
    amir.press("Say it").opens("Reword").writes("Your comment", "I heard it from the bridge.")
    amir.press("Save").sees("I heard it from the bridge.").well()
    jonas.to(f"/stories/{post.pk}").press("Report").sees("Hidden.")
    assert Comment.objects.get().hidden_at is not None
    for review in Review.objects.select_related("member"):
        looks = person(review.member).to("/reviews").sees("from the bridge").well()
        looks.press("It may stand").sees("Nothing to look at")
    assert Comment.objects.get().hidden_at is None


def test_feedback_is_answered_and_somebody_goes_for_good(house, person):
    page = thank.open_page(member=house.agent)
    given = Given(words="She found my scarf.", feedback="More benches, please.")
    loop.thanked(page=page, receipt="r" * 22, given=given)
    lena, amir = person(house.lead), person(house.third)
    lena.to("/feedback").sees("More benches").opens("Answer")
    lena.well().writes("What became of it", "Two new ones at the pier.").press("Save")
    lena.sees("Its writer sees the answer").well()
    assert Feedback.objects.get().answer == "Two new ones at the pier."
    amir.to("/me").press("Erase everything about me", "link").sees("Your name, your words").well()
    amir.writes("Write Amir to confirm", "Amir").press("Erase me")
    amir.page.wait_for_url("**/signin/**")
    assert not Member.objects.filter(pk=house.third.pk, name__contains="Amir").exists()
