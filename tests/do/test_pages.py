"""Today, beside and the counter, as a browser without JavaScript sees them, and as htmx does."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from neoncard.design import actions as design
from neoncard.do import queries
from neoncard.do.tables import Suggestion
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.queries import ago
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.people import actions as people
from tests import make

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def playbook(house):
    design.install_starters(house.organisation)


@pytest.fixture
def ticket(house, playbook):
    who = make.customer()
    return make.encounter(house.agent, who, is_open=True, texts=[("customer", "Where is it?")])


def text(response):
    return response.content.decode()


def labelled(html):
    """Every input a person fills in has a label, and every button has words."""
    fields = re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"[^>]*>', html)
    assert {field for field in fields if f'for="{field}"' not in html} == set()
    buttons = re.findall(r"<button[^>]*>(.*?)</button>", html, re.DOTALL)
    assert [words for words in buttons if not re.sub(r"<[^>]+>", "", words).strip()] == []


# ---------------------------------------------------------------- today


def test_today_begins_with_somebodys_words(house, signed_in):
    make.kindness(house.second, house.agent, words="You stayed until the last ferry.")
    html = text(signed_in(house.agent).get("/"))
    assert html.index("You stayed until the last ferry.") < html.index("One kind thing today")
    assert "from a colleague" in html
    labelled(html)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({"seconds": 90}, "just now"),
        ({"minutes": 20}, "20 minutes ago"),
        ({"hours": 5}, "at 10:00 today"),
        ({"hours": 18}, "yesterday"),
        ({"days": 3}, "on Monday"),
        ({"days": 21}, "on 15 October"),
    ],
)
def test_when_it_was_as_one_says_it(before, said):
    now = datetime(2026, 11, 5, 15, tzinfo=UTC)
    with clock.at(now):
        assert ago(now - timedelta(**before)) == said


def test_a_day_with_nothing_but_ideas(house, signed_in):
    html = text(signed_in(house.agent).get("/"))
    assert "Kind words for you" not in html
    assert html.count("I’ll do this") == 3


def test_today_makes_at_most_ten_queries(house, signed_in, django_assert_max_num_queries):
    client = signed_in(house.agent)
    for n in range(4):
        make.kindness(house.second, house.agent, words=f"Words {n}")
    propose(house)
    with django_assert_max_num_queries(10):
        client.get("/")
    with django_assert_max_num_queries(9):
        client.get("/")


def test_an_idea_is_picked_up_done_and_taken_back(house, signed_in):
    client = signed_in(house.agent)
    client.get("/")
    row = Suggestion.objects.get(unit__endswith=":self")
    answer = client.post(reverse("idea_choose", args=[row.pk]))
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert "Put it back" in text(client.get("/"))
    client.post(reverse("idea_done", args=[row.pk]))
    html = text(client.get("/"))
    assert "Kept among your kindnesses" in html
    assert Kindness.objects.get().occasion == queries.daily_face(row.offered[0]).title
    client.post(reverse("idea_undo", args=[row.pk]))
    assert Kindness.objects.count() == 0


def test_a_swap_by_htmx_is_the_page_drawn_anew(house, signed_in):
    client = signed_in(house.agent)
    client.get("/")
    row = Suggestion.objects.get(unit__endswith=":customer")
    answer = client.post(reverse("idea_swap", args=[row.pk]), **HTMX)
    row.refresh_from_db()
    assert answer.status_code == 200
    assert queries.daily_face(row.offered[1]).title in text(answer).replace("&#x27;", "'")


def test_done_by_htmx_says_so_in_a_toast(house, signed_in):
    client = signed_in(house.agent)
    client.get("/")
    row = Suggestion.objects.get(unit__endswith=":self")
    answer = client.post(reverse("idea_done", args=[row.pk]), **HTMX)
    assert "Only you see it" in json.loads(answer["HX-Trigger"])["toast"]["text"]
    with clock.at(clock.now() + timedelta(minutes=11)):
        late = client.post(reverse("idea_undo", args=[row.pk]), **HTMX)
    assert json.loads(late["HX-Trigger"])["toast"]["kind"] == "error"


def test_nobody_touches_another_ones_idea(house, signed_in):
    signed_in(house.agent).get("/")
    row = Suggestion.objects.first()
    for name in ("idea_choose", "idea_swap", "idea_done", "idea_undo"):
        assert signed_in(house.lead).post(reverse(name, args=[row.pk])).status_code == 404


def test_ideas_turned_off(house, signed_in):
    people.opt_out(member=house.agent, feature="ideas")
    assert "Ideas are off" in text(signed_in(house.agent).get("/"))


def propose(house):
    who = make.customer("Lea Brandt")
    words = "I stayed on. I will wait with you."
    ticket = make.encounter(house.agent, who, texts=[("agent", words)])
    (kindness,) = kindnesses.propose(
        noticed=[
            kindnesses.Noticed(
                giver=kindnesses.member_party(house.agent),
                receiver=kindnesses.customer_party(who),
                encounter=ticket,
                how="noticed",
                quote=ticket.messages.get(),
                span=(13, len(words)),
                label="goes_beyond",
                at=clock.now(),
            )
        ]
    )
    return kindness


def test_what_was_noticed_is_kept_or_not(house, signed_in):
    kindness = propose(house)
    client = signed_in(house.agent)
    html = text(client.get("/"))
    assert "I will wait with you." in html
    assert "I stayed on." not in html
    assert "You, to Lea Brandt" in html
    assert "I will wait" not in text(signed_in(house.lead).get("/"))
    assert (
        signed_in(house.lead).post(reverse("kindness_keep", args=[kindness.pk])).status_code == 404
    )
    client.post(reverse("kindness_keep", args=[kindness.pk]))
    kindness.refresh_from_db()
    assert kindness.state == "kept"
    assert client.post(reverse("kindness_not_this", args=[kindness.pk])).status_code == 404


def test_what_was_noticed_and_is_not_so_goes(house, signed_in):
    kindness = propose(house)
    signed_in(house.agent).post(reverse("kindness_not_this", args=[kindness.pk]))
    kindness.refresh_from_db()
    assert kindness.state == "withdrawn"


# ---------------------------------------------------------------- beside


def test_beside_by_our_id_and_by_the_helpdesks(house, ticket, signed_in):
    client = signed_in(house.agent)
    ticket.customer.say_it = "Oltmans, long O"
    ticket.customer.save()
    for name in (ticket.pk, ticket.ext_id):
        html = text(client.get("/beside", {"conversation": name}))
        assert "Maren Oltmanns" in html
        assert "Oltmans, long O" in html
        assert "first time with us" in html
    labelled(html)
    assert Suggestion.objects.get().shown_at is not None


def test_beside_makes_at_most_ten_queries(house, ticket, signed_in, django_assert_max_num_queries):
    client = signed_in(house.agent)
    make.kindness(house.second, house.agent)
    with django_assert_max_num_queries(10):
        client.get("/beside", {"conversation": ticket.pk})
    with django_assert_max_num_queries(9):
        client.get("/beside", {"conversation": ticket.pk})
    with django_assert_max_num_queries(5):
        client.get("/beside")


def test_only_the_tickets_own_agent_stands_beside_it(house, ticket, signed_in):
    for member in (house.second, house.lead, house.admin):
        answer = signed_in(member).get("/beside", {"conversation": ticket.pk})
        assert answer.status_code == 404


def test_without_a_conversation_ones_own_are_there_to_pick(house, ticket, signed_in):
    make.encounter(house.second, make.customer("Not Yours"))
    html = text(signed_in(house.agent).get("/beside"))
    assert "Maren Oltmanns" in html
    assert "Not Yours" not in html
    assert "No conversation of yours yet" in text(signed_in(house.third).get("/beside"))


def test_done_swap_not_now_and_back_in_one_tap_each(house, ticket, signed_in):
    client = signed_in(house.agent)
    client.get("/beside", {"conversation": ticket.pk})
    row = Suggestion.objects.get()

    def tap(name, **data):
        answer = client.post(reverse(f"beside_{name}", args=[row.pk]), data)
        assert (answer.status_code, answer["Location"]) == (
            303,
            f"/beside?conversation={ticket.pk}",
        )
        row.refresh_from_db()
        return text(client.get(answer["Location"]))

    tap("swap")
    assert row.chosen == row.offered[1]
    tap("swap", act=row.offered[2])
    assert row.chosen == row.offered[2]
    assert "Not now, then." in tap("not_now")
    assert "Not now, then." not in tap("undo")
    assert "Take it back" in tap("done", act=row.offered[2])
    title = queries.faces(row.offered)[row.offered[2]].title
    assert Kindness.objects.get().occasion == title
    tap("undo")
    assert Kindness.objects.count() == 0


def test_an_act_that_was_not_on_offer_is_refused_with_words(house, ticket, signed_in):
    client = signed_in(house.agent)
    client.get("/beside", {"conversation": ticket.pk})
    row = Suggestion.objects.get()
    answer = client.post(reverse("beside_done", args=[row.pk]), {"act": "0"}, follow=True)
    assert "pick one of those on offer" in text(answer)
    assert Kindness.objects.count() == 0


def test_kindness_before_is_told_as_far_as_one_may_see_it(house, ticket, signed_in):
    who = kindnesses.customer_party(ticket.customer)
    for member, occasion, sees in (
        (house.second, "found her daughter’s coat", "team"),
        (house.second, "something private", "parties"),
    ):
        kindnesses.record(
            by=member,
            giver=kindnesses.member_party(member),
            receivers=[who],
            occasion=occasion,
            sees=sees,
        )
    html = text(signed_in(house.agent).get("/beside", {"conversation": ticket.pk}))
    assert "Jonas: found her daughter’s coat" in html
    assert "something private" not in html


def test_a_treat_drawn_earlier_waits_while_a_problem_is_open(house, ticket, signed_in):
    from neoncard.design.tables import Act

    client = signed_in(house.agent)
    client.get("/beside", {"conversation": ticket.pk})
    treat = Act.objects.filter(kind="treat").first()
    row = Suggestion.objects.get()
    row.offered = [str(treat.pk), *row.offered[:2]]
    row.save()
    html = text(client.get("/beside", {"conversation": ticket.pk}))
    assert treat.title not in html


def test_suggestions_turned_off(house, ticket, signed_in):
    people.opt_out(member=house.agent, feature="beside")
    html = text(signed_in(house.agent).get("/beside", {"conversation": ticket.pk}))
    assert "No suggestions here" in html
    assert "No suggestions here" in text(signed_in(house.agent).get("/counter"))


# ---------------------------------------------------------------- the counter


def test_the_counter_in_one_tap(house, playbook, signed_in, django_assert_max_num_queries):
    client = signed_in(house.counter)
    with django_assert_max_num_queries(10):
        html = text(client.get("/counter"))
    labelled(html)
    row = Suggestion.objects.get()
    answer = client.post(reverse("counter_done", args=[row.pk]))
    assert (answer.status_code, answer["Location"]) == (303, "/counter")
    kindness = Kindness.objects.get()
    assert kindness.encounter.customer is None
    with django_assert_max_num_queries(10):
        html = text(client.get("/counter"))
    assert kindness.occasion in html
    client.post(reverse("counter_undo", args=[row.pk]))
    assert Kindness.objects.count() == 0


def test_swap_and_not_now_at_the_counter(house, playbook, signed_in):
    client = signed_in(house.counter)
    client.get("/counter")
    row = Suggestion.objects.get()
    client.post(reverse("counter_swap", args=[row.pk]))
    row.refresh_from_db()
    assert row.chosen == row.offered[1]
    client.post(reverse("counter_not_now", args=[row.pk]))
    client.get("/counter")
    assert Suggestion.objects.count() == 2


def test_someone_was_kind_to_me(house, signed_in):
    client = signed_in(house.counter)
    labelled(text(client.get("/counter/kind-to-me")))
    client.post("/counter/kind-to-me", {"words": "Brought us a flask of tea", "name": "Lea"})
    html = text(client.get("/"))
    assert "Brought us a flask of tea" in html
    assert "Lea" in html
