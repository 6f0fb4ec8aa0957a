"""The demo company is built the same way every time, and every page of it has something true to show."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db.models import Count, F

from neoncard import access, demo, loop
from neoncard.care.tables import Cover, Hand, HardDay
from neoncard.demo.world import toml
from neoncard.do import queries as doing
from neoncard.encounters.tables import Customer, Encounter, Message, Rating
from neoncard.kindness.rules import boomerangs
from neoncard.kindness.tables import Kindness, Release
from neoncard.kit import clock
from neoncard.kit.audit.tables import Audit
from neoncard.learn import queries as learn
from neoncard.learn.tables import DailyCount, Outcome, WeekFigure
from neoncard.notice.tables import Mark
from neoncard.pass_on import queries as pass_on
from neoncard.people.tables import Member, Organisation, Role
from neoncard.share import queries as share
from neoncard.share import wall
from neoncard.share.rules import Shows
from neoncard.share.tables import Comment, Post
from neoncard.thank.tables import Feedback, ThanksPage, ThankYou
from neoncard.web.pages.signin import demo_member

pytestmark = pytest.mark.whole

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
DATA = toml("kindnesses.toml")

KEY_TABLES = {
    Member: ("email", "name", "known_as", "say_it", "joined_at", "team__name"),
    Encounter: ("kind", "source", "channel", "subject", "is_open", "agent__email", "last_at"),
    Customer: ("source", "name", "say_it", "received_at"),
    Message: ("ext_id", "author", "at", "text", "received_at"),
    Rating: ("encounter__ext_id", "score", "comment"),
    Mark: ("message__ext_id", "label", "start", "end", "score", "boilerplate"),
    Kindness: (
        *("giver__member__email", "words", "occasion", "how", "state", "sees", "at"),
        *("received_at", "answers__words", "passed_on_from__words", "encounter__subject"),
    ),
    Release: ("kindness__words", "text_hash", "name_too", "credit", "at"),
    Post: ("kindness__words", "by__email", "title", "posted_at"),
    Comment: ("by__email", "words", "at"),
    ThankYou: ("to__email", "score", "words", "name", "state", "received_at", "read_at"),
    Feedback: ("words", "theme", "state", "answer", "received_at", "answered_at"),
    Outcome: ("kind", "encounter__ext_id", "at", "received_at"),
    WeekFigure: ("week", "what", "value", "people"),
    DailyCount: ("day", "policy", "channel", "offered", "shown", "done", "praised", "returned"),
}
"""What two builds have in common, by what it means: ids may differ, tokens do."""


def digest() -> dict[str, str]:
    """One hash a table, over its rows in an order that doesn't depend on ids."""
    found = {}
    for table, fields in KEY_TABLES.items():
        rows = sorted(json.dumps(row, default=str) for row in table.objects.values_list(*fields))
        text = f"{len(rows)}\n" + "\n".join(rows)
        found[table.__name__] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found


def member(key: str) -> Member:
    return Member.objects.get(email=f"{key}@saltmarsh.example")


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker):
    """The company, built once for this file and taken away after it."""
    with django_db_blocker.unblock():
        with clock.at(NOW):
            demo.build()
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def saltmarsh(company, db):
    """The company at the moment it was built."""
    with clock.at(NOW):
        yield Organisation.objects.get()


def test_there_is_one_company_and_a_second_is_refused(saltmarsh):
    assert saltmarsh.demo
    assert Member.objects.filter(organisation=saltmarsh).count() == 24
    with pytest.raises(ValueError, match="there is a company already"):
        demo.build()


def test_nobody_has_a_password(saltmarsh):
    assert [one.email for one in Member.objects.all() if one.has_usable_password()] == []


def test_the_one_click_sign_ins_find_people_with_something_to_show(saltmarsh):
    found = {who: demo_member(who).known_as for who in ("agent", "counter", "lead", "admin")}
    assert found == {"agent": "Ines", "counter": "Petra", "lead": "Ruth", "admin": "Marit"}


def test_nothing_lies_in_the_future(saltmarsh):
    assert not Kindness.objects.filter(received_at__gt=NOW).exists()
    assert not Encounter.objects.filter(last_at__gt=NOW).exists()
    assert not Audit.objects.filter(at__gt=NOW).exists()


def test_every_conversation_came_in_whole(saltmarsh):
    conversations = Encounter.objects.filter(kind="conversation")
    assert conversations.count() == 48
    assert set(conversations.filter(is_open=True).values_list("ext_id", flat=True)) == {
        "SF-3043", "SF-3044", "SF-3045", "SF-3046",
    }  # fmt: skip
    assert Mark.objects.count() > 100


def test_every_kindness_of_the_file_happened(saltmarsh):
    for row in DATA["kindness"]:
        assert Kindness.objects.filter(words=row["words"], state="kept").count() == 1, row["key"]


def test_the_boomerangs_come_back(saltmarsh):
    closed = set()
    for row in Kindness.objects.filter(chain=None).exclude(passed_on_as=None).distinct():
        links = pass_on.chain(row)
        for found in boomerangs(pass_on.as_links(links), pass_on.alike(links)):
            closed.add(next(one.words for one in links if one.pk == found.path[-1]))
    meant = {
        "paper-boat",
        "what-it-set-off",
        "umbrella-dario",
        "lunch-by-the-window",
        "the-list-of-seven",
    }
    assert closed == {row["words"] for row in DATA["kindness"] if row["key"] in meant}


def test_thank_yous_reached_who_they_were_for(saltmarsh):
    for row in DATA["thank_you"]:
        thank_you = ThankYou.objects.get(words=row["words"])
        assert thank_you.state == ("held" if "held" in row else "delivered"), row["key"]
        assert bool(thank_you.kindness) == ("held" not in row)
        assert bool(thank_you.read_at) == ("read_day" in row)
        if "answers" in row:
            answered = next(one for one in DATA["kindness"] if one["key"] == row["answers"])
            if row["via"] == "link":
                assert thank_you.kindness.answers.words == answered["words"]


def test_ines_finds_her_day(saltmarsh):
    ines = member("ines")
    found = loop.today(ines)
    assert "right pier" in found.words.said
    assert found.waiting.by == "Amir"
    assert len(found.ideas) == 3
    assert [hand.member.known_as for hand in found.hands] == ["Teo"]


def test_the_ticket_beside_ines_knows_the_customer(saltmarsh):
    opened = access.own_encounter(member("ines"), "SF-3043")
    found = loop.beside(member("ines"), opened)
    assert found.face is not None
    assert len(found.others) == 2
    assert found.face.kind != "treat"
    assert found.contacts == 2
    assert any("fox" in sentence for sentence in found.history)
    assert opened.customer.say_it


def test_the_counter_has_something_to_suggest(saltmarsh):
    assert loop.at_counter(member("petra")).face is not None


def test_the_wall_shows_three_stories_and_nothing_empty(saltmarsh):
    found = wall.page(member("ines"))
    assert len(found.stories) == 3
    shown = Counter(share.shown_to_all(post) for post in found.posts.rows)
    assert set(shown) <= {Shows.WORDS, Shows.STORY, Shows.SHAPE}
    assert shown[Shows.WORDS] >= 30
    assert shown[Shows.SHAPE] <= 10
    every = [post for post in share.posts() if post.story]
    assert [share.shown_to_all(post) for post in every] == [Shows.STORY] * 5


def test_leads_have_something_to_do(saltmarsh):
    waiting = learn.waiting_for_leads()
    assert (waiting.held, waiting.feedback, waiting.covers) == (2, 2, 1)
    assert set(Feedback.objects.values_list("state", flat=True)) == {"new", "heard", "done"}


def test_a_hard_day_a_hand_and_cover_are_on_until_the_shift_ends(saltmarsh):
    for table in (HardDay, Hand, Cover):
        assert table.objects.get().until > NOW


def test_counts_are_large_enough_to_be_shown(saltmarsh):
    found = learn.works(saltmarsh)
    assert found.enough_people
    assert found.total.offered > 500
    assert sum(row.done >= 5 for row in found.rows) >= 20
    assert found.total.rated_happy > found.total.rated_unhappy > 0
    assert found.total.praised > 0
    assert found.total.returned > 0
    assert found.total.offered > found.total.done
    assert DailyCount.objects.filter(offered__gt=F("shown")).count() == 0
    week, figures = learn.last_week(saltmarsh)
    assert week == datetime(2026, 11, 16).date()
    assert {figure.people for figure in figures} == {24, 13}
    assert all(figure.values["kindnesses"] > 0 for figure in figures)
    assert doing.act_counts(NOW)


def test_every_counter_person_and_role_is_there(saltmarsh):
    roles = dict(Role.objects.values_list("name").annotate(n=Count("pk")))
    assert roles == {"agent": 12, "host": 1, "lead": 2, "admin": 1, "counter": 11}
    assert ThanksPage.objects.count() == sum(
        person["thanks_page"] for person in toml("company.toml")["person"]
    )


def test_two_builds_at_the_same_moment_are_the_same(saltmarsh):
    found = digest()
    call_command("flush", interactive=False, verbosity=0)
    demo.build()
    assert digest() == found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 30, 0, 5, tzinfo=UTC),
        datetime(2027, 1, 4, 22, 59, tzinfo=UTC),
        datetime(2028, 2, 29, 12, tzinfo=UTC),
    ],
    ids=["after the clocks went forward", "a Monday before midnight", "a leap day"],
)
def test_it_can_be_built_on_any_day(now):
    call_command("flush", interactive=False, verbosity=0)
    with clock.at(now):
        demo.build()
        assert Kindness.objects.filter(received_at__gt=now - timedelta(days=31)).count() > 500
        assert loop.today(member("ines")).words is not None
    call_command("flush", interactive=False, verbosity=0)
