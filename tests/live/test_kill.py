"""Kill -9 under load, the short form: `python -m bench kill_board` does it twenty times."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.installation import ROOT, make
from tests.installation import drop as dropped

pytestmark = pytest.mark.whole


def test_no_acknowledged_edit_is_lost_or_written_twice(tmp_path):
    own = make(tmp_path / "home")
    out = tmp_path / "kill.json"
    env = {**os.environ, "PYTHONPATH": "src"}
    if own.database:
        env["DATABASE_URL"] = own.env["DATABASE_URL"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench", "kill_board", "--kills=2", "--people=6", f"--json={out}"],
            cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=170,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    finally:
        dropped(own)
    found = json.loads(out.read_text())
    assert found["acknowledged"] >= 2 * 3 * 6
    assert [found[name] for name in ("lost", "twice", "out_of_order", "gaps_seen", "refused")] == [0] * 5  # fmt: skip
    assert found["servers"] == (2 if own.database else 1)
