"""The board's pages: the board without a script, guests by link, history, holding a workshop."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from neoncard.design import actions as design
from neoncard.design.board import actions, queries
from neoncard.design.board.tables import BoardOp, Guest, GuestLink
from neoncard.design.tables import Idea, Journey
from neoncard.kit import clock


@pytest.fixture
def journey(house):
    row = design.begin_journey(by=house.agent, title="The last ferry")
    step = design.add_step(by=house.agent, journey=row, title="Calls us")
    design.add_idea(by=house.second, journey=row, text="Ring back", after=step)
    return row


def text(response):
    return response.content.decode()


def start(html):
    found = re.search(r'<script id="board-start" type="application/json">(.*?)</script>', html)
    return json.loads(found[1])


def test_every_page_makes_at_most_ten_queries(
    house, journey, signed_in, django_assert_max_num_queries
):
    actions.make_link(by=house.agent, journey=journey)
    client = signed_in(house.agent)
    for name in ("board", "journey_guests", "journey_history", "journey"):
        with django_assert_max_num_queries(10):
            html = text(client.get(reverse(name, args=[journey.pk])))
        assert html.count("<h1") == 1, name
        assert len(html) < 60_000


def test_the_board_begins_with_who_one_is_and_shows_lists_without_a_script(
    house, journey, signed_in
):
    html = text(signed_in(house.agent).get(reverse("board", args=[journey.pk])))
    found = start(html)
    assert found["you"] == {"actor": f"m{house.agent.pk}", "name": "Ines", "role": "facilitator"}
    assert found["socket"] == f"/live/journeys/{journey.pk}"
    assert "Calls us" in html
    html = text(signed_in(house.third).get(reverse("board", args=[journey.pk])))
    assert start(html)["you"]["role"] == "member"


def test_a_hidden_idea_is_on_nobody_elses_page(house, journey, signed_in):
    Idea.objects.update(hidden=True)
    for member, there in ((house.second, True), (house.agent, False), (house.lead, False)):
        html = text(signed_in(member).get(reverse("board", args=[journey.pk])))
        assert ("Ring back" in html) is there


def test_a_guest_comes_by_link_with_a_name_and_sees_this_board_alone(house, journey, signed_in):
    client = signed_in(house.agent)
    page = reverse("journey_guests", args=[journey.pk])
    html = text(client.post(page, {"days": "7"}))
    address = re.search(r"<code>http://testserver(/board/[^<]+)</code>", html)[1]
    assert address not in text(client.get(page))
    guest = Client()
    assert "How shall the others call you?" in text(guest.get(address))
    assert 'aria-invalid="true"' in text(guest.post(address, {"name": " "}))
    answer = guest.post(address, {"name": "Ada"})
    cookies = answer.cookies
    assert answer.status_code == 302
    assert {(name, cookies[name]["path"]) for name in cookies if "guest" in name} == {
        ("neoncard-guest", f"/live/journeys/{journey.pk}"),
        ("neoncard-guest-page", address),
    }
    assert all(
        cookies[name]["httponly"] and cookies[name]["samesite"] == "Lax"
        for name in cookies
        if "guest" in name
    )
    html = text(guest.get(address))
    assert start(html)["you"] == {
        "actor": f"g{Guest.objects.get().pk}", "name": "Ada", "role": "guest",
    }  # fmt: skip
    assert "Calls us" in html
    assert f'href="{reverse("journey", args=[journey.pk])}' not in html
    assert guest.get(reverse("board", args=[journey.pk])).status_code == 302
    assert "Ada" in text(client.get(page))
    client.post(page, {"withdraw": GuestLink.objects.get().pk})
    assert guest.get(address).status_code == 404
    assert client.post(page, {"withdraw": "99"}).status_code == 404


def test_a_link_ends(house, journey):
    token = actions.make_link(by=house.agent, journey=journey)
    with clock.at(clock.now() + timedelta(days=2)):
        assert Client().get(reverse("guest_board", args=[token])).status_code == 404
    assert Client().get(reverse("guest_board", args=["no-such-link"])).status_code == 404
    with pytest.raises(ValueError, match=r"^days:"):
        actions.make_link(by=house.agent, journey=journey, days=31)


def test_guests_are_forgotten_a_month_after_their_link(house, journey):
    actions.make_link(by=house.agent, journey=journey)
    link = GuestLink.objects.get()
    guest = actions.join(link=link, name="Ada")
    state = queries.load(journey.pk)
    op = {"op": "add_idea", "card": {"id": "idea-ada", "text": "A sign"}, "step": None, "after": None}  # fmt: skip
    who = actions.Who(f"g{guest.pk}", "guest")
    actions.write(state, [actions.Asked("op-of-ada", op, who)])
    assert Idea.objects.get(key="idea-ada").guest == guest
    with clock.at(link.expires_at + timedelta(days=29)):
        assert actions.forget_guests() == "0 guests"
    with clock.at(link.expires_at + timedelta(days=31)):
        assert actions.forget_guests() == "1 guests"
    assert (Guest.objects.count(), Idea.objects.get(key="idea-ada").guest) == (0, None)
    assert BoardOp.objects.get(op_id="op-of-ada").guest is None


def test_who_changed_what_is_told_without_votes_and_hidden_words(house, journey, signed_in):
    step = journey.steps.get()
    design.edit_step(by=house.agent, step=step, title="Rings us")
    op = {"op": "add_idea", "card": {"id": "idea-new", "text": "A secret"}, "step": None, "after": None}  # fmt: skip
    steps = [{"op": "phase", "to": "ideas"}]
    actions.act(by=house.lead, journey=journey, ops=steps)
    actions.act(by=house.second, journey=journey, ops=[op])
    page = reverse("journey_history", args=[journey.pk])
    html = text(signed_in(house.agent).get(page))
    assert "Jonas laid a neon card" in html
    assert "Rings us" in html
    assert "before: “Calls us”" in html
    assert "A secret" not in html
    assert "A secret" in text(signed_in(house.second).get(page))
    actions.act(by=house.lead, journey=journey, ops=[{"op": "phase", "to": "vote"}])
    actions.act(by=house.agent, journey=journey, ops=[{"op": "vote", "idea": "idea-new"}])
    assert queries.history(journey)[0]["done"].did == "phase"
    many = [{"op": "lock", "on": bool(n % 2)} for n in range(60)]
    actions.act(by=house.lead, journey=journey, ops=many)
    html = text(signed_in(house.agent).get(page))
    further = re.search(r'href="(\?before=\d+)"', html)[1]
    assert "Rings us" in text(signed_in(house.agent).get(page + further))


def test_a_workshop_is_held_from_the_journeys_page(house, journey, signed_in):
    client = signed_in(house.third)
    page = reverse("journey", args=[journey.pk])
    assert "Hold a workshop" in text(client.get(page))
    answer = client.post(reverse("journey_workshop", args=[journey.pk]))
    assert answer["Location"] == reverse("board", args=[journey.pk])
    assert Journey.objects.get().phase == "talk"
    assert "A workshop is on" in text(client.get(page))
    other = signed_in(house.counter)
    answer = other.post(reverse("journey_workshop", args=[journey.pk]), follow=True)
    assert "Somebody else is holding a workshop here." in text(answer)


def test_while_people_vote_the_page_of_lists_says_why_nothing_moves(house, journey, signed_in):
    actions.act(by=house.lead, journey=journey, ops=[{"op": "phase", "to": "vote"}])
    client, step, idea = signed_in(house.second), journey.steps.get(), journey.ideas.get()
    for name, pk in (("step_move", step.pk), ("step_delete", step.pk), ("journey_idea_move", idea.pk), ("journey_idea_delete", idea.pk)):  # fmt: skip
        answer = client.post(reverse(name, args=[pk]), {"to": "later"}, follow=True)
        assert "Cards rest while we vote." in text(answer)
    answer = client.post(reverse("step_edit", args=[step.pk]), {"title": "Another"})
    assert "Cards rest while we vote." in text(answer)
