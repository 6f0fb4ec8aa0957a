"""A PostgreSQL of the tests' own: `python -m tests.postgres COMMAND …` runs COMMAND with DATABASE_URL set to it.

The cluster lies in a scratch folder, listens on a socket there and nowhere else, and is gone afterwards. initdb
refuses root, so root lends it an account without rights. With `--keep FOLDER` it lies there and stays.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import quote

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
SAFE = ("listen_addresses=",)
"""With `--durable`: a commit is on disk when it returns, as where people use it."""
ROWS = ("max_connections=60", "shared_buffers=64MB")


def binaries() -> Path | None:
    """The folder with initdb and postgres, the newest version; None when PostgreSQL isn't installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parts[4])
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _account() -> str | None:
    """Whom root runs the server as; None when we aren't root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise SystemExit("tests.postgres: there is no account postgres or nobody to run the server as")


class Cluster:
    """A cluster in a scratch folder that can be stopped and started. `url` is its DATABASE_URL."""

    def __init__(self, folder: Path, scratch: str, *, safe: bool = False) -> None:
        self._folder, self._scratch = folder, scratch
        account = _account()
        self._as = {"user": account, "group": pwd.getpwnam(account).pw_gid} if account else {}
        if account:
            shutil.chown(scratch, account)
        self._data = Path(scratch) / "data"
        self._quiet = {"stdout": subprocess.DEVNULL, "cwd": scratch, **self._as}
        settings = (SAFE if safe else FAST) + ROWS
        self._options = [part for setting in settings for part in ("-c", setting)]
        self.url = f"postgresql://test@{quote(scratch, safe='')}/postgres"
        if self._data.exists():
            return
        subprocess.run(
            [folder / "initdb", "-D", self._data, "-U", "test", "-A", "trust", "-E", "UTF8", "-N"]
            + ["--locale=C.UTF-8"],
            check=True,
            **self._quiet,
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._server = subprocess.Popen(
            [self._folder / "postgres", "-D", self._data, "-k", self._scratch, *self._options],
            stderr=(Path(self._scratch) / "log").open("w"),
            **self._quiet,
        )
        _ready(self._folder, self._scratch, self._server)

    def stop(self, *, how: int = signal.SIGTERM) -> None:
        """Stop it: SIGTERM lets sessions end, SIGINT hangs up on them, SIGQUIT is as if the power went."""
        self._server.send_signal(how)
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()


def main(command: list[str]) -> int:
    """Start a cluster, run `command` against it, stop it; the command's exit code."""
    folder = binaries()
    if folder is None:
        print("PostgreSQL isn't installed: apt-get install -y postgresql", file=sys.stderr)
        return 2
    safe = command[:1] == ["--durable"]
    command = command[1:] if safe else command
    kept = Path(command[1]).resolve() if command[:1] == ["--keep"] else None
    if kept:
        command = command[2:]
        kept.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    place = tempfile.TemporaryDirectory(prefix="nc-pg-", ignore_cleanup_errors=True)
    with nullcontext(str(kept)) if kept else place as scratch:
        cluster = Cluster(folder, scratch, safe=safe)
        try:
            cluster.start()
            return subprocess.run(
                command, env={**os.environ, "DATABASE_URL": cluster.url}, check=False
            ).returncode
        finally:
            cluster.stop()


def _ready(folder: Path, scratch: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        asked = subprocess.run(
            [folder / "pg_isready", "-q", "-h", scratch, "-U", "test", "-t", "1"], check=False
        )
        if asked.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit((Path(scratch) / "log").read_text() or "PostgreSQL did not start")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
