"""`neoncard serve` as a whole: pages, its worker, its end."""

import contextlib
import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.installation import until

pytestmark = pytest.mark.whole


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def children(pid: int) -> list[int]:
    """The processes it started, from /proc."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


def get(url: str) -> int:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as page:
        return page.status
    return 0


@pytest.fixture
def served(own):
    port = free_port()
    own.run("init", "--no-input")
    process = own.serve("--port", str(port))
    url = f"http://127.0.0.1:{port}"
    until(lambda: get(f"{url}/signin/") == 200, 90)
    yield process, url, own
    if process.poll() is None:
        process.kill()
    process.wait()


def test_it_serves_keeps_a_worker_and_ends_it(served):
    process, _url, own = served
    first = until(lambda: children(process.pid))
    until(lambda: "last heard of" in own.run("doctor").stdout)
    os.kill(first[0], signal.SIGKILL)
    second = until(lambda: [pid for pid in children(process.pid) if pid != first[0]])
    process.terminate()
    assert process.wait(20) == 0
    assert not Path(f"/proc/{second[0]}").exists()
    assert "starting it again" in own.log.read_text()


def test_a_worker_whose_server_was_killed_stops(served):
    process, _url, _own = served
    worker = until(lambda: children(process.pid))[0]
    process.kill()
    process.wait()
    until(lambda: not Path(f"/proc/{worker}").exists())


LEAN = """
import asyncio, sys, httpx
import django; django.setup()
from neoncard.web.asgi import application, warm
warm()
async def ask():
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        for path in ("/signin/", "/healthz"):
            print(path, (await client.get(path)).status_code)
asyncio.run(ask())
print(sorted({"numba", "scipy", "pyarrow", "pandas"} & set(sys.modules)))
"""


def test_the_web_process_stays_lean(own):
    own.env["NEONCARD_DEBUG"] = "1"
    done = own.python("-c", LEAN)
    assert done.stdout.split("\n")[-2] == "[]", done.stderr
    assert "/signin/ 200" in done.stdout.splitlines()
