"""A PostgreSQL of the tests' own: `python -m tests.postgres COMMAND …` runs COMMAND with DATABASE_URL set to it.

The cluster lies in a scratch folder, listens on a socket there and nowhere else, and is gone afterwards. initdb
refuses root, so root lends it an account without rights.
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


def main(command: list[str]) -> int:
    """Start a cluster, run `command` against it, stop it; the command's exit code."""
    folder = binaries()
    if folder is None:
        print("PostgreSQL isn't installed: apt-get install -y postgresql", file=sys.stderr)
        return 2
    safe = command[:1] == ["--durable"]
    command = command[1:] if safe else command
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    account = _account()
    run_as = {"user": account, "group": pwd.getpwnam(account).pw_gid} if account else {}
    with tempfile.TemporaryDirectory(prefix="nc-pg-", ignore_cleanup_errors=True) as scratch:
        if account:
            shutil.chown(scratch, account)
        data = Path(scratch) / "data"
        quiet = {"stdout": subprocess.DEVNULL, "cwd": scratch, **run_as}
        subprocess.run(
            [folder / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "-N"]
            + ["--locale=C.UTF-8"],
            check=True,
            **quiet,
        )
        options = [part for setting in (SAFE if safe else FAST) + ROWS for part in ("-c", setting)]
        server = subprocess.Popen(
            [folder / "postgres", "-D", data, "-k", scratch, *options],
            stderr=(Path(scratch) / "log").open("w"),
            **quiet,
        )
        try:
            _ready(folder, scratch, server)
            url = f"postgresql://test@{quote(scratch, safe='')}/postgres"
            return subprocess.run(
                command, env={**os.environ, "DATABASE_URL": url}, check=False
            ).returncode
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


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
