"""Rating links, thanks pages, thank-yous and feedback, as rows."""

from datetime import timedelta

import pytest

from neoncard import access, loop
from neoncard.encounters.tables import Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.rules import text_hash
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock, signing
from neoncard.people import actions as people
from neoncard.share import actions as share
from neoncard.thank import actions, queries
from neoncard.thank.rules import Given
from neoncard.thank.tables import Feedback, RatingLink, ThanksPage, ThankYou
from tests import make

KIND = "Thank you Ines, you stayed on the line until we were home."
RUDE = "You are a complete idiot."


@pytest.fixture
def talk(house):
    return make.encounter(house.agent, make.customer(), texts=[("customer", "Where is my ferry?")])


@pytest.fixture
def token(talk):
    return actions.make_rating_link(encounter=talk)


def answer(token, words=KIND, **more):
    link = access.rating_link(token)
    return actions.answer(link=link, token=token, given=Given(words=words, **more))


def to(member):
    return list(queries.kept_thanks(member))


def test_a_token_is_long_kept_as_a_hash_and_bound_to_encounter_and_agent(talk, token, house):
    link = RatingLink.objects.get()
    assert len(token) >= 22
    assert (link.token_hash, link.encounter, link.member) == (
        signing.token_hash(token),
        talk,
        house.agent,
    )
    assert link.ends_at - link.made_at == timedelta(days=14)


def test_the_agent_at_the_time_stays_when_the_conversation_moves_on(talk, token, house):
    Encounter.objects.update(agent=house.second)
    assert answer(token).to == house.agent


def test_kind_words_are_a_kindness_at_once(talk, token, house):
    row = answer(token, score=5)
    assert (row.state, row.score, row.why_held) == ("delivered", 5, "")
    (kindness,) = to(house.agent)
    assert (kindness.words, kindness.how, kindness.encounter, kindness.sees) == (
        KIND,
        "said",
        talk,
        "parties",
    )
    assert kindness.giver.customer == talk.customer
    assert kindness.answers is None


def test_it_answers_the_agents_latest_kept_kindness_of_that_conversation(talk, token, house):
    make.kindness(house.agent, house.second, encounter=talk)
    later = make.kindness(
        house.agent, house.second, encounter=talk, at=clock.now() + timedelta(minutes=1)
    )
    make.kindness(house.agent, house.second)
    make.kindness(house.second, house.agent, encounter=talk)
    assert answer(token).kindness.answers == later


def test_without_a_known_customer_the_giver_is_a_guest_or_somebody(house):
    token = actions.make_rating_link(encounter=make.encounter(house.agent))
    giver = answer(token, name="Maren").kindness.giver
    assert (giver.kind, giver.name) == ("guest", "Maren")
    token = actions.make_rating_link(encounter=make.encounter(house.agent))
    assert answer(token).kindness.giver.kind == "unknown"


@pytest.mark.parametrize("words", [RUDE, "Vielen Dank für die Hilfe", "see www.example.org"])
def test_other_words_wait_and_leave_nothing_with_the_agent(token, house, words):
    row = answer(token, words)
    assert (row.state, row.kindness, row.delivered_at) == ("held", None, None)
    assert to(house.agent) == []
    assert list(queries.unread(house.agent)) == []
    assert Kindness.objects.count() == 0


def test_a_score_alone_makes_no_kindness(token, house):
    row = answer(token, "", score=4)
    assert (row.state, row.score, row.kindness) == ("delivered", 4, None)


def test_the_last_answer_wins(token, house):
    first = answer(token, "Thanks a lot", score=3)
    actions.read(member=house.agent, kindness=first.kindness)
    second = answer(token, KIND, score=5)
    assert ThankYou.objects.count() == 1
    assert (second.pk, second.score, second.read_at) == (first.pk, 5, None)
    assert [kindness.words for kindness in to(house.agent)] == [KIND]


def test_the_same_words_again_keep_their_kindness_and_that_it_was_read(token, house):
    first = answer(token, score=3)
    actions.read(member=house.agent, kindness=first.kindness)
    second = answer(token, score=5)
    assert (second.kindness, second.score) == (first.kindness, 5)
    assert second.read_at is not None


def test_a_hostile_last_answer_takes_the_kind_one_back(token, house):
    answer(token)
    answer(token, RUDE)
    assert to(house.agent) == []


def test_words_held_for_a_low_score_pass_when_the_score_rises(token, house):
    assert answer(token, "I waited at the ramp", score=1).state == "held"
    assert answer(token, "I waited at the ramp", score=4).state == "delivered"


def test_nobody_is_thanked_who_left_or_opted_out(token, house):
    people.opt_out(member=house.agent, feature="thanks_page")
    row = answer(token, score=5, name="Maren")
    assert (row.to, row.words, row.name, row.score) == (None, "", "", 5)


def test_a_customer_thanks_on_a_page_without_an_encounter(house):
    page = actions.open_page(member=house.agent)
    for _twice in range(2):
        actions.thank(page=page, receipt="abc", given=Given(words=KIND, name="Maren"))
    (row,) = ThankYou.objects.all()
    assert (row.page, row.link, row.to, row.kindness.encounter) == (page, None, house.agent, None)
    assert row.kindness.giver.name == "Maren"
    assert access.receipt("abc") == row


def test_leave_to_publish_is_bound_to_the_words_and_the_credit_chosen(token):
    row = answer(token, name="Maren", may_publish_words=True)
    (leave,) = row.kindness.releases.all()
    assert (leave.text_hash, leave.name_too, leave.credit) == (text_hash(KIND), False, "a customer")
    actions.allow(thank_you=row, team=True, words=True, name=True)
    (leave,) = row.kindness.releases.all()
    assert (leave.name_too, leave.credit) == (True, "Maren")
    actions.allow(thank_you=row, team=False, words=False, name=True)
    assert row.kindness.releases.count() == 0
    assert (row.may_publish_words, row.may_publish_name) == (False, False)


def test_it_hangs_only_when_customer_and_agent_both_say_so_and_as_long(token, house):
    row = answer(token)
    with pytest.raises(ValueError, match="wall"):
        share.hang(by=house.agent, kindness=row.kindness)
    row = answer(token, team_may_read=True)
    assert row.kindness.sees == "parties"
    share.hang(by=house.agent, kindness=row.kindness)
    assert row.kindness.sees == "team"
    actions.allow(thank_you=row, team=False, words=False, name=False)
    row.kindness.refresh_from_db()
    assert row.kindness.sees == "parties"


def test_reading_is_once_and_ones_own(token, house):
    row = answer(token)
    assert actions.read(member=house.second, kindness=row.kindness) is False
    assert actions.read(member=house.agent, kindness=row.kindness) is True
    assert actions.read(member=house.agent, kindness=row.kindness) is False
    row.refresh_from_db()
    assert row.read_at is not None


def test_a_lead_passes_held_words_on_once(token, house):
    row = answer(token, RUDE, may_publish_words=True)
    loop.let_through(by=house.lead, thank_you=row)
    loop.let_through(by=house.lead, thank_you=row)
    assert [kindness.words for kindness in to(house.agent)] == [RUDE]
    assert row.kindness.releases.count() == 1
    assert (row.state, row.why_held) == ("delivered", "")


@pytest.mark.parametrize(("words", "kinds"), [("Vielen Dank für alles", ["praised"]), (RUDE, [])])
def test_words_passed_on_count_as_praise_unless_they_hurt(token, talk, house, words, kinds):
    loop.let_through(by=house.lead, thank_you=answer(token, words))
    assert list(talk.outcomes.values_list("kind", flat=True)) == kinds


def test_a_lead_does_not_pass_held_words_on(token, house):
    row = answer(token, RUDE)
    actions.decline(by=house.lead, thank_you=row)
    actions.pass_to_agent(by=house.lead, thank_you=row)
    assert (row.state, row.why_held, to(house.agent)) == ("declined", "", [])


def test_a_lead_makes_feedback_of_a_complaint_without_names(token, house):
    row = answer(token, "Ines let me wait, and Jonas knew. The app is slow", score=1)
    actions.make_feedback(by=house.lead, thank_you=row)
    (feedback,) = Feedback.objects.all()
    assert feedback.words == "… let me wait, and … knew. The app is slow"
    assert (row.state, to(house.agent)) == ("declined", [])


def test_feedback_goes_to_the_list_without_the_agents_name(token):
    answer(token, feedback="ines says the app needs a map")
    (feedback,) = Feedback.objects.all()
    assert (feedback.words, feedback.state) == ("… says the app needs a map", "new")


def test_feedback_follows_the_last_answer_and_keeps_its_reply(token, house):
    row = answer(token, feedback="A map, please")
    actions.answer_feedback(
        by=house.lead, feedback=row.feedback, state="done", theme=" app ", answer="It is in now."
    )
    answer(token, feedback="A map, please", score=5)
    (feedback,) = Feedback.objects.all()
    assert (feedback.state, feedback.theme, feedback.answer) == ("done", "app", "It is in now.")
    assert feedback.answered_at is not None
    answer(token, feedback="")
    assert Feedback.objects.count() == 0


def test_an_unknown_state_of_feedback_is_refused(token, house):
    row = answer(token, feedback="A map, please")
    with pytest.raises(ValueError, match="state"):
        actions.answer_feedback(by=house.lead, feedback=row.feedback, state="lost")


def test_a_page_is_opened_by_oneself_rotated_and_closed(house):
    people.opt_out(member=house.agent, feature="thanks_page")
    page = actions.open_page(member=house.agent)
    assert queries.takes_thanks(type(house.agent).objects.get(pk=house.agent.pk))
    assert actions.open_page(member=house.agent) == page
    old = page.slug
    assert actions.rotate(page=page).slug != old
    row = actions.thank(page=page, receipt="abc", given=Given(words=KIND))
    actions.close(member=house.agent)
    assert ThanksPage.objects.count() == 0
    row.refresh_from_db()
    assert (row.page, row.kindness.words) == (None, KIND)


def test_erasing_takes_everything_and_keeps_the_shape(token, house):
    row = answer(token, name="Maren", feedback="A map", may_publish_words=True, score=5)
    kindness = row.kindness
    actions.erase(thank_you=row)
    assert (ThankYou.objects.count(), Feedback.objects.count()) == (0, 0)
    kindness.refresh_from_db()
    assert (kindness.state, kindness.words, kindness.releases.count()) == ("withdrawn", "", 0)
    assert to(house.agent) == []


def test_erasing_buries_a_guest_but_not_a_customer_we_know(token, house, talk):
    known = answer(token).kindness.giver
    page = actions.open_page(member=house.agent)
    row = actions.thank(page=page, receipt="abc", given=Given(words=KIND, name="Maren"))
    guest = row.kindness.giver
    actions.erase(thank_you=row)
    guest.refresh_from_db()
    known.refresh_from_db()
    assert (guest.kind, guest.name) == (Party.Kind.GONE, "")
    assert known.customer == talk.customer


def test_erasing_a_customer_takes_links_and_thank_yous(token, talk):
    answer(token)
    assert actions.erase_customer(customer=talk.customer) == 1
    assert (ThankYou.objects.count(), RatingLink.objects.count()) == (0, 0)


def test_erasing_a_member_closes_the_page_and_forgets_what_waited(token, house):
    actions.open_page(member=house.agent)
    row = answer(token, RUDE)
    actions.erase_member(member=house.agent)
    row.refresh_from_db()
    assert (row.to, row.words, ThanksPage.objects.count()) == (None, "", 0)
    assert RatingLink.objects.get().member is None


def test_export_holds_what_was_sent_and_nothing_of_the_moderation(token, talk):
    row = answer(token, RUDE, name="Maren", feedback="A map", score=2)
    data = queries.held_about(row, row.link)
    assert data["answer"]["words"] == RUDE
    assert data["feedback"]["words"] == "A map"
    assert "hostile" not in str(data)
    assert "held" not in str(data)
    assert queries.export_customer(talk.customer) == [data]


def test_the_demo_keeps_its_texts(token, house, settings):
    type(house.organisation).objects.update(demo=True)
    row = answer(token, name="Maren")
    with clock.at(clock.now() + timedelta(days=settings.NEONCARD_KEEP_TEXT_DAYS + 30)):
        assert actions.forget() == "the demo keeps its texts"
    row.refresh_from_db()
    assert row.words


@pytest.mark.django_db(transaction=True)
def test_retention_forgets_old_words_and_ended_links(settings):
    house = make.house()
    talk = make.encounter(house.agent, make.customer())
    token = actions.make_rating_link(encounter=talk)
    kind = answer(token, name="Maren")
    other = actions.make_rating_link(encounter=talk)
    rude = answer(other, RUDE)
    later = clock.now() + timedelta(days=settings.NEONCARD_KEEP_TEXT_DAYS - 1)
    with clock.at(later):
        assert actions.forget().startswith("0 thank-yous, 0 links")
    with clock.at(later + timedelta(days=2)):
        assert actions.forget().startswith("2 thank-yous, 0 links")
    with clock.at(later + timedelta(days=16)):
        assert actions.forget().startswith("0 thank-yous, 2 links")
    kind.refresh_from_db()
    rude.refresh_from_db()
    assert (kind.words, kind.name, kind.kindness.words) == ("", "", KIND)
    assert (rude.words, rude.state) == ("", "declined")


def test_the_outcome_of_an_answer_is_written_with_it(token, talk):
    loop.answered(link=access.rating_link(token), token=token, given=Given(score=5, words=KIND))
    assert sorted(talk.outcomes.values_list("kind", flat=True)) == ["praised", "rated_happy"]


def test_a_changed_answer_changes_its_outcome_and_erasing_takes_it(token, talk):
    for score, kind in ((5, "rated_happy"), (1, "rated_unhappy")):
        loop.answered(link=access.rating_link(token), token=token, given=Given(score=score))
        assert list(talk.outcomes.values_list("kind", flat=True)) == [kind]
    loop.take_back(thank_you=ThankYou.objects.get())
    assert talk.outcomes.count() == 0


def test_a_kindness_taken_back_by_someone_else_frees_the_last_answer(token, house):
    row = answer(token)
    kindnesses.withdraw(by="test", kindness=row.kindness)
    answer(token, "Thanks again")
    assert [kindness.words for kindness in to(house.agent)] == ["Thanks again"]
