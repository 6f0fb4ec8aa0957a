"""Beside the ticket in another page: who may show it, who is recognised in it, and that nothing else opens."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from neoncard.connectors import actions as connectors
from neoncard.connectors import sidebar
from neoncard.design import actions as design
from neoncard.do.tables import Suggestion
from neoncard.kindness.tables import Kindness
from neoncard.people import actions as people
from neoncard.web import framed
from tests import make
from tests.crawl import names
from tests.samples import samples

PARENT = "https://help.example.org"
HTMX = {"HTTP_HX_REQUEST": "true"}
OURS = {"HTTP_ORIGIN": "http://testserver"}


def helpdesk(kind="chatwoot", parents=PARENT, **more):
    settings = {"url": PARENT, "account": 1, "frame_parents": parents, **more}
    return connectors.add(by="test", kind=kind, name="Desk", settings=settings, secrets={})


@pytest.fixture
def desk(db):
    return helpdesk()


@pytest.fixture
def ticket(house, desk):
    design.install_starters(house.organisation)
    row = make.encounter(house.agent, make.customer(), is_open=True)
    row.source, row.ext_id, row.url = desk.source, "5", f"{PARENT}/app/accounts/1/conversations/5"
    row.save()
    return row


def sign_in(client, page):
    """What the two scripts do: the window's code, traded by the frame, whose browser has no other cookie."""
    code = re.search(r'data-code="([^"]+)"', page.get("/beside/come-in").content.decode())[1]
    return client.post("/beside/enter", {"code": code}, **OURS), code


@pytest.fixture
def frame(house, signed_in):
    """A client as a frame is one: its own cookie and no session's."""
    client = Client(enforce_csrf_checks=True)
    answer, _code = sign_in(client, signed_in(house.agent))
    assert answer.status_code == 204
    assert set(client.cookies) == {framed.COOKIE}
    return client


def text(response):
    return response.content.decode()


def token(html):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]


# ---------------------------------------------------------------- who may show it


def test_only_the_frame_may_be_shown_and_only_by_the_connectors_own_helpdesk(desk):
    answer = Client().get(reverse("beside_frame", args=[desk.pk]))
    assert f"frame-ancestors {PARENT};" in answer["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in answer
    assert "no-store" in answer["Cache-Control"]


def test_every_other_page_refuses_a_frame(house, frame, ticket, signed_in):
    for client in (frame, signed_in(house.admin), Client()):
        for name in names():
            try:
                address = reverse(name)
            except NoReverseMatch:
                continue
            answer = client.get(address)
            if answer.status_code == 200:
                assert answer.headers["X-Frame-Options"] == "DENY", name
                assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], name


@pytest.mark.parametrize("kind", ["folder", "zammad"])
def test_a_connector_without_a_sidebar_has_no_frame(db, kind):
    row = helpdesk(kind)
    assert Client().get(reverse("beside_frame", args=[row.pk])).status_code == 404


def test_a_connector_that_names_nobody_has_no_frame(db):
    row = helpdesk(parents="")
    for name in ("beside_frame", "beside_about"):
        assert Client().get(reverse(name, args=[row.pk])).status_code == 404


def test_parents_are_plain_https_origins():
    assert sidebar.parents("") == []
    typed = "https://A.example, https://b.example:8443/\nhttps://a.example"
    assert sidebar.parents(typed) == ["https://a.example", "https://b.example:8443"]


@pytest.mark.parametrize(
    "typed",
    [
        "http://a.example", "*", "https://*.zendesk.com", "https://a.example/app", "a.example",
        "https://a.example;script-src", "'self'", "https:", "https://a..example",
    ],
)  # fmt: skip
def test_what_is_no_plain_origin_is_refused_with_the_one_that_is_not(typed):
    with pytest.raises(ValueError, match=r"^frame_parents: .*https address"):
        sidebar.parents(f"https://ok.example {typed}")


def test_who_may_show_it_is_said_on_the_connectors_page(house, desk, signed_in):
    admin = signed_in(house.admin)
    address = reverse("connector", args=[desk.pk])
    form = {"name": "Desk", "url": PARENT, "account": 1, "days": 30, "frame_parents": "*"}
    answer = admin.post(address, form)
    assert answer.status_code == 422
    assert "is no plain https address" in text(answer)
    admin.post(address, {**form, "frame_parents": "https://chat.example.org"})
    header = Client().get(reverse("beside_frame", args=[desk.pk]))["Content-Security-Policy"]
    assert "frame-ancestors https://chat.example.org" in header


def test_what_to_paste_where_stands_on_the_connectors_page(house, signed_in, settings):
    settings.NEONCARD_URL = "https://kind.example.org"
    for kind, said in (("chatwoot", "Dashboard apps"), ("zendesk", "manifest.json")):
        row = helpdesk(kind)
        html = text(signed_in(house.admin).get(reverse("connector", args=[row.pk])))
        assert said in html
        assert f"https://kind.example.org/beside/frame/{row.pk}" in html
        assert f"{PARENT} may show it in a frame" in html


# ---------------------------------------------------------------- who is recognised in it


def test_a_stranger_in_the_frame_is_asked_to_sign_in(desk, ticket):
    for address in ("beside_frame", "beside_about"):
        html = text(Client().get(reverse(address, args=[desk.pk]), {"conversation": "5"}))
        assert "data-signs-in" in html
        assert "Maren" not in html


def test_the_framed_cookie_is_narrow(frame):
    morsel = frame.cookies[framed.COOKIE]
    said = {name: morsel[name] for name in ("secure", "httponly", "samesite", "path", "domain")}
    assert said == {
        "secure": True, "httponly": True, "samesite": "None", "path": "/", "domain": "",
    }  # fmt: skip
    assert morsel["partitioned"] is True


def test_the_framed_cookie_opens_beside_and_nothing_else(house, frame, ticket):
    """Every address of ours, with the framed cookie and with none: the same, but for those under /beside."""
    differs = set()
    for name in sorted(names()):
        with transaction.atomic():
            given = samples(name, house)
            given.pop("?", "")
            address = reverse(name, kwargs=given)
            seen = [client.get(address) for client in (frame, Client())]
            transaction.set_rollback(True)
        here, there = ((one.status_code, one.headers.get("Location", "")) for one in seen)
        if here != there:
            differs.add(name)
        if not address.startswith("/beside"):
            assert here == there, name
    assert differs == {
        "beside", "beside_bookmark", "beside_come_in", "beside_cover", "beside_done", "beside_not_now",
        "beside_show", "beside_swap", "beside_undo",
    }  # fmt: skip
    assert frame.get("/beside/come-in").status_code == 404


def test_a_code_is_good_once_for_a_minute_and_from_our_own_pages(house, signed_in):
    page = signed_in(house.agent)
    client = Client()
    answer, code = sign_in(client, page)
    assert answer.status_code == 204
    assert Client().post("/beside/enter", {"code": code}, **OURS).status_code == 403
    code = re.search(r'data-code="([^"]+)"', text(page.get("/beside/come-in")))[1]
    for origin in ({}, {"HTTP_ORIGIN": PARENT}, {"HTTP_ORIGIN": "null"}):
        assert Client().post("/beside/enter", {"code": code}, **origin).status_code == 403
    assert Client().post("/beside/enter", {"code": code + "x"}, **OURS).status_code == 403
    cookie = client.cookies[framed.COOKIE].value
    assert Client().post("/beside/enter", {"code": cookie}, **OURS).status_code == 403


def test_a_code_is_over_after_a_minute(house, signed_in, monkeypatch):
    from django.core import signing

    page = signed_in(house.agent)
    code = re.search(r'data-code="([^"]+)"', text(page.get("/beside/come-in")))[1]
    later = signing.time.time() + 61
    monkeypatch.setattr(signing.time, "time", lambda: later)
    assert Client().post("/beside/enter", {"code": code}, **OURS).status_code == 403


@pytest.mark.parametrize("how", ["signed out", "new password", "left", "forged", "code as cookie"])
def test_the_framed_cookie_ends_with_the_session_it_was_made_from(house, ticket, signed_in, how):
    page, client = signed_in(house.agent), Client()
    _answer, code = sign_in(client, page)
    assert client.get("/beside").status_code == 200
    if how == "signed out":
        page.post("/signout/")
    elif how == "new password":
        people.new_password(by="test", member=house.agent)
    elif how == "left":
        people.deactivate(by="test", member=house.agent)
    elif how == "forged":
        client.cookies[framed.COOKIE] = client.cookies[framed.COOKIE].value[:-1] + "_"
    else:
        client.cookies[framed.COOKIE] = code
    answer = client.get("/beside")
    assert (answer.status_code, answer["Location"]) == (302, "/signin/?next=/beside")
    assert client.post("/beside/1/done", **HTMX).status_code == 401


def test_the_sign_in_window_keeps_its_opener_and_no_other_page_does(house, client, signed_in):
    came = client.get("/beside/come-in")
    assert (came.status_code, came["Location"]) == (302, "/signin/?next=/beside/come-in")
    member = signed_in(house.agent)
    on_the_way = [
        client.get(came["Location"]),
        client.get("/signin/code/"),
        client.post("/signin/"),
    ]
    for answer in (came, *on_the_way, member.get("/beside/come-in")):
        assert answer["Cross-Origin-Opener-Policy"] == "unsafe-none"
    for answer in (
        Client().get("/signin/?next=/beside/come-in"),
        client.get("/"),
        member.get("/beside"),
    ):
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert framed.WINDOW not in member.cookies


# ---------------------------------------------------------------- what happens in it


def test_taps_in_the_frame_and_back(frame, desk, ticket, django_assert_max_num_queries):
    address = reverse("beside_about", args=[desk.pk])
    where = {**HTMX, "HTTP_HX_CURRENT_URL": f"http://testserver/beside/frame/{desk.pk}"}
    with django_assert_max_num_queries(10):
        html = text(frame.get(address, {"conversation": "5"}, **where))
    assert "Maren Oltmanns" in html
    assert html.count('target="_blank"') >= 3
    row = Suggestion.objects.get()
    data = {"csrfmiddlewaretoken": token(html)}
    for name, done in (("done", 1), ("undo", 0), ("swap", 0), ("not_now", 0)):
        answer = frame.post(reverse(f"beside_{name}", args=[row.pk]), data, **where, **OURS)
        assert answer.status_code == 200
        assert Kindness.objects.count() == done
    asked = frame.post(reverse("beside_cover", args=[ticket.pk]), data, **where, **OURS)
    assert "The leads see it now" in asked["HX-Trigger"]
    assert set(frame.cookies) == {framed.COOKIE}


def test_nobody_taps_from_outside_the_frame(frame, desk, ticket):
    """The framed cookie goes along with a helpdesk's own requests: so the token and our Origin are needed too."""
    html = text(frame.get(reverse("beside_about", args=[desk.pk]), {"conversation": "5"}))
    address = reverse("beside_done", args=[Suggestion.objects.get().pk])
    data = {"csrfmiddlewaretoken": token(html)}
    assert frame.post(address, data, HTTP_ORIGIN=PARENT).status_code == 403
    assert frame.post(address, data, HTTP_ORIGIN="null").status_code == 403
    assert frame.post(address, {}, **OURS).status_code == 403
    assert frame.post(address, {"csrfmiddlewaretoken": "a" * 64}, **OURS).status_code == 403
    assert Kindness.objects.count() == 0
    assert frame.post(address, data, **OURS).status_code == 303


@pytest.mark.parametrize("conversation", ["6", "nothing", "٥", "5' or 1=1", "5" * 400])
def test_an_unknown_ticket_and_somebody_elses_are_said_alike(house, frame, desk, conversation):
    other = make.encounter(house.second, make.customer("Not Yours"))
    other.source, other.ext_id = desk.source, "6"
    other.save()
    answer = frame.get(reverse("beside_about", args=[desk.pk]), {"conversation": conversation})
    assert answer.status_code == 200
    assert "Nothing here for this ticket" in text(answer)
    assert "Not Yours" not in text(answer)


def test_before_a_ticket_is_open_it_waits(frame, desk):
    for conversation in ({}, {"conversation": " "}):
        html = text(frame.get(reverse("beside_about", args=[desk.pk]), conversation))
        assert "Open a conversation, and what belongs to it stands here." in html


def test_it_needs_no_helpdesk(frame, desk, ticket, monkeypatch):
    from neoncard.kit import outbound

    def down(*args, **kwargs):
        raise AssertionError("the helpdesk was asked")

    monkeypatch.setattr(outbound.Outbound, "fetch", down)
    html = text(frame.get(reverse("beside_about", args=[desk.pk]), {"conversation": "5"}))
    assert "Maren Oltmanns" in html


def test_the_frame_weighs_at_most_40_kb(frame, desk, ticket):
    """Everything a first look loads, compressed: the frame, what stands in it, styles and scripts; it loads no font."""
    pages = [
        text(frame.get(reverse("beside_frame", args=[desk.pk]))),
        text(frame.get(reverse("beside_about", args=[desk.pk]), {"conversation": "5"}, **HTMX)),
    ]
    parts = set(re.findall(r'(?:href|src)="/static/([^"]+)"', pages[0]))
    assert [part for part in parts if part.endswith("woff2")] == []
    assert "neoncard/frame.js" in parts
    sizes = [len(gzip.compress(page.encode(), 6)) for page in pages]
    sizes += [len(gzip.compress(Path(finders.find(part)).read_bytes(), 6)) for part in parts]
    print(f"the frame: {sum(sizes)} bytes")
    assert sum(sizes) <= 40_000


def test_a_frame_that_waits_for_its_ticket_looks_again_and_not_for_ever(house, frame, desk, ticket):
    address = reverse("beside_about", args=[desk.pk])
    page = frame.get(address, {"conversation": "77"}, **HTMX).content.decode()
    assert ("load delay:10s" in page, "conversation=77&amp;look=1" in page) == (True, True)
    last = frame.get(address, {"conversation": "77", "look": "60"}, **HTMX).content.decode()
    assert ("load delay" in last, "Look again" in last) == (False, True)
    come = frame.get(address, {"conversation": ticket.ext_id, "look": "3"}, **HTMX)
    assert "load delay" not in come.content.decode()
