"""What goes back to a helpdesk: off until asked for, once, to nobody who should not be asked, in their language."""

from datetime import timedelta

import pytest

from neoncard import loop, telling
from neoncard.connectors import actions, frame
from neoncard.connectors.frame import TroubleError
from neoncard.encounters.tables import Customer, Encounter, Message
from neoncard.kit import clock, signing
from neoncard.kit.jobs.actions import LeaseLost
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Worker
from neoncard.people.tables import Handle
from neoncard.thank import actions as thank
from neoncard.thank.rules import Given
from neoncard.thank.tables import RatingLink
from tests.connectors.hooks import connector
from tests.connectors.test_any_order import bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    """What was told to a helpdesk that can be told things; `told.fails` lets it fail."""

    class Told(list):
        fails = None

        def __call__(self, asking, telling):
            if self.fails:
                raise self.fails
            self.append(telling)

    heard = Told()
    kinds = frame.kinds()
    from dataclasses import replace

    monkeypatch.setitem(kinds, "webhook", replace(kinds["webhook"], tell=heard))
    return heard


def desk(*, on=30, **switches):
    """A connector whose switches were turned on so many days ago."""
    since = (clock.now() - timedelta(days=on)).isoformat()
    known = {"survey_since": since, "write_back_since": since}
    return connector(settings={"sender": "standard", **known, **switches})


def work():
    Job.objects.filter(state="waiting").update(due_at=clock.now())
    return Worker(loop.HANDLERS).drain()


def talk(at, *, status="open", agent="ines", n=0, **more):
    """The payloads of one conversation: said, assigned, and how it stands."""
    now = clock.now() - timedelta(minutes=at)
    base = {"at": now.isoformat(), "conversation": {"id": f"T-{n}", "status": status, **more}}
    customer = {"customer": {"id": "c-1", "name": "Maren Oltmanns"}}
    said = {
        "message": {"id": f"m{n}", "text": "Is it gone?"},
        "actor": {"kind": "customer", "id": "c-1"},
    }
    assigned = {"agent": {"id": agent, "name": "Ines"}} if agent else {}
    return [
        {**base, **customer, **said, "type": "message"},
        {**base, **customer, "type": "assigned", **assigned},
        {**base, **customer, "type": "status", "revision": now.isoformat()},
    ]


def over(row, house, **more):
    """A conversation of Ines's that was open and is over now."""
    Handle.objects.get_or_create(source=row.source, ext_id="ines", member=house.agent)
    bring(row, talk(9, **more), "webhook")
    bring(row, talk(5, status="closed", **more), "webhook")


def test_nothing_goes_back_until_it_is_turned_on(house, told):
    row = desk()
    over(row, house)
    assert not Encounter.objects.get().is_open
    assert telling.plan_notes() == "0 to note"
    assert (work(), told, Job.objects.filter(kind="survey").count()) == (0, [], 0)


def test_a_survey_goes_once_to_the_customer_for_who_had_it_then(house, told):
    row = desk(survey=True)
    over(row, house, lang="de-DE")
    bring(row, talk(1, status="closed", agent=""), "webhook")  # automation unassigns
    assert work() == 0
    (one,) = told
    link = RatingLink.objects.get()
    assert (one.talk, one.public, one.subject, one.answers, link.member) == (
        "T-0", True, "Konnten wir Ihnen helfen?", "m0", house.agent,
    )  # fmt: skip
    token = one.text.split("/r/")[1].split()[0]
    assert link.token_hash == telling.thank.signing.token_hash(token)
    over(row, house, n=1)
    assert (work(), len(told)) == (0, 1)  # the same customer, within 14 days
    RatingLink.objects.update(made_at=clock.now() - timedelta(days=15))
    over(row, house, n=2)
    assert (work(), len(told)) == (0, 2)


def test_the_past_is_asked_nothing(house, told):
    over(desk(survey=True, on=0), house)
    assert (work(), told) == (0, [])


def test_a_ticket_opened_and_solved_between_two_pulls_is_asked_about(house, told):
    row = desk(survey=True)
    Handle.objects.create(source=row.source, ext_id="ines", member=house.agent)
    bring(row, talk(5, status="closed"), "pull")
    bring(row, talk(5, status="closed"), "webhook")
    assert (work(), [one.talk for one in told]) == (0, ["T-0"])


def test_one_person_is_asked_once_whichever_helpdesk_they_wrote_to(house, told):
    row, other = desk(survey=True), desk(survey=True)
    over(row, house)
    over(other, house)
    Customer.objects.update(person=signing.person("Maren@example.org"))
    assert (work(), len(told), RatingLink.objects.count()) == (0, 1, 1)


def test_customers_whose_address_nobody_told_are_two(house, told):
    for row in (desk(survey=True), desk(survey=True)):
        over(row, house)
    assert (work(), len(told)) == (0, 2)


@pytest.mark.parametrize("on", [True, False])
def test_whether_a_friend_is_asked_about_comes_from_the_connector(house, told, client, on):
    over(desk(survey=True, ask_friend=on), house)
    work()
    token = told[0].text.split("/r/")[1].split()[0]
    assert RatingLink.objects.get().asks_friend is on
    assert ('name="friend"' in client.get(f"/r/{token}").content.decode()) is on


@pytest.mark.parametrize("tag", ["spam", "Blocked", "junk", "rejected"])
def test_spam_and_the_blocked_are_never_asked(house, told, tag):
    over(desk(survey=True), house, tags=[tag])
    assert (work(), told) == (0, [])


def test_a_conversation_opened_again_is_not_asked_about_yet(house, told):
    row = desk(survey=True)
    over(row, house)
    bring(row, talk(1), "webhook")
    assert (work(), told) == (0, [])


@pytest.mark.parametrize(
    ("lang", "subject"),
    [("es", "¿Le hemos ayudado?"), ("de", "Konnten wir Ihnen helfen?"), ("fi", "Did we help you?")],
)
def test_it_is_in_the_conversations_language(house, told, lang, subject):
    over(desk(survey=True), house, lang=lang)
    work()
    assert [one.subject for one in told] == [subject]


@pytest.mark.parametrize(
    ("words", "lang", "subject"),
    [
        ("Wo ist mein Koffer? Ich warte seit gestern.", "", "Konnten wir Ihnen helfen?"),
        ("Wo ist mein Koffer? Ich warte seit gestern.", "en-US", "Konnten wir Ihnen helfen?"),
        ("Bonjour, ma valise ?", "es", "¿Le hemos ayudado?"),
        ("Bonjour, ma valise ?", "", "Did we help you?"),
    ],
)
def test_where_nobody_says_which_it_is_in_the_language_of_the_customers_words(
    house, told, client, words, lang, subject
):
    over(desk(survey=True), house, lang=lang)
    Message.objects.update(text=words)
    work()
    assert [one.subject for one in told] == [subject]
    token = told[0].text.split("/r/")[1].split()[0]
    assert (
        f'<html lang="{RatingLink.objects.get().lang}"'
        in client.get(f"/r/{token}").content.decode()
    )


def test_what_can_not_be_sent_is_tried_again_and_leaves_no_link(house, told):
    told.fails = TroubleError("their mail is not in the mailbox any more")
    over(desk(survey=True), house)
    assert (work(), RatingLink.objects.count()) == (1, 0)
    told.fails = None
    assert (work(), RatingLink.objects.count(), len(told)) == (0, 1, 1)


def test_a_worker_killed_while_it_sends_does_not_send_again(house, told):
    told.fails = LeaseLost("killed")
    over(desk(survey=True), house)
    assert work() == 1
    told.fails = None
    Job.objects.update(leased_until=None)
    assert (work(), told) == (0, [])


def test_a_note_when_thanks_arrived_names_and_quotes_nobody(house, told):
    row = desk(write_back=True)
    over(row, house)
    encounter = Encounter.objects.get()
    token = thank.make_rating_link(encounter=encounter)
    link = RatingLink.objects.get()
    loop.answered(link=link, token=token, given=Given(words="Thank you Ines, you are wonderful!"))
    assert telling.plan_notes() == "1 to note"
    assert work() == 0
    telling.plan_notes()
    assert work() == 0
    assert [(one.talk, one.text, one.public) for one in told] == [
        ("T-0", "Neoncard: the customer has sent a thank-you.", False)
    ]


@pytest.mark.parametrize("words", ["You are an idiot, Ines.", ""])
def test_nothing_shows_of_held_words_or_a_bare_score(house, told, words):
    over(desk(write_back=True), house)
    token = thank.make_rating_link(encounter=Encounter.objects.get())
    given = Given(score=1, words=words)
    loop.answered(link=RatingLink.objects.get(), token=token, given=given)
    assert (telling.plan_notes(), work(), told) == ("0 to note", 0, [])


def test_turning_it_on_does_not_tell_of_what_was_before(house, told):
    row = connector()
    over(row, house)
    token = thank.make_rating_link(encounter=Encounter.objects.get())
    loop.answered(link=RatingLink.objects.get(), token=token, given=Given(words="Thank you Ines!"))
    actions.change(
        by=house.admin, connector=row, name="Desk", settings={"write_back": True}, secrets={}
    )
    assert telling.plan_notes() == "0 to note"


def test_mail_is_over_after_quiet_days_and_open_again_with_the_next(house, told):
    row = desk(survey=True, quiet_days=3)
    Handle.objects.create(source=row.source, ext_id="ines", member=house.agent)
    bring(row, talk(4 * 24 * 60), "webhook")
    assert telling.close_quiet() == "1 closed"
    assert not Encounter.objects.get().is_open
    assert (work(), len(told)) == (0, 1)
    bring(row, talk(1), "webhook")
    assert Encounter.objects.get().is_open
    assert telling.close_quiet() == "0 closed"


def test_a_mailbox_that_is_new_here_asks_nobody_of_the_last_weeks(house, told):
    row = desk(survey=True, quiet_days=3, on=0)
    Handle.objects.create(source=row.source, ext_id="ines", member=house.agent)
    bring(row, talk(4 * 24 * 60), "pull")
    assert telling.close_quiet() == "1 closed"
    assert (work(), told) == (0, [])


def test_a_survey_that_comes_back_by_a_pull_is_nobodys_message(house, settings):
    row = desk()
    url = f"{settings.NEONCARD_URL}/r/abc"
    body = {
        "type": "message", "at": clock.now().isoformat(), "conversation": {"id": "T-9"},
        "message": {"id": "m9", "text": f"Did we help you? {url}"},
        "actor": {"kind": "agent", "id": "ines"},
    }  # fmt: skip
    bring(row, [body], "pull")
    assert Message.objects.get().author == "bot"
    assert Customer.objects.count() == 0
