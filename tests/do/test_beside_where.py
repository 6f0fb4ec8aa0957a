"""Beside by the address of the ticket's page, and at most so many suggestions a shift."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from neoncard.connectors import sidebar
from neoncard.design import actions as design
from neoncard.do.tables import Suggestion
from neoncard.kit import clock
from neoncard.people import actions as people
from tests import make
from tests.do.test_beside_frame import PARENT, desk, helpdesk, text, ticket

__all__ = ["desk", "ticket"]


# ---------------------------------------------------------------- by the ticket's address


@pytest.mark.parametrize(
    "url",
    [
        f"{PARENT}/app/accounts/1/conversations/5",
        f"{PARENT}/app/accounts/1/inbox/3/conversations/5?x=1#reply",
    ],
)
def test_beside_by_the_address_of_the_tickets_page(house, ticket, signed_in, url):
    assert "Maren Oltmanns" in text(signed_in(house.agent).get("/beside", {"url": url}))


def test_beside_by_an_address_we_only_know_as_it_came(house, signed_in):
    row = make.encounter(house.agent, make.customer())
    row.url = "https://other.example/t?id=77"
    row.save()
    assert "Maren" in text(signed_in(house.agent).get("/beside", {"url": row.url}))


@pytest.mark.parametrize(
    "url", ["https://other.example/conversations/5", "javascript:1", "x" * 900]
)
def test_an_address_nobody_knows_is_said_calmly(house, ticket, signed_in, url):
    answer = signed_in(house.agent).get("/beside", {"url": url})
    assert answer.status_code == 404
    assert "Nothing here for this ticket" in text(answer)
    theirs = f"{PARENT}/app/accounts/1/conversations/5"
    assert signed_in(house.lead).get("/beside", {"url": theirs}).status_code == 404


def test_the_bookmark_sends_the_address_and_nothing_else(house, signed_in):
    html = text(signed_in(house.agent).get("/beside/bookmark"))
    link = re.search(r'href="(javascript:[^"]+)"', html)[1].replace("&#x27;", "'")
    assert "open('http://testserver/beside?url='+encodeURIComponent(location.href)" in link


# ---------------------------------------------------------------- at most so many a shift


def test_at_most_so_many_a_shift_and_one_more_when_asked_for(house, signed_in, settings):
    design.install_starters(house.organisation)
    client = signed_in(house.agent)
    assert house.agent.suggestions_a_shift == 6
    assert client.post("/me/suggestions", {"suggestions-most": "51"}).status_code == 422
    client.post("/me/suggestions", {"suggestions-most": "2"})
    rows = [make.encounter(house.agent, make.customer(), is_open=True) for _ in range(3)]

    def look(row):
        return text(client.get("/beside", {"conversation": row.pk}))

    assert ["act-done" in look(row) for row in rows] == [True, True, False]
    assert ["act-done" in look(row) for row in rows] == [True, True, False]
    html = look(rows[2])
    assert "2 suggestions this shift, as you wanted it" in html
    assert "Maren Oltmanns" in html
    waiting = Suggestion.objects.get(encounter=rows[2])
    assert (waiting.shown_at, waiting.draw > 0) == (None, True)
    client.post(reverse("beside_show", args=[waiting.pk]))
    assert "act-done" in look(rows[2])
    later = clock.now() + timedelta(hours=30)
    with clock.at(later):
        assert "act-done" in look(make.encounter(house.agent, make.customer(), is_open=True))


def test_a_shift_past_midnight_is_one_shift(house, signed_in):
    design.install_starters(house.organisation)
    people.set_suggestions(member=house.agent, most=1)
    start = datetime(2026, 11, 5, 21, tzinfo=UTC)
    people.set_shift(member=house.agent, starts_at=start, ends_at=start + timedelta(hours=8))
    client = signed_in(house.agent)
    shown = []
    for hours in (0, 5, 9):
        with clock.at(start + timedelta(hours=hours)):
            row = make.encounter(house.agent, make.customer(), is_open=True)
            shown.append("act-done" in text(client.get("/beside", {"conversation": row.pk})))
    # Two hours are in one shift; the third is after it, on a calendar day that has had one at five.
    assert shown == [True, False, True]


@pytest.mark.parametrize(
    ("kind", "path", "found"),
    [
        ("zendesk", "/agent/tickets/35436", "35436"),
        ("zammad", "/#ticket/zoom/3", "3"),
        ("django_helpdesk", "/helpdesk/tickets/12/", "12"),
        ("rt", "/Ticket/Display.html?id=14", "14"),
        ("rt", "/Ticket/Modify.html?a=b&id=14#x", "14"),
        ("rt", "/Search/Results.html?id=14", None),
    ],
)
def test_each_helpdesks_addresses_are_read(db, kind, path, found):
    row = helpdesk(kind)
    assert sidebar.ticket_at(PARENT + path) == (found and (row.source, found))
    assert sidebar.ticket_at("https://elsewhere.example" + path) is None


def test_a_page_that_waits_for_its_ticket_looks_again_and_not_for_ever(house, ticket, signed_in):
    client = signed_in(house.agent)
    asked = {"url": "https://other.example/t?id=78"}
    page = text(client.get("/beside", asked))
    assert 'hx-trigger="load delay:10s"' in page
    assert "look=1&quot;" in page or 'look=1"' in page
    again = client.get("/beside", {**asked, "look": "1"})  # htmx takes in no page that is an error
    assert (again.status_code, "look=2" in text(again)) == (200, True)
    last = text(client.get("/beside", {**asked, "look": "60"}))
    assert ("load delay" in last, "Look again" in last, "look=0" in last) == (False, True, True)
    row = make.encounter(house.agent, make.customer())
    row.url = asked["url"]
    row.save()
    assert "Maren" in text(client.get("/beside", {**asked, "look": "2"}))
