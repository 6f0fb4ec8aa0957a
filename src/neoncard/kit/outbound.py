"""The one way out: every request we make to another server goes through here.

An address typed into a form must not be a way to look around inside our network. So the name is resolved once, every
answer is checked, we connect to a number that was checked, and the address we are then connected to is checked again
before a byte is sent. Each redirect starts over. No proxy from the environment is used: it would connect for us.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
import structlog
from django.conf import settings

log = structlog.get_logger("neoncard.outbound")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], list[str]]

MAX_BYTES = 2_000_000
SECONDS = 10.0
IN_ALL = 30.0
HOPS = 3

_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in ("168.63.129.16/32", "192.0.0.0/24", "64:ff9b:1::/48", "fec0::/10")
)
"""Not global in truth, though the standard library's registry of some Python versions says so."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")


class OutboundError(Exception):
    """It did not work; the words name the host and the reason, never path, query or headers.

    `sent`: the request, or a part of it, had gone out by then, so the other side may have done what it asks.
    """

    def __init__(self, words: str, *, sent: bool = False) -> None:
        super().__init__(words)
        self.sent = sent


class Refused(OutboundError):  # noqa: N818 a decision of ours, told apart from a failure of theirs
    """We did not go there: the address is not one to be reached, or what it said must not be followed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other server said. `url` is where the last hop went."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def system(host: str, port: int) -> list[str]:
    """The addresses of a host, as the machine resolves it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _embedded(address: Address) -> list[Address]:
    """The address, and the IPv4 address it stands for where it is one in disguise."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or address in _COMPATIBLE:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *(found for found in inner if found is not None)]


def reachable(text: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether an address may be connected to: public, or in an allowed network. Hidden IPv4 addresses count too."""
    try:
        address = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    forms = _embedded(address)
    if any(form in network for network in allowed for form in forms):
        return True
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        forms = forms[1:]
    return all(
        form.is_global and not form.is_multicast and not any(form in net for net in _NEVER)
        for form in forms
    )


class _Stream(httpcore.NetworkStream):
    """A stream that is over when its time is, however slowly the other side drips."""

    def __init__(
        self, stream: httpcore.NetworkStream, deadline: float, wrote: Callable[[], None]
    ) -> None:
        self._stream = stream
        self._deadline = deadline
        self._wrote = wrote

    def _left(self, timeout: float | None) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise OutboundError(f"its answer took longer than {IN_ALL:g} s")
        return min(left, timeout or left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has arrived."""
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send. The handshake of TLS does not come this way: what does is a request."""
        self._wrote()
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same, encrypted."""
        left = self._left(timeout)
        inner = self._stream.start_tls(ssl_context, server_hostname, left)
        return _Stream(inner, self._deadline, self._wrote)

    def get_extra_info(self, info: str) -> Any:
        """As httpcore asks."""
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Resolves, checks, connects, checks again."""

    def __init__(self, resolve: Resolve, allowed: tuple[Network, ...]) -> None:
        self._resolve = resolve
        self._allowed = allowed
        self._plain = httpcore.SyncBackend()
        self.deadline = 0.0
        self.sent = False

    def _wrote(self) -> None:
        self.sent = True

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A stream to a checked address of `host`."""
        try:
            found = self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"no address: {error.strerror or error}") from None
        if not found:
            raise httpcore.ConnectError("no address")
        for address in found:
            self._check(address)
        problem: Exception = httpcore.ConnectError("no address")
        for address in found[:4]:
            try:
                stream = self._plain.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
                continue
            try:
                self._check(str(stream.get_extra_info("server_addr")[0]))
            except Refused:
                stream.close()
                raise
            return _Stream(stream, self.deadline, self._wrote)
        raise problem

    def _check(self, address: str) -> None:
        if not reachable(address, self._allowed):
            raise Refused(
                "it lies in a private network; if that is meant, name the network in "
                "NEONCARD_ALLOW_PRIVATE"
            )

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Never."""
        raise Refused("sockets of this machine are not reached")

    def sleep(self, seconds: float) -> None:
        """As httpcore asks."""
        self._plain.sleep(seconds)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Whom we trust, read once: it is a hundred times the work of a request."""
    return httpx.create_ssl_context()


class _Transport(httpx.HTTPTransport):
    """httpx's own transport over our backend."""

    def __init__(self, backend: _Backend, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, network_backend=backend, max_keepalive_connections=0
        )


class Outbound:
    """A client for other servers, for one thread. `resolve` and `allowed` are for tests; the rest asks `fetch`."""

    def __init__(
        self,
        *,
        resolve: Resolve = system,
        allowed: Iterable[str] | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        names = settings.NEONCARD_ALLOW_PRIVATE if allowed is None else allowed
        networks = tuple(ipaddress.ip_network(name) for name in names)
        self._backend = _Backend(resolve, networks)
        transport = _Transport(self._backend, context or _trust())
        self._client = httpx.Client(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            timeout=SECONDS,
            headers={"User-Agent": "neoncard", "Accept-Encoding": "identity"},
        )

    def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        json: Any = None,
        max_bytes: int = MAX_BYTES,
    ) -> Answer:
        """Ask another server. Answers with whatever status it gave.

        Follows up to three redirects of a GET or HEAD, each checked anew; to another origin none of `headers` goes
        along. Raises OutboundError, and its child Refused, with words that may be shown and logged, and whether the
        request had gone out by then.
        """
        host = _host(url)
        began = time.monotonic()
        backend = self._backend
        backend.deadline, backend.sent = began + IN_ALL, False
        try:
            request = self._client.build_request(
                method, url, headers=dict(headers or {}), content=content, json=json
            )
            for _hop in range(HOPS + 1):
                answer, onward = self._once(request, max_bytes)
                if onward is None:
                    ms = round((time.monotonic() - began) * 1000)
                    log.info("asked", host=host, method=method, status=answer.status, ms=ms)
                    return answer
                request = self._onward(request, onward, headers or {})
            raise Refused(f"more than {HOPS} redirects")
        except Refused as error:
            raise Refused(f"{host}: {error}", sent=backend.sent) from None
        except OutboundError as error:
            raise OutboundError(f"{host}: {error}", sent=backend.sent) from None
        except httpx.TimeoutException:
            words = f"{host}: no answer within {SECONDS:g} s"
            raise OutboundError(words, sent=backend.sent) from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            words = f"{host}: {type(error).__name__}: {_short(error)}"
            raise OutboundError(words, sent=backend.sent) from None

    def _once(self, request: httpx.Request, max_bytes: int) -> tuple[Answer, httpx.Request | None]:
        response = self._client.send(request, stream=True)
        try:
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                raise Refused("it answers compressed though asked not to")
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > max_bytes:
                    raise Refused(f"its answer is longer than {max_bytes} bytes")
        finally:
            response.close()
        follows = request.method in {"GET", "HEAD"}
        answer = Answer(
            response.status_code, dict(response.headers), bytes(body), str(response.url)
        )
        return answer, response.next_request if follows else None

    def _onward(
        self, before: httpx.Request, onward: httpx.Request, mine: Mapping[str, str]
    ) -> httpx.Request:
        _host(str(onward.url))
        if before.url.scheme == "https" and onward.url.scheme != "https":
            raise Refused("it redirects from https to http")
        here = (before.url.scheme, before.url.host, before.url.port)
        if here != (onward.url.scheme, onward.url.host, onward.url.port):
            for name in (*mine, "cookie", "authorization"):
                onward.headers.pop(name, None)
        return onward

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


def connect(
    host: str,
    port: int,
    *,
    seconds: float = SECONDS,
    resolve: Resolve = system,
    allowed: Iterable[str] | None = None,
) -> socket.socket:
    """A socket to another server for what is no http (mail): the same checks of the address it is connected to.

    Raises OutboundError, and its child Refused, with words that may be shown and logged.
    """
    names = settings.NEONCARD_ALLOW_PRIVATE if allowed is None else allowed
    backend = _Backend(resolve, tuple(ipaddress.ip_network(name) for name in names))
    backend.deadline = time.monotonic() + seconds
    try:
        stream = backend.connect_tcp(host, port, seconds)
    except Refused as error:
        raise Refused(f"{host}: {error}") from None
    except httpcore.ConnectTimeout:
        raise OutboundError(
            f"{host}: nothing answers on port {port} within {seconds:g} s"
        ) from None
    except (httpcore.ConnectError, OSError, UnicodeError) as error:
        raise OutboundError(f"{host}: port {port}: {_short(error)}") from None
    found: socket.socket = stream.get_extra_info("socket")
    return found


def _host(url: str) -> str:
    """The host of an address we may ask. Raises Refused."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise Refused("that is not an address") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise Refused("only http and https addresses are reached")
    if parts.username or parts.password:
        raise Refused("an address must not hold a name or password")
    return host


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:120]


def fetch(method: str, url: str, **options: Any) -> Answer:
    """`Outbound().fetch` with a client for this one request."""
    client = Outbound()
    try:
        return client.fetch(method, url, **options)
    finally:
        client.close()
