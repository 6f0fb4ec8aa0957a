"""Those without an account, by mouse on a wide page and by keyboard at 360 px: thanks, an idea, two gates, a story, a card."""

import pytest

from neoncard.kindness.tables import Kindness
from neoncard.share import actions as share
from neoncard.share import queries
from neoncard.thank import actions as thank
from neoncard.thank.rules import Given
from neoncard.thank.tables import Feedback, ThankYou
from tests import make
from tests.browser.person import sitting
from tests.samples_shared import JPEG
from tests.share.telling import STORY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILM = "https://video.example.org/watch?v=1"


@pytest.fixture(params=["mouse", "keyboard"])
def person(request, phone, signed_in):
    return sitting(request.param, phone, signed_in)


def test_thanks_an_idea_and_its_answer_a_yes_a_no_and_all_of_it_erased(house, person):
    slug = thank.open_page(member=house.agent).slug
    guest = person().to(f"/thanks/{slug}").writes("What did Ines do?", "She found my scarf.")
    guest.writes("Your first name", "Maren").opens("Something we could do better?")
    guest.writes("About our product or service", "More benches, please.")
    guest.opens("May others read it?").ticks("The team may read my words too").well()
    guest.press("Send it to Ines").sees("On its way to Ines").well()
    row = ThankYou.objects.get()
    thank.read(member=house.agent, kindness=row.kindness)
    answer = "Two new ones at the pier."
    thank.answer_feedback(
        by=house.lead, feedback=Feedback.objects.get(), state="done", answer=answer
    )
    guest.page.reload()
    guest.sees("Ines has read this.").sees(answer).ticks("Yes, signed “Maren”").press("Save")
    guest.page.locator("#publish_name[checked]").wait_for()
    row.refresh_from_db()
    assert (row.team_may_read, row.may_publish_words, row.may_publish_name) == (True, True, True)
    guest.strike(guest.page.locator("#publish_no"), "Space").press("Save")
    guest.page.locator("#publish_no[checked]").wait_for()
    row.refresh_from_db()
    assert (row.may_publish_words, row.may_publish_name) == (False, False)
    guest.press("See or erase what we hold", "link").sees("Your idea:").well()
    guest.press("Erase all of it").sees("It is erased").well()
    assert (ThankYou.objects.count(), Feedback.objects.count()) == (0, 0)
    assert guest.page.context.cookies() == []


def test_a_story_of_theirs_with_a_picture_and_a_film_is_told_once_they_say_yes(house, person):
    given = Given(words="You found my bear.", name="Maren", may_publish_words=True)
    row = thank.thank(page=thank.open_page(member=house.agent), receipt="r" * 22, given=given)
    post = share.tell(
        by=house.agent, kindness=row.kindness, title="The bear", story=f"{STORY} See {FILM}", name_too=True
    )  # fmt: skip
    facts = {"alt": "A bear on a bench", "credit": "Ines", "licence": "ours"}
    share.add_picture(by=house.agent, kindness=row.kindness, body=JPEG, **facts)
    guest = person(lang="es").to("/thanks/receipt/" + "r" * 22)
    guest.sees("¿Podemos contar esta historia?").well()
    guest.page.set_extra_http_headers({"Accept-Language": "de"})
    guest.page.reload()
    guest.sees("Dürfen wir diese Geschichte erzählen?").well()
    guest.ticks("Diese Worte dürfen gezeigt werden").ticks("Der Name „Maren“ darf dabeistehen")
    guest.strike(guest.page.locator("form[action$='/story'] button"))
    guest.sees("Sie haben zu dieser Geschichte Ja gesagt").well()
    assert queries.stories() == [post]

    amir = person(house.third)
    films = []
    amir.page.context.route(
        "https://video.example.org/**", lambda route: films.append(route.fulfill(body="film"))
    )
    amir.to("/wall").sees("Maren").press("The bear", "link").opens("The picture beside it")
    amir.sees("Ines · ours").well()
    assert films == []
    with amir.page.expect_popup() as opened:
        amir.press("Leads to video.example.org, in a new tab", "link")
    assert (opened.value.url, len(films)) == (FILM, 1)

    guest.press("Mein Ja zurücknehmen").sees("Dürfen wir diese Geschichte erzählen?")
    assert queries.stories() == []


def test_a_card_goes_to_a_stranger_comes_back_and_goes_home(house, person):
    first = make.kindness(house.second, house.agent, words="You took the gate.")
    ines = person(house.agent).to("/").press("Pass it on", "link")
    ines.well().press("Make a Smile Card").sees("Somebody was kind to you").well()
    address = ines.page.locator("section.neon p.small").inner_text()
    stranger = person().to("/smile/" + address.rsplit("/", 1)[1]).well()
    stranger.writes("What happened?", "I carried a pram up the stairs.").writes("first name", "Mo")
    stranger.press("Tell them").sees("It has gone on from here").well()
    stranger.press("The address of the next card", "link").sees("it has come to you")
    ines.to("/cards").sees("I carried a pram up the stairs.").press("The chain", "link")
    ines.sees("Told in order").well()
    assert "Mo to " in ines.page.locator(".chain-list").inner_text()

    amir = person(house.third).to(stranger.page.url).press("I work here", "link")
    amir.well().press("It came to me").ticks("Jonas").press("Pass it on").sees("a boomerang")
    home = Kindness.objects.get(giver__member=house.third)
    assert (home.chain, {one.member for one in home.receivers.all()}) == (first, {house.second})
    person(house.second).to(f"/chains/{home.pk}").sees("It came back").well()

    stranger.page.go_back()
    stranger.press("Erase what I wrote").sees("It has gone on from here")
    assert not Kindness.objects.filter(words__contains="pram").exists()
