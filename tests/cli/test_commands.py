"""The command as a person or a script meets it: in a process of its own."""

import json
import socket

import pytest

from neoncard.kit import health
from tests.installation import drop, make

pytestmark = pytest.mark.whole


def test_a_new_installation_from_nothing(tmp_path):
    new = make(tmp_path / "new")
    done = new.run("init", "--no-input", "--company", "Harbour Lines", "--email", "ada@example.org")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Harbour Lines is set up. Sign in as ada@example.org."
    assert lines[1].startswith("Password, shown this once: ")
    assert (new.home / "keys.json").stat().st_mode & 0o777 == 0o600
    again = new.run("init", "--no-input", "--company", "Other")
    drop(new)
    assert again.stdout == "Harbour Lines is set up; 0 changes made to the database.\n"


def test_init_asks_and_takes_a_good_password_only(own):
    answers = "Harbour Lines\nEurope/Berlin\nada@example.org\nAda\nshort\nshort\n"
    answers += "a long enough one\n" * 2
    done = own.run("init", input=answers)
    assert done.returncode == 0, done.stderr
    assert "too short" in done.stderr
    assert "Sign in as ada@example.org." in done.stdout


def test_people_are_added_once(own):
    own.run("init", "--no-input")
    done = own.run("user", "add", "Ines@example.org", "--team", "Desk", "--handle", "import:a:1")
    assert done.stdout.startswith("Added ines@example.org.\nPassword, shown this once: ")
    again = own.run("user", "add", "ines@example.org")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == (
        "neoncard: email: ines@example.org is already a member; use another address\n"
    )
    piped = own.run(
        "user", "add", "lena@example.org", "--role", "lead", "--password-stdin", input="12345\n"
    )
    assert piped.returncode == 1
    assert "too short" in piped.stderr


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["srve"], 2, "No such command 'srve' (see neoncard --help)"),
        (["serve", "--port", "x"], 2, "'x' is not a valid integer range (see neoncard serve"),
        (["import", "no.jsonl"], 2, "File 'no.jsonl' does not exist (see neoncard import --help)"),
        (["user", "add", "a@b.example", "--handle", "x"], 2, "--handle 'x' is not SOURCE:ID"),
        (["user", "add", "a@b.example"], 1, "there is no company yet: run `neoncard init`"),
        (["serve", "--host", "0.0.0.0"], 1, "set NEONCARD_URL to the https address"),
    ],
)
def test_what_goes_wrong_is_one_line_with_the_mend(own, args, code, says):
    done = own.run(*args)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("neoncard: ")
    assert says in done.stderr


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"NEONCARD_PORT": "abc"}, "docs/settings.md lists every setting"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}, "start the database, or correct"),
        ({"NEONCARD_SECRETS": "/dev/null"}, "can't be read as keys"),
    ],
)
def test_a_wrong_setting_is_one_line_with_the_mend(own, setting, says):
    own.env |= setting
    done = own.run("work", "--once")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert says in done.stderr


def test_a_taken_port_is_said(own):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = own.run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert done.stderr.endswith("stop what listens there, or choose another with --port\n")


FORGET = """
import django
django.setup()
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
rows = MigrationRecorder(connection).migration_qs.filter(app="neoncard")
rows.filter(pk=rows.order_by("pk").last().pk).delete()
"""
"""As an installation is whose new version has just been unpacked."""


def test_an_unmigrated_database_is_not_served(own):
    own.python("-c", FORGET)
    done = own.run("serve", "--port", "1")
    assert done.returncode == 1
    assert "run `neoncard init`: it keeps your data" in done.stderr


def test_doctor_says_what_is_amiss_and_what_to_do(own):
    own.run("init", "--no-input")
    own.python("-c", "import os; os.chmod(os.environ['NEONCARD_SECRETS'], 0o644)")
    done = own.run("doctor")
    assert done.returncode == 1
    assert done.stderr == "neoncard: 2 amiss: worker, secrets\n"
    assert f"→ chmod 600 {own.home / 'keys.json'}" in done.stdout
    found = {row["name"]: row["ok"] for row in json.loads(own.run("doctor", "--json").stdout)}
    assert found == {
        "database": True,
        "migrations": True,
        "worker": False,
        "jobs": True,
        "disk": True,
        "secrets": False,
        "address": True,
        "clock": True,
    }


@pytest.mark.parametrize(
    ("bind", "url", "where"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", ""),
        ("127.0.0.1", "http://localhost", ""),
        ("::1", "http://[::1]:8000", ""),
        ("0.0.0.0", "https://kind.example.org", ""),
        ("0.0.0.0", "http://127.0.0.1:8000", "0.0.0.0"),
        ("127.0.0.1", "http://kind.example.org", "kind.example.org"),
    ],
)
def test_plain_http_stays_on_loopback(bind, url, where):
    why = health.exposure(bind, url)
    assert why.startswith(f"plain http on {where} would") if where else why == ""


def test_a_demo_is_no_real_start(own):
    own.run("init", "--no-input")
    demo = "from neoncard.people.tables import Organisation as O; O.objects.update(demo=True)"
    own.python("-c", f"import django; django.setup(); {demo}")
    done = own.run("init", "--no-input")
    assert (done.returncode, done.stdout) == (1, "")
    assert "set NEONCARD_HOME to another one" in done.stderr
    assert own.run("init", "--demo").returncode == 0


def test_doctor_says_when_http_would_leave_the_machine(own):
    own.env |= {"NEONCARD_BIND": "0.0.0.0", "NEONCARD_URL": "http://kind.example.org"}
    assert "plain http on 0.0.0.0 would send passwords in the clear" in own.run("doctor").stdout


def test_nothing_due_is_soon_done(own):
    assert own.run("work", "--once").returncode == 0


def test_no_django_command_is_offered(own):
    assert own.run("migrate").returncode == 2
    assert own.run("shell").returncode == 2
