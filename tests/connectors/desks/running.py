"""Real helpdesks for tests, each in a folder and on a port of its own, on loopback only."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.installation import until

HERE = Path(__file__).parent
DJANGO_HELPDESK = ("django-helpdesk==2.6.1", "django-bootstrap4-form==4.0.2", "packaging")
"""The second and third it needs and does not list."""
RT = "request-tracker5 rt5-db-sqlite rt5-standalone msmtp-mta"
RT_ROOM = Path("/usr/share/request-tracker5/libexec/rt-server")
RT_DATABASE = Path("/var/lib/dbconfig-common/sqlite3/request-tracker5/rtdb")


class Desk:
    """A helpdesk that runs: where, and its API asked as one of its users."""

    def __init__(self, process: subprocess.Popen, url: str, log: Path) -> None:
        self.process, self.url, self.log = process, url, log

    def api(self, path: str, user: str, password: str, what=None):
        """One request; the JSON of the answer."""
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        request = urllib.request.Request(f"{self.url}{path}")
        request.add_header("Authorization", f"Basic {basic}")
        if what is not None:
            request.data = json.dumps(what).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.code} {error.read()[:500]!r}") from None

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _up(port: int, process: subprocess.Popen, log: Path) -> bool:
    assert process.poll() is None, log.read_text()[-2000:]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _python() -> Path:
    """The interpreter of a venv with django-helpdesk in it, made once for this machine."""
    room = Path(tempfile.gettempdir()) / f"neoncard-helpdesk-{os.getuid()}"
    python, whole = room / "bin" / "python", room / "whole"
    if not (whole.exists() and whole.read_text() == repr(DJANGO_HELPDESK)):
        shutil.rmtree(room, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(room)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        made = subprocess.run([*pip, *DJANGO_HELPDESK], capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip("django-helpdesk can't be installed from the package index")
        whole.write_text(repr(DJANGO_HELPDESK))
    return python


def django_helpdesk(home: Path) -> Desk:
    """django-helpdesk with the users root (pw-root-1) and ines (pw-ines-1), and one queue."""
    python, port = str(_python()), free_port()
    site = str(HERE / "site_of_django_helpdesk.py")
    keep = ("PYTHON", "DJANGO_", "NEONCARD_", "DATABASE_")
    env = {k: v for k, v in os.environ.items() if not k.startswith(keep)} | {"DESK_HOME": str(home)}
    for command in (("migrate", "-v0"), ("seed",)):
        subprocess.run([python, site, *command], env=env, check=True, capture_output=True)
    log = home / "desk.log"
    process = subprocess.Popen(
        [python, site, "runserver", "--noreload", f"127.0.0.1:{port}"],
        env=env,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
    until(lambda: _up(port, process, log), 60)
    return Desk(process, f"http://127.0.0.1:{port}", log)


def request_tracker(home: Path) -> Desk:
    """Request Tracker 5 from Debian, with root (password) and rights for whoever works in its queue General."""
    if not (RT_ROOM.exists() and RT_DATABASE.exists()):
        pytest.skip(
            f"Request Tracker is not installed: apt-get install -y --no-install-recommends {RT}"
        )
    port = free_port()
    (home / "d").mkdir()
    shutil.copy(RT_DATABASE, home / "rtdb")
    config = (HERE / "RT_SiteConfig.pm").read_text()
    (home / "c.pm").write_text(config.replace("PORT", str(port)).replace("HOME", str(home)))
    env = {
        **os.environ,
        "RT_SITE_CONFIG": str(home / "c.pm"),
        "RT_SITE_CONFIG_DIR": str(home / "d"),
        "TMPDIR": str(home),
    }
    subprocess.run(["perl", str(HERE / "rights.pl")], env=env, check=True, capture_output=True)
    log = home / "desk.log"
    process = subprocess.Popen(
        [str(RT_ROOM), "--server", "Standalone", "--host", "127.0.0.1", "--port", str(port)],
        env=env,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
    until(lambda: _up(port, process, log), 60)
    return Desk(process, f"http://127.0.0.1:{port}", log)


def mail_to_rt(desk: Desk, mail: bytes) -> None:
    """Hand a mail to its gate, as a mail server does."""
    gate = [
        "rt-mailgate-5",
        "--url",
        f"{desk.url}/",
        "--queue",
        "General",
        "--action",
        "correspond",
    ]
    done = subprocess.run(gate, input=mail, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
