"""At most ten queries for any page anyone can open, in a company with a month behind it (LOOK, bars)."""

from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from neoncard import demo
from neoncard.encounters.tables import Encounter
from neoncard.kit import clock
from neoncard.thank import actions as thank
from neoncard.web.pages.signin import demo_member
from tests import crawl
from tools.walk import Links

pytestmark = pytest.mark.whole

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
MOST = 10
A_KIND = 3
BOOKKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker):
    """The demo company, built once for this file and taken away after it."""
    with django_db_blocker.unblock():
        with clock.at(NOW):
            demo.build()
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def saltmarsh(company, db):
    """The moment the company was built."""
    with clock.at(NOW):
        yield


def pages(client, starts):
    """Every page reached by GET, a few a route: (address, route, status, the queries of a page)."""
    todo, seen, routes = list(starts), set(), Counter()
    while todo:
        address = todo.pop(0)
        try:
            route = resolve(urlsplit(address).path).view_name
        except Resolver404:
            continue
        if address in seen or routes[route] >= A_KIND or address.startswith(crawl.LEAVE_OUT):
            continue
        seen.add(address)
        routes[route] += 1
        with CaptureQueriesContext(connection) as made:
            answer = client.get(address)
        html = "html" in answer.headers.get("Content-Type", "")
        asked = [one["sql"] for one in made if not one["sql"].startswith(BOOKKEEPING)]
        # A file to take away asks once a table (`/me/export`); the bar is for pages.
        yield address, route, answer.status_code, asked if html else []
        if answer.status_code == 200 and html:
            links = crawl.Links()
            links.feed(answer.content.decode())
            todo += [link for found in links.found if (link := crawl.local(address, found))]


def too_many(found):
    """What is over the bar, with the queries asked more than once, so that a failure says where to look."""
    return {
        address: (len(asked), [sql[:160] for sql, n in Counter(asked).items() if n > 1])
        for address, _route, _status, asked in found
        if len(asked) > MOST
    }


@pytest.mark.parametrize(
    ("who", "least"), [("agent", 30), ("counter", 25), ("lead", 35), ("admin", 40)]
)
def test_a_page_of_the_team_asks_at_most_ten_times(saltmarsh, who, least):
    client = Client()
    client.force_login(demo_member(who))
    found = list(pages(client, crawl.starts()))
    opened = {route for _address, route, status, _asked in found if status == 200}
    broken = {address: status for address, _route, status, _asked in found if status >= 500}
    broken.pop("/healthz", None)  # no worker runs beside a test
    assert broken == {}
    assert len(opened) >= least, sorted(opened)
    assert too_many(found) == {}


def test_a_customers_page_asks_at_most_ten_times(saltmarsh):
    client = Client()
    talk = Encounter.objects.exclude(customer=None).exclude(agent=None).latest("last_at")
    token = thank.make_rating_link(encounter=talk)
    page = thank.open_page(member=demo_member("agent"))
    rating, thanking = f"/r/{token}", f"/thanks/{page.slug}"
    found = list(pages(client, [rating, thanking]))
    hidden = Links(client.get(thanking).content.decode()).hidden
    receipts = [
        client.post(rating, {"score": "5", "words": "Thank you for staying with it."}),
        client.post(thanking, {**hidden, "words": "You found my bag.", "name": "Maren"}),
    ]
    assert [answer.status_code for answer in receipts] == [303, 303]
    found += pages(client, [rating, f"{rating}/mine", *(each["Location"] for each in receipts)])
    assert {status for _address, _route, status, _asked in found} == {200}
    assert too_many(found) == {}
