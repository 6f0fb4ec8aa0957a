"""The one way out, against real servers on loopback."""

import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import structlog

from neoncard.kit import outbound
from neoncard.kit.outbound import Outbound, OutboundError, Refused, reachable


class Handler(BaseHTTPRequestHandler):
    """Answers by path, and notes what it was sent."""

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path, (200, {}, b"hello"))
        status, headers, body = answer(self) if callable(answer) else answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 the name http.server calls

    def log_message(self, *args):
        pass

    def finish(self):
        with suppress(OSError):
            super().finish()


@contextmanager
def server(host="127.0.0.1", **answers):
    class Server(ThreadingHTTPServer):
        address_family = 10 if ":" in host else 2
        daemon_threads = True

    with Server((host, 0), Handler) as running:
        running.seen = []
        running.connections = []
        running.answers = {f"/{path}": answer for path, answer in answers.items()}
        accept = running.get_request

        def counted():
            got = accept()
            running.connections.append(got[1])
            return got

        running.get_request = counted
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


def at(running, path="/", host="127.0.0.1"):
    return f"http://{host}:{running.server_port}{path}"


LOCAL = {"allowed": ["127.0.0.0/8", "::1/128"]}


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:db8::1",
        "not an address",
        "",
    ],
)
def test_what_is_not_reached(address):
    assert reachable(address) is False


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"]
)
def test_what_is_reached(address):
    assert reachable(address) is True


def test_allowed_networks_and_no_others():
    nets = [outbound.ipaddress.ip_network("10.1.0.0/16")]
    assert reachable("10.1.2.3", nets)
    assert reachable("::ffff:10.1.2.3", nets)
    assert not reachable("10.2.0.1", nets)
    assert not reachable("169.254.169.254", nets)


def test_an_allowed_server_answers():
    with server(a=(418, {"X-Tea": "yes"}, b"short and stout")) as running:
        answer = Outbound(**LOCAL).fetch("GET", at(running, "/a"))
    assert (answer.status, answer.headers["x-tea"], answer.body) == (418, "yes", b"short and stout")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"]
)
def test_loopback_is_refused_in_every_spelling_before_a_byte_is_sent(host):
    with server() as running, pytest.raises(OutboundError):
        Outbound(allowed=[]).fetch("GET", at(running, host=host))
    assert (running.seen, running.connections) == ([], [])


def test_loopback_over_ipv6_is_refused():
    with server("::1") as running, pytest.raises(Refused):
        Outbound(allowed=[]).fetch("GET", at(running, host="[::1]"))
    assert running.connections == []


def test_a_public_name_with_a_private_address_among_its_answers_is_refused():
    with server() as running:
        client = Outbound(allowed=[], resolve=lambda host, port: ["93.184.215.14", "127.0.0.1"])
        with pytest.raises(Refused, match=r"helpdesk\.example: it lies in a private network"):
            client.fetch("GET", at(running, host="helpdesk.example"))
    assert running.connections == []


def test_a_name_that_changes_its_answer_gets_no_second_question():
    asked = []

    def resolve(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with server() as running:
        Outbound(resolve=resolve, **LOCAL).fetch("GET", at(running, host="helpdesk.example"))
    assert asked == ["helpdesk.example"]


def test_the_connected_address_is_what_counts(monkeypatch):
    """Whatever was resolved: where the socket really ended is checked before a byte is sent."""
    with server() as running:
        client = Outbound(allowed=[], resolve=lambda host, port: ["93.184.215.14"])
        plain = outbound.httpcore.SyncBackend.connect_tcp

        def diverted(self, host, port, *rest):
            return plain(self, "127.0.0.1", port, *rest)

        monkeypatch.setattr(outbound.httpcore.SyncBackend, "connect_tcp", diverted)
        with pytest.raises(Refused, match="private network"):
            client.fetch("GET", at(running, host="helpdesk.example"))
    assert running.seen == []


def test_a_redirect_to_loopback_is_refused():
    with server("127.0.0.2") as inner, server("127.0.0.1") as outer:
        outer.answers["/"] = (302, {"Location": at(inner, "/secret", host="127.0.0.2")}, b"")
        client = Outbound(allowed=["127.0.0.1/32"])
        with pytest.raises(Refused, match="private network"):
            client.fetch("GET", at(outer))
    assert inner.connections == []


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::]/",
        "http://0x7f.1/",
        "http://[::1]/",
        "//169.254.169.254/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://user:pw@127.0.0.1/",
    ],
)
def test_a_redirect_into_the_inside_is_refused_in_every_form(target):
    with server("127.0.0.1") as outer:
        outer.answers["/"] = (302, {"Location": target}, b"")
        with pytest.raises(OutboundError):
            Outbound(allowed=["127.0.0.1/32"] if "127" not in target else []).fetch(
                "GET", at(outer)
            )
        assert len(outer.connections) <= 1


def test_each_hop_is_resolved_and_checked_anew():
    """A name that is harmless at first and private at the redirect: the second answer is checked too."""
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    with server() as outer:
        again = f"http://helpdesk.example:{outer.server_port}/again"
        outer.answers["/"] = (302, {"Location": again}, b"")
        client = Outbound(allowed=["127.0.0.1/32"], resolve=lambda host, port: next(answers))
        with pytest.raises(Refused, match="private network"):
            client.fetch("GET", at(outer, host="helpdesk.example"))
    assert [path for path, _headers in outer.seen] == ["/"]


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"],
)
def test_a_name_for_a_metadata_address_is_refused(address):
    client = Outbound(allowed=[], resolve=lambda host, port: [address])
    with pytest.raises(Refused, match="private network"):
        client.fetch("GET", "http://metadata.example/latest/meta-data/")


def test_redirects_are_followed_three_times_and_no_more():
    hop = lambda to: (302, {"Location": to}, b"")  # noqa: E731
    with server(a=hop("/b"), b=hop("/c"), c=hop("/d"), z=hop("/a")) as running:
        client = Outbound(**LOCAL)
        assert client.fetch("GET", at(running, "/a")).url.endswith("/d")
        with pytest.raises(Refused, match="more than 3 redirects"):
            client.fetch("GET", at(running, "/z"))


def test_a_post_is_not_sent_on():
    with server(a=(307, {"Location": "/b"}, b"")) as running:
        answer = Outbound(**LOCAL).fetch("POST", at(running, "/a"), json={"a": 1})
    assert (answer.status, [path for path, _ in running.seen]) == (307, ["/a"])


def test_secrets_stay_with_the_origin_they_were_meant_for():
    with server() as other, server() as first:
        first.answers["/"] = (302, {"Location": at(other)}, b"")
        first.answers["/same"] = (302, {"Location": "/there"}, b"")
        client = Outbound(**LOCAL)
        secrets = {"Authorization": "Bearer abc", "X-Api-Key": "def", "Cookie": "a=b"}
        client.fetch("GET", at(first), headers=secrets)
        client.fetch("GET", at(first, "/same"), headers=secrets)
    away = {name.lower() for name in other.seen[0][1]}
    assert away & {"authorization", "x-api-key", "cookie"} == set()
    assert first.seen[-1][0] == "/there"
    assert first.seen[-1][1]["Authorization"] == "Bearer abc"


def test_a_long_answer_is_cut_off_and_refused():
    with server(a=(200, {}, b"x" * 100_001), b=(200, {}, b"x" * 100_000)) as running:
        client = Outbound(**LOCAL)
        assert len(client.fetch("GET", at(running, "/b"), max_bytes=100_000).body) == 100_000
        with pytest.raises(Refused, match="longer than 100000 bytes"):
            client.fetch("GET", at(running, "/a"), max_bytes=100_000)


def test_a_compressed_answer_nobody_asked_for_is_refused():
    zipped = (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")
    with server(a=zipped) as running, pytest.raises(Refused, match="compressed"):
        Outbound(**LOCAL).fetch("GET", at(running, "/a"))
    assert running.seen[0][1]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("start", [b"", b"HTTP/1.0 200 OK\r\nX-A: ", b"HTTP/1.0 200 OK\r\n\r\n"])
def test_a_dripping_answer_is_given_up(monkeypatch, start):
    monkeypatch.setattr(outbound, "IN_ALL", 0.3)
    stop = threading.Event()

    def drip(handler):
        handler.wfile.write(start)
        while not stop.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()
        return 200, {}, b""

    with server(a=drip) as running:
        with pytest.raises(OutboundError, match=r"took longer|no answer"):
            Outbound(**LOCAL).fetch("GET", at(running, "/a"))
        stop.set()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "http://user:pw@example.org/",
        "gopher://127.0.0.1",
        "http://[::1",
        "",
    ],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(Refused):
        Outbound(allowed=[]).fetch("GET", url)


def test_nobody_home_says_so_without_the_path():
    client = Outbound(**LOCAL)
    with pytest.raises(OutboundError) as caught:
        client.fetch("GET", "http://127.0.0.1:1/hook/abc123?token=def456")
    assert str(caught.value).startswith("127.0.0.1: ConnectError")
    assert "abc123" not in str(caught.value)
    assert "def456" not in str(caught.value)


def test_what_is_logged_is_the_host_and_no_secret():
    with server() as running, structlog.testing.capture_logs() as lines:
        headers = {"Authorization": "Bearer s3cret"}
        Outbound(**LOCAL).fetch("GET", at(running, "/hook/abc?token=def"), headers=headers)
    assert [set(line) for line in lines] == [
        {"host", "method", "status", "ms", "event", "log_level"}
    ]
    assert lines[0]["host"] == "127.0.0.1"


def test_the_environments_proxy_is_not_asked(monkeypatch):
    with server() as proxy, server() as running:
        monkeypatch.setenv("HTTP_PROXY", at(proxy))
        monkeypatch.setenv("ALL_PROXY", at(proxy))
        assert Outbound(**LOCAL).fetch("GET", at(running)).body == b"hello"
    assert proxy.connections == []
