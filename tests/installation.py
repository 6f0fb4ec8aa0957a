"""A whole installation of its own for a test: a scratch home, a database, and the command run as a person would."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Installation:
    """`env` is all a process of this installation needs."""

    env: dict[str, str]
    home: Path
    database: str = ""

    def run(self, *args: str, **kwargs) -> subprocess.CompletedProcess[str]:
        """`neoncard <args>`, waited for."""
        return self.python("-m", "neoncard", *args, **kwargs)

    def python(self, *args: str, timeout: float = 60, **kwargs) -> subprocess.CompletedProcess[str]:
        """The interpreter with these arguments, waited for."""
        return subprocess.run(
            [sys.executable, *args],
            env=self.env,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **kwargs,
        )

    def start(self, *args: str, stdout=subprocess.PIPE) -> subprocess.Popen[str]:
        """The interpreter with these arguments, running; the caller ends it, and reads what it says."""
        return subprocess.Popen(
            [sys.executable, *args],
            env=self.env,
            cwd=self.home,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.STDOUT,
        )

    @property
    def log(self) -> Path:
        """What servers started with `serve` have said."""
        return self.home / "serve.log"

    def serve(self, *args: str) -> subprocess.Popen[str]:
        """`neoncard serve <args>`, running. It says more than a pipe that nobody reads can hold."""
        with self.log.open("a") as log:
            return self.start("-m", "neoncard", "serve", *args, stdout=log)


def make(home: Path, *, template: Installation | None = None) -> Installation:
    """A new installation; with `template`, a copy of that one's database. PostgreSQL when DATABASE_URL says so."""
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("NEONCARD_", "DJANGO_", "PYTEST_"))
    }
    env |= {
        "NEONCARD_HOME": str(home),
        "NEONCARD_SECRETS": str(home / "keys.json"),
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "neoncard.settings",
    }
    home.mkdir(parents=True, exist_ok=True)
    name = ""
    if url := os.environ.get("DATABASE_URL", ""):
        name = f"neoncard_{uuid4().hex[:12]}"
        like = template.database if template else "template1"
        _sql(url, f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        env["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    elif template:
        shutil.copy(template.home / "neoncard.sqlite3", home / "neoncard.sqlite3")
    if template:
        shutil.copy(template.home / "keys.json", home / "keys.json")
    return Installation(env, home, name)


@cache
def migrated() -> Installation:
    """An installation that is migrated and empty, to copy from: made once a machine, or cluster, for these very migrations.

    Migrating takes seven seconds of a processor, a copy next to none. It stays when the tests are over.
    """
    url = os.environ.get("DATABASE_URL", "")
    name = f"neoncard_{'rows' if url else 'file'}_{os.getuid()}_{_history()}"
    home = Path(tempfile.gettempdir()) / name
    with alone(home.with_suffix(".lock")):
        is_there = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"
        if not home.exists() or (url and not _sql(url, is_there)):
            new = make(home.with_suffix(".new"))
            _migrate(new)
            if url:
                _sql(url, f'DROP DATABASE IF EXISTS "{name}"')
                _sql(url, f'ALTER DATABASE "{new.database}" RENAME TO "{name}"')
            if home.exists():
                shutil.rmtree(new.home)
            else:
                new.home.rename(home)
    return Installation({}, home, name if url else "")


def _migrate(made: Installation) -> None:
    done = made.python("-m", "django", "migrate", "--verbosity=0")
    assert done.returncode == 0, done.stderr


def _history() -> str:
    """A sum over all that says what a migrated database is: our migrations, and the versions of those of others."""
    files = [ROOT / "requirements.lock", ROOT / "src/neoncard/settings.py"]
    files += sorted((ROOT / "src/neoncard/migrations").glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


@contextmanager
def alone(lock: Path):
    """One process at a time."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def drop(installation: Installation) -> None:
    """Remove its database where that is not a file under its home."""
    if installation.database:
        drop_it = f'DROP DATABASE "{installation.database}" WITH (FORCE)'
        _sql(os.environ["DATABASE_URL"], drop_it)


def _sql(url: str, statement: str) -> list[tuple]:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        done = connection.execute(statement)
        return done.fetchall() if done.description else []


def until(true, seconds: float = 20, each: float = 0.05):
    """Wait until `true()` is, and give it back; fails loudly after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(each)
    raise AssertionError(f"not so after {seconds} s")
