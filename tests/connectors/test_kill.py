"""kill -9 of server and worker under load: nothing acknowledged is lost, each is applied once (short form)."""

import json
import subprocess
import sys

import pytest

from tests import installation
from tests.installation import ROOT

pytestmark = pytest.mark.whole


@pytest.fixture
def empty(tmp_path):
    """An installation without tables: a bench makes its own."""
    made = installation.make(tmp_path / "home")
    yield made
    installation.drop(made)


def test_nothing_acknowledged_is_lost_when_server_and_worker_are_killed(empty, tmp_path):
    """The long form, a hundred kills: `python -m bench kill_inbox`."""
    env = {k: v for k, v in empty.env.items() if not k.startswith("NEONCARD_")}
    out = tmp_path / "kills.json"
    command = [sys.executable, "-m", "bench", "kill_inbox", "--kills", "4", "--rate", "40"]
    done = subprocess.run(
        [*command, "--json", str(out)],
        env=env, cwd=ROOT, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(out.read_text())["summary"]
    assert found["acknowledged"] >= 80
    wrong = ("lost", "messages_twice", "marks_twice", "proposals_twice", "parked", "left_waiting")
    assert {name: found[name] for name in (*wrong, "not_recovered")} == dict.fromkeys(
        (*wrong, "not_recovered"), 0
    )
