"""Whose is what: on a connector's page ids that belong to nobody are listed and given to people."""

from datetime import timedelta

import pytest
from django.urls import reverse

from neoncard import loop
from neoncard.connectors import actions, frame, queries
from neoncard.connectors.tables import Connector
from neoncard.encounters.tables import Customer, Encounter
from neoncard.kit import clock, mail, signing
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Worker
from neoncard.people.tables import Handle, Stranger
from tests.connectors.hooks import connector, message
from tests.connectors.test_contracts import SETTINGS, load
from tests.connectors.test_pages import bring, text

pytestmark = pytest.mark.django_db


def wrote(n, who, name):
    return message(n, talk=f"T-{n}", author="agent", name=name) | {
        "actor": {"kind": "agent", "id": who, "name": name}
    }


def test_ids_of_nobody_are_listed_and_given_in_one_step(
    house, signed_in, django_assert_max_num_queries
):
    row = connector()
    bring(row, wrote(1, "a1", house.second.name), wrote(2, "a2", "Nobody Here"))
    client = signed_in(house.admin)
    address = reverse("connector", args=[row.pk])
    with django_assert_max_num_queries(10):
        page = text(client.get(address))
    assert ("shown to nobody" in page, f'value="{house.second.email}"' in page) == (True, True)
    one, two = Stranger.objects.order_by("ext_id")
    given = {f"whose-{one.pk}": house.second.email.upper(), f"whose-{two.pk}": "who@where.test"}
    answer = text(client.post(reverse("connector_ids", args=[row.pk]), given, follow=True))
    assert ("1 id is somebody" in answer, "nobody here has the address who@where.test" in answer) == (
        True, True,
    )  # fmt: skip
    assert Handle.objects.get(source=row.source).member == house.second
    assert list(Stranger.objects.all()) == [two]
    assert Encounter.objects.get(ext_id="T-1").agent is None
    Job.objects.update(due_at=clock.now())
    assert Worker(loop.HANDLERS).drain() == 0
    bring(row)
    assert Encounter.objects.get(ext_id="T-1").agent == house.second


def test_no_count_of_anybodys_work_is_on_the_page(house, signed_in):
    row = connector()
    address = reverse("connector", args=[row.pk])
    pages = []
    for n in (1, 3):
        bring(row, *(wrote(one, "a1", "Bo Somebody") for one in range(n)))
        page = text(signed_in(house.admin).get(address))
        pages.append(page[page.index('id="ids"') : page.index('id="settings"')])
    clean = [page.split("csrfmiddlewaretoken")[1].partition(">")[2] for page in pages]
    assert clean[0] == clean[1]


def test_chatwoot_and_zendesk_people_are_found_by_their_address(house):
    address = house.agent.email
    for kind, body in (
        ("chatwoot", {**load("chatwoot", "message_created_agent")}),
        ("zendesk", load("zendesk", "api_incremental_tickets")),
    ):
        row = connector(kind=kind, name=kind, settings=SETTINGS)
        if kind == "chatwoot":
            body["sender"] = {**body["sender"], "email": address}
        else:
            ticket = body["tickets"][0]
            staff = {"id": ticket["assignee_id"], "name": "I", "email": address, "role": "agent"}
            asks = {
                "id": ticket["requester_id"], "email": "M@x.test", "role": "end-user",
                "locale": "de", "suspended": True,
            }  # fmt: skip
            body = {"pulled": ticket, "users": [staff, asks], "comments": []}
        bring(row, body)
        assert Handle.objects.get(source=row.source).member == house.agent
    talk = Encounter.objects.get(source="zendesk")
    assert (talk.lang, "blocked" in talk.tags, talk.agent) == ("de", True, house.agent)
    assert talk.customer.person == signing.person("m@x.test")


def test_a_blocked_contact_of_chatwoot_is_tagged(house):
    body = load("chatwoot", "conversation_status_changed")
    body["meta"]["sender"] |= {"blocked": True, "email": "maren@island.test"}
    bring(connector(kind="chatwoot", name="C", settings=SETTINGS), body)
    assert "blocked" in Encounter.objects.get().tags
    assert Customer.objects.get().person == signing.person("maren@island.test")


def test_secrets_sealed_with_another_key_are_typed_anew_and_the_address_is_new(
    house, signed_in, settings
):
    given = {"url": "https://z.example.org", "email": "a@example.org", "days": 30}
    row = connector(kind="zendesk", settings=given, api_token="t")
    before = queries.hook_url(row)
    settings.NEONCARD_SEAL_KEY = "another"
    client = signed_in(house.admin)
    address = reverse("connector", args=[row.pk])
    assert "sealed with another key" in text(client.get(address))
    assert client.post(address, {"name": "Z", **given, "api_token": ""}).status_code == 422
    client.post(address, {"name": "Z", **given, "api_token": "new", "signing_secret": "s"})
    row = Connector.objects.get()
    kept = queries.secrets_of(row)
    assert (kept["api_token"], kept["signing"], queries.hook_url(row) == before) == (
        "new", ["s"], False,
    )  # fmt: skip
    assert row.token_hash == signing.token_hash(kept["token"])
    for name in ("connector_secret", "connector_test"):
        assert client.post(reverse(name, args=[row.pk]), {"end": "1"}).status_code == 302


def test_the_test_button_survives_whatever_answers(house, signed_in, monkeypatch):
    def test(asking):
        return [].get("x")

    row = connector(kind="zendesk", settings={"url": "https://z.example.org"})
    kind = frame.Kind("zendesk", "Z", "", mapping=list, test=test)
    monkeypatch.setitem(frame.kinds(), "zendesk", kind)
    answer = signed_in(house.admin).post(reverse("connector_test", args=[row.pk]), follow=True)
    assert "is this the address of its API?" in text(answer)


def test_a_survey_by_mail_needs_mail(house, signed_in, settings):
    given = {
        "name": "Mail", "host": "imap.example.org", "port": 993, "security": "tls", "user": "u",
        "password": "p", "folders": "INBOX", "ours": "@x.test", "days": 30, "quiet_days": 3,
        "survey": "on",
    }  # fmt: skip
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    client = signed_in(house.admin)
    address = reverse("connector_add", args=["imap"])
    answer = client.post(address, given)
    assert (answer.status_code, "NEONCARD_MAIL_URL" in text(answer)) == (422, True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert (mail.works(), client.post(address, given).status_code) == (True, 302)


def test_seven_quiet_days_are_not_none_yet(house, signed_in):
    row = connector()
    address = reverse("connector", args=[row.pk])
    assert "none yet" in text(signed_in(house.admin).get(address))
    Connector.objects.update(made_at=clock.now() - timedelta(days=8))
    assert "none in the last 7 days" in text(signed_in(house.admin).get(address))


def test_a_good_pull_does_not_hide_that_webhooks_are_refused(house, signed_in):
    row = connector()
    actions.door_troubled(connector_id=row.pk, why="webhook-signature is missing")
    actions.troubled(connector=row, why="")
    client = signed_in(house.admin)
    said = "Webhooks are refused: webhook-signature is missing"
    assert said in text(client.get(reverse("connector", args=[row.pk])))
    assert "needs you" in text(client.get(reverse("connectors")))
