"""Three chats set up and joined, and Slack's API where a test asks for it."""

import threading
from http.server import HTTPServer

import pytest

from neoncard.chat import actions
from neoncard.chat.tables import Chat
from neoncard.kit import clock
from tests.chat.recorded import NOW, SECRET, TEAMS, TOKEN, FakeApi


@pytest.fixture
def joined(house, monkeypatch):
    """The three chats set up, three people joined to each, and no way out of the house while a request is answered."""

    def no(*args, **kwargs):
        raise AssertionError("nothing is asked of a chat while it waits for us")

    monkeypatch.setattr("neoncard.kit.outbound.fetch", no)
    secrets = {"slack": SECRET, "mattermost": TOKEN, "teams": TEAMS}
    for kind, secret in secrets.items():
        actions.set_up(by=house.admin, kind=kind, secrets={"signing": secret, "token": "xoxb-1"})
        for ext_id, member in (
            ("U0INES", house.agent),
            ("U0JONAS", house.second),
            ("U0AMIR", house.third),
        ):
            actions.join(member=member, kind=kind, ext_id=ext_id)
    with clock.at(NOW):
        yield house


@pytest.fixture
def api(joined, settings, monkeypatch):

    monkeypatch.undo()
    settings.NEONCARD_ALLOW_PRIVATE = ["127.0.0.0/8"]
    FakeApi.asked, FakeApi.ok = [], True
    server = HTTPServer(("127.0.0.1", 0), FakeApi)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Chat.objects.filter(kind="slack").update(api=f"http://127.0.0.1:{server.server_port}/api")
    yield FakeApi
    server.shutdown()
    server.server_close()
