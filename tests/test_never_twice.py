"""What may have arrived is not sent again: over a real socket, with a server that takes the words and then says nothing."""

from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from neoncard import loop
from neoncard.connectors import frame
from neoncard.kit import clock, outbound
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Worker
from neoncard.thank.tables import RatingLink
from tests.connectors.hooks import connector
from tests.test_telling import over

pytestmark = pytest.mark.django_db


class Chatwoot(BaseHTTPRequestHandler):
    """Takes a message, and answers as its server's `how` says."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        how = self.server.how
        if how == "late":
            self.server.got.append(body)
            self.server.over.wait(5)
        elif how == "hangs up":
            self.server.got.append(body)
            self.connection.close()
        else:
            status, said = how
            if status < 400 or status >= 500:
                self.server.got.append(body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(said)

    def log_message(self, *args):
        """Nothing."""


@pytest.fixture
def server(settings):
    settings.NEONCARD_ALLOW_PRIVATE = ["127.0.0.0/8"]
    made = ThreadingHTTPServer(("127.0.0.1", 0), Chatwoot)
    made.daemon_threads = True
    made.got, made.how, made.over = [], (200, b"{}"), Event()
    Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield made
    made.over.set()
    made.shutdown()
    made.server_close()


@pytest.fixture
def desk(server, monkeypatch):
    """A desk that hears as a webhook does, and is told as Chatwoot is."""
    kinds = frame.kinds()
    monkeypatch.setitem(kinds, "webhook", replace(kinds["webhook"], tell=kinds["chatwoot"].tell))
    since = (clock.now() - timedelta(days=1)).isoformat()
    settings = {
        "sender": "standard", "survey": True, "survey_since": since, "account": 1,
        "url": f"http://127.0.0.1:{server.server_port}",
    }  # fmt: skip
    return connector(settings=settings, api_token="t")


def work():
    Job.objects.filter(state="waiting").update(due_at=clock.now())
    return Worker(loop.HANDLERS).drain()


@pytest.mark.parametrize("how", ["late", "hangs up", (502, b"{}"), (200, b"<html>"), (302, b"")])
def test_what_may_have_arrived_goes_once_and_its_link_lives(house, desk, server, monkeypatch, how):
    monkeypatch.setattr(outbound, "SECONDS", 0.2)
    server.how = how
    over(desk, house)
    assert work() == 1
    job = Job.objects.get(kind="survey")
    assert (job.state, len(server.got), RatingLink.objects.count()) == ("parked", 1, 1)
    assert job.reason.startswith("it may have arrived, so it is not sent again: ")
    server.how = (200, b"{}")
    Job.objects.update(state="waiting", tries=0)  # an admin presses Retry
    assert (work(), len(server.got), RatingLink.objects.count()) == (0, 1, 1)


@pytest.mark.parametrize("how", [(401, b""), (429, b""), (422, b"{}")])
def test_a_plain_no_is_tried_again(house, desk, server, how):
    server.how = how
    over(desk, house)
    assert (work(), server.got, RatingLink.objects.count()) == (1, [], 0)
    server.how = (200, b"{}")
    assert (work(), len(server.got), RatingLink.objects.count()) == (0, 1, 1)


def test_a_server_that_is_away_is_tried_again(house, desk, server):
    port = server.server_port
    desk.settings["url"] = "http://127.0.0.1:1"
    desk.save()
    over(desk, house)
    assert (work(), RatingLink.objects.count()) == (1, 0)
    desk.settings["url"] = f"http://127.0.0.1:{port}"
    desk.save()
    assert (work(), len(server.got), RatingLink.objects.count()) == (0, 1, 1)


def test_secrets_that_can_not_be_read_cost_no_customer_their_survey(house, desk, server, settings):
    over(desk, house)
    key, settings.NEONCARD_SEAL_KEY = settings.NEONCARD_SEAL_KEY, "another"
    assert (work(), server.got, RatingLink.objects.count()) == (1, [], 0)
    settings.NEONCARD_SEAL_KEY = key
    assert (work(), len(server.got), RatingLink.objects.count()) == (0, 1, 1)


@pytest.mark.parametrize(("how", "sent"), [("late", True), (None, False)])
def test_an_error_says_whether_the_request_had_gone_out(server, monkeypatch, how, sent):
    monkeypatch.setattr(outbound, "SECONDS", 0.2)
    server.how = how
    port = server.server_port if how else 1
    with pytest.raises(outbound.OutboundError) as error:
        outbound.fetch("POST", f"http://127.0.0.1:{port}/", json={})
    assert error.value.sent is sent
