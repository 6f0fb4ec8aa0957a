"""The disk is full, or PostgreSQL is away: the sender is told to come again, and nothing acknowledged is lost."""

import json
import os
import resource
import signal
import tempfile
import urllib.error
import urllib.request

import pytest

from tests.connectors.desks.running import free_port
from tests.connectors.hooks import SECRET, message, signed
from tests.installation import make, until

pytestmark = pytest.mark.whole
SET_UP = """
import django; django.setup()
from neoncard.people import actions
from tests.connectors.hooks import connector, path
actions.found(name="Test Ferries")
print(path(connector()))
"""
COUNT = """
import django; django.setup()
from neoncard.connectors.tables import Delivery
print(Delivery.objects.count())
"""
POSTGRES = "DATABASE_URL" in os.environ


class Sender:
    """Sends signed deliveries to a served installation and remembers which were acknowledged."""

    def __init__(self, installation, *args):
        self.installation = installation
        done = installation.python("-c", SET_UP)
        assert done.returncode == 0, done.stderr
        port = free_port()
        self.url = f"http://127.0.0.1:{port}{done.stdout.split()[-1]}"
        self.server = installation.serve("--port", str(port), *args)
        self.acked, self.n = 0, 0
        until(lambda: self.send() == 200)

    def send(self, size=100):
        """One more; the status, 0 when nobody answers."""
        self.n += 1
        body = json.dumps(message(self.n, text="x" * size)).encode()
        headers = signed(body, name=f"m{self.n}", secret=SECRET)
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.url, body, headers, method="POST"), timeout=30
            ) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            return 0
        self.acked += status == 200
        return status

    def kept(self):
        done = self.installation.python("-c", COUNT)
        assert done.returncode == 0, done.stderr
        return int(done.stdout.split()[-1])

    def end(self):
        self.server.terminate()
        self.server.wait(30)


if not POSTGRES:

    def test_a_full_disk_is_said_with_503_and_nothing_acknowledged_is_lost(own):
        """A limit on the size of files the server may write stands in for the full disk: SQLite gets the same errors."""
        sender = Sender(own, "--no-worker")
        try:
            most = (own.home / "neoncard.sqlite3-wal").stat().st_size
            free = resource.prlimit(sender.server.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(sender.server.pid, resource.RLIMIT_FSIZE, (most + 100_000, free[1]))
            said = [sender.send(40_000) for _ in range(12)]
            assert said[-1] == 503
            assert set(said) == {200, 503}
            assert sender.kept() == sender.acked
            resource.prlimit(sender.server.pid, resource.RLIMIT_FSIZE, free)
            until(lambda: sender.send() == 200)
            assert sender.kept() == sender.acked
        finally:
            sender.end()


if POSTGRES:

    def test_postgresql_stopped_as_if_the_power_went_and_started(tmp_path, monkeypatch):
        from tests.postgres import Cluster, binaries

        with tempfile.TemporaryDirectory(prefix="nc-pg-", ignore_cleanup_errors=True) as scratch:
            cluster = Cluster(binaries(), scratch, safe=True)
            cluster.start()
            try:
                monkeypatch.setenv("DATABASE_URL", cluster.url)
                installation = make(tmp_path / "home")
                migrated = installation.python("-m", "django", "migrate", "--verbosity=0")
                assert migrated.returncode == 0, migrated.stderr
                sender = Sender(installation)
                try:
                    assert [sender.send() for _ in range(20)] == [200] * 20
                    cluster.stop(how=signal.SIGQUIT)
                    assert {sender.send() for _ in range(3)} == {503}
                    cluster.start()
                    until(lambda: sender.send() == 200, 30)
                    assert sender.kept() == sender.acked
                    until(lambda: _done(installation) == sender.acked, 60)
                finally:
                    sender.end()
            finally:
                cluster.stop(how=signal.SIGINT)


def _done(installation):
    """How many deliveries were taken in, each once."""
    code = COUNT.replace(
        "Delivery.objects.count()", "Delivery.objects.filter(state='done').count()"
    ) + (
        "from neoncard.encounters.tables import Message\n"
        "assert Message.objects.count() >= Delivery.objects.filter(state='done').count()\n"
    )
    done = installation.python("-c", code)
    return int(done.stdout.split()[-1]) if done.returncode == 0 else -1
