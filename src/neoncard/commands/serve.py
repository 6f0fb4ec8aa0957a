"""`neoncard serve`: the pages, and a worker as its child."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from neoncard import commands
from neoncard.kit import memory

if TYPE_CHECKING:
    import uvicorn

WARM_AFTER: Final = 1.5
"""Seconds after the door is open: what waited outside goes first."""
FIRST_PAUSE: Final = 0.2
"""Seconds before a worker that died is started again; twice as long each time it dies within a minute."""


@click.command(name="serve")
@click.option(
    "--host", metavar="ADDRESS", help="Where to listen. Default: NEONCARD_BIND, 127.0.0.1."
)
@click.option("--port", type=click.IntRange(1, 65535), help="Default: NEONCARD_PORT, 8000.")
@click.option("--no-worker", is_flag=True, help="Pages only; run `neoncard work` yourself.")
def command(host: str | None, port: int | None, no_worker: bool) -> int:
    """Serve the pages, and keep a worker running beside them.

    Plain http is served on loopback only. Beyond it, put a proxy with https in front and set NEONCARD_URL.

    \b
    Examples:
      neoncard serve
      neoncard serve --port 8001
      NEONCARD_URL=https://kind.example.org neoncard serve --host 0.0.0.0
    """
    if host:
        os.environ["NEONCARD_BIND"] = host
    if port:
        os.environ["NEONCARD_PORT"] = str(port)
        os.environ.setdefault("NEONCARD_URL", f"http://127.0.0.1:{port}")
    children: list[Child] = []

    def opened() -> None:
        # Only now, when the door is open: after a kill, senders must not wait for the worker's start, nor the pages'.
        if not no_worker:
            children.append(Child())
        warming = threading.Timer(WARM_AFTER, warm)
        warming.daemon = True
        warming.start()

    def warm() -> None:
        asgi.warm()
        memory.settle()

    with memory.starting():
        door = _door()
        from neoncard.web import asgi

        running = server(asgi.application, opened)
    signal.signal(signal.SIGTERM, _end)
    try:
        running.run(sockets=[door])
    except KeyboardInterrupt:
        pass
    finally:
        for child in children:
            child.end()
    return 0


def _door() -> socket.socket:
    """Everything looked at that must be well before we serve, and the socket to serve on."""
    commands.ready()
    from django.conf import settings

    from neoncard.kit import health
    from neoncard.web import assets

    why = health.exposure(settings.NEONCARD_BIND, settings.NEONCARD_URL)
    if why:
        raise click.ClickException(why)
    door = listen(settings.NEONCARD_BIND, settings.NEONCARD_PORT)
    assets.collect()
    click.echo(f"neoncard: {settings.NEONCARD_URL}", err=True)
    return door


def _end(*_: object) -> None:
    """uvicorn raises the signal once more when it has shut down; then the worker is still to be ended."""
    raise SystemExit(0)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises ClickException with the mend when it is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, for asyncio turns Nagle's waiting off only then: a board's small frames would wait 40 ms for an ACK.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host.strip("[]"), port))
        door.listen(512)
    except OSError as error:
        door.close()
        mend = "stop what listens there, or choose another with --port"
        raise click.ClickException(
            f"can't listen on {host}:{port}: {error.strerror}: {mend}"
        ) from None
    door.set_inheritable(False)
    return door


def server(application: Any, opened: Callable[[], None]) -> uvicorn.Server:
    """The web server, with our logs and without its own headers. `opened` is called once it answers."""
    import uvicorn
    from django.conf import settings

    from neoncard.web.live.protocol import FRAME_MAX, protocol

    class Server(uvicorn.Server):
        """Says goodbye on the boards before it closes their connections."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            opened()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Loaded when the first board is asked for.
            door = sys.modules.get("neoncard.web.live.door")
            if door is not None and door.hub is not None:
                door.hub.close()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws=protocol(),
        ws_max_size=FRAME_MAX,
        ws_per_message_deflate=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.NEONCARD_PROXIES,
        timeout_graceful_shutdown=5,
    )
    return Server(config)


class Child:
    """The worker beside the pages: started again when it dies, later each time; ended with us."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._process = self._start()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _start(self) -> subprocess.Popen[bytes]:
        args = [sys.executable, "-m", "neoncard", "work", "--parent", str(os.getpid())]
        return subprocess.Popen(args, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 our own command

    def _watch(self) -> None:
        import time

        import structlog

        log = structlog.get_logger("neoncard.serve")
        pause = FIRST_PAUSE
        while not self._over.is_set():
            began = time.monotonic()
            code = self._process.wait()
            if self._over.is_set():
                return
            pause = FIRST_PAUSE if time.monotonic() - began > 60 else min(pause * 2, 60.0)
            log.warning("the worker stopped; starting it again", exit=code, seconds=pause)
            if self._over.wait(pause):
                return
            self._process = self._start()

    def end(self) -> None:
        """Ask it to finish what it has in hand; after ten seconds, insist."""
        self._over.set()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
