"""/settings/connectors as an admin meets it."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from neoncard import loop
from neoncard.connectors import actions, frame, pulling, queries
from neoncard.connectors.tables import Connector, Delivery
from neoncard.encounters.tables import Customer, Encounter, Message
from neoncard.kit import clock
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Worker
from tests.connectors.hooks import SECRET, connector, message

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def work():
    return Worker(loop.HANDLERS).drain()


def bring(row, *payloads):
    rows = [
        actions.raw(row.pk, f"k{n}", "webhook", json.dumps(payload).encode())
        for n, payload in enumerate(payloads)
    ]
    actions.keep(rows)
    from threading import Event

    from neoncard.connectors.intake import Intake

    return Intake(loop.heard_news, Event()).drain()


def test_a_webhook_is_set_up_in_one_form_and_its_secret_is_sealed(house, signed_in):
    client = signed_in(house.admin)
    assert "Connect your helpdesk" in text(client.get("/settings/connectors"))
    given = {"name": "Desk", "sender": "standard", "signing_secret": ""}
    answer = client.post(reverse("connector_add", args=["webhook"]), given, follow=True)
    row = Connector.objects.get()
    kept = queries.secrets_of(row)
    assert kept["signing"][0].startswith("whsec_")
    for secret in (kept["token"], kept["signing"][0]):
        assert secret in text(answer)
        assert secret not in row.sealed + json.dumps(row.settings)
    assert row.settings == {"sender": "standard", "zone": "Europe/Berlin", "month_first": False}


def test_what_is_typed_wrongly_is_named(house, signed_in):
    client = signed_in(house.admin)
    given = {"name": "Desk", "sender": "standard", "signing_secret": "no base64!"}
    answer = client.post(reverse("connector_add", args=["webhook"]), given)
    assert (answer.status_code, "is no base64" in text(answer)) == (422, True)
    answer = client.post(
        reverse("connector_add", args=["zendesk"]), {"name": "Z", "url": "nowhere"}
    )
    assert answer.status_code == 422
    assert client.get(reverse("connector_add", args=["pigeon"])).status_code == 404
    assert Connector.objects.count() == 0


def test_an_api_token_is_kept_sealed_never_shown_and_kept_when_left_empty(house, signed_in):
    client = signed_in(house.admin)
    given = {
        "name": "Zendesk", "url": "https://ferries.zendesk.com", "email": "a@example.org",
        "api_token": "tok-123456", "days": "30", "signing_secret": "",
    }  # fmt: skip
    client.post(reverse("connector_add", args=["zendesk"]), given)
    row = Connector.objects.get()
    page = text(client.get(reverse("connector", args=[row.pk])))
    assert ("tok-123456" in page, "There is no signing secret yet" in page) == (False, True)
    client.post(reverse("connector", args=[row.pk]), {**given, "api_token": "", "days": "7"})
    row.refresh_from_db()
    assert (queries.secrets_of(row)["api_token"], row.settings["days"]) == ("tok-123456", 7)
    assert pulling.asking(row).settings["api_token"] == "tok-123456"


def test_nothing_goes_back_until_it_is_ticked_and_then_from_that_moment_on(house, signed_in):
    client = signed_in(house.admin)
    settings = {"url": "https://f.zendesk.com", "email": "a@example.org", "days": 30}
    row = connector(kind="zendesk", settings=settings, api_token="t")
    address = reverse("connector", args=[row.pk])
    page = text(client.get(address))
    assert ("A private note on the ticket" in page, "A survey to the customer" in page) == (
        True,
        True,
    )
    before = clock.now()
    client.post(address, {"name": "Z", **settings, "api_token": "", "survey": "on"})
    row.refresh_from_db()
    assert (row.settings["survey"], row.settings["write_back"]) == (True, False)
    assert row.settings["survey_since"] >= before.isoformat()
    assert "A survey" not in text(client.get(reverse("connector_add", args=["webhook"])))


def test_a_secret_is_rotated_and_the_old_one_taken_back(house, signed_in):
    client = signed_in(house.admin)
    row = connector()
    client.post(reverse("connector_secret", args=[row.pk]))
    row.refresh_from_db()
    assert queries.secrets_of(row)["signing"][1] == SECRET
    client.post(reverse("connector_secret", args=[row.pk]), {"end": "1"})
    row.refresh_from_db()
    assert SECRET not in queries.secrets_of(row)["signing"]


def test_the_test_button_says_exactly_what_is_wrong(house, signed_in, monkeypatch):
    settings = {"url": "http://127.0.0.1:1", "email": "a@b.c", "days": 30}
    row = connector(kind="zendesk", settings=settings, api_token="t")
    answer = signed_in(house.admin).post(reverse("connector_test", args=[row.pk]), follow=True)
    assert "It does not work yet. 127.0.0.1: it lies in a private network" in text(answer)
    folder = connector(kind="folder", name="Files", settings={})
    answer = signed_in(house.admin).post(reverse("connector_test", args=[folder.pk]), follow=True)
    assert "drop/files: 0 files" in text(answer)


def test_live_state_progress_and_an_estimate(house, signed_in, django_assert_max_num_queries):
    client = signed_in(house.admin)
    row = connector(kind="zendesk", settings={"url": "https://z.example.org"})
    bring(row, {"type": "zen:event-type:ticket.created"})
    pulling.ask(row)
    Job.objects.update(
        progress={"done": 25, "total": 100}, made_at=clock.now() - timedelta(seconds=30)
    )
    with django_assert_max_num_queries(10):
        page = text(client.get(reverse("connector", args=[row.pk])))
    for words in (
        "25 in 100",
        "about 2 minutes to go",
        "not understood",
        "Test the connection",
        "Pull now",
    ):
        assert words in page
    status = text(client.get("/status"))
    assert "detail: is missing" in status
    parked = Delivery.objects.get()
    client.post(reverse("delivery_retry", args=[parked.pk]))
    parked.refresh_from_db()
    assert parked.state == "waiting"


def test_a_pull_that_fails_says_so_and_is_tried_again(house, monkeypatch):
    row = connector(
        kind="zendesk", settings={"url": "http://127.0.0.1:1", "days": 1}, api_token="t"
    )
    assert pulling.plan() == "1 to pull"
    assert pulling.plan() == "0 to pull"
    assert work() == 1
    row.refresh_from_db()
    assert "private network" in row.trouble
    job = Job.objects.get()
    assert (job.state, job.tries) == ("waiting", 1)
    monkeypatch.setitem(
        frame.kinds(),
        "zendesk",
        frame.Kind("zendesk", "Z", "", mapping=list, pull=lambda c, a: iter([])),
    )
    Job.objects.update(due_at=clock.now())
    assert work() == 0
    row.refresh_from_db()
    assert row.trouble == ""


def test_pausing_refuses_and_going_on_pulls(house, signed_in):
    client = signed_in(house.admin)
    row = connector(kind="folder", settings={})
    client.post(reverse("connector_pause", args=[row.pk]))
    assert pulling.plan() == "0 to pull"
    client.post(reverse("connector_pause", args=[row.pk]))
    assert Job.objects.get().kind == "pull"


def test_a_mapping_is_previewed_then_saved_then_used(house, signed_in):
    client = signed_in(house.admin)
    row = connector()
    theirs = {
        "ticket": {"no": 7, "comments": [{"nr": 1, "words": "Thank you.", "by": "End-User"}]},
        "when": "2026-05-01T09:00:00Z",
    }
    address = reverse("connector_mapping", args=[row.pk])
    paths = {
        "conversation": "ticket.no", "message": "ticket.comments.0.nr", "at": "when",
        "text": "ticket.comments.0.words", "author": "ticket.comments.0.by",
        "customer_words": "customer, end-user",
    }  # fmt: skip
    form = client.get(address).context["form"]
    given = {name: field.initial or "" for name, field in form.fields.items()}
    answer = client.post(address, {**given, "payload": json.dumps(theirs)})
    assert "no conversation’s id" in text(answer) or "no conversation&#x27;s id" in text(answer)
    answer = client.post(address, {**given, **paths, "payload": json.dumps(theirs)})
    assert "message.customer" in text(answer)
    assert "Thank you." in text(answer)
    row.refresh_from_db()
    assert "mapping" not in row.settings
    assert client.post(address, {**given, "payload": "{"}).status_code == 422
    client.post(address, {**given, **paths, "payload": "", "save": "1"})
    bring(row, theirs)
    assert Message.objects.get().text == "Thank you."


@pytest.mark.parametrize("data", [False, True])
def test_removing_with_or_without_its_data(house, signed_in, data):
    row, other = connector(), connector(name="Other")
    bring(row, message(1, text="Thank you so much Ines"))
    bring(other, message(1, text="Thank you"))
    address = reverse("connector_remove", args=[row.pk])
    signed_in(house.admin).post(address, {"data": "1"} if data else {})
    row.refresh_from_db()
    assert row.paused
    assert work() == 0
    assert list(Connector.objects.all()) == [other]
    kept = set(Encounter.objects.values_list("source", flat=True))
    assert kept == ({"other"} if data else {"desk", "other"})
    assert Customer.objects.filter(source="desk").count() == (0 if data else 1)


def test_erasing_a_customer_erases_what_came_in_raw(house):
    row = connector()
    bring(row, message(1, text="Erase me"), message(2, talk="T-2", author="agent"))
    assert loop.erase_customer("desk", "customer-1") is not None
    bodies = b"".join(bytes(one.body) for one in Delivery.objects.all())
    assert (b"Erase me" in bodies, b"T-2" in bodies) == (False, True)


def test_hearing_again_is_work_for_the_worker(house, signed_in):
    row = connector()
    bring(row, message(1))
    signed_in(house.admin).post(reverse("connector_again", args=[row.pk]))
    assert work() == 0
    assert Delivery.objects.get().state == "waiting"


@pytest.mark.parametrize("kind", sorted(frame.kinds()))
def test_what_a_kind_can_do_has_its_button(house, signed_in, kind):
    row = connector(kind=kind, settings={"url": "https://help.example.org", "account": 1})
    page = signed_in(house.admin).get(reverse("connector", args=[row.pk])).content.decode()
    one = frame.kinds()[kind]
    assert ("Test the connection" in page) == (one.test is not None)
    assert ("Pull now" in page, "last pull" in page) == (one.pull is not None,) * 2
