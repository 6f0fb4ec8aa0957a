"""Sites under names of their own, by https with certificates made here: our product, and helpdesks that show it."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

HOSTS = ("kind.test", "desk.example", "hostile.example")

SERVER = """
import sys, uvicorn
from neoncard import commands
commands.ready()
from neoncard.web import assets
assets.collect()
port, cert, key = sys.argv[1:]
uvicorn.run("neoncard.web.asgi:application", host="127.0.0.1", port=int(port), ssl_certfile=cert, ssl_keyfile=key,
            log_config=None, access_log=False, lifespan="off")
"""
"""The product as `serve` runs it, with https of its own in the place of a proxy's."""

PARENT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Ticket 5</title><link rel="icon" href="data:,">
<h1>Ticket 5</h1>
<iframe title="Neoncard" width="320" height="700" src="{frame}"></iframe>
<script>
const frame = document.querySelector("iframe");
window.said = {said};
window.tell = () => frame.contentWindow.postMessage(window.said, "*");
window.asked = [];
addEventListener("message", (event) => {{ window.asked.push([event.origin, event.data]); window.tell(); }});
frame.addEventListener("load", window.tell);
</script>"""
"""A helpdesk's page as Chatwoot's is: it says which conversation is open when the frame loads and whenever it is asked."""

ZENDESK = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Ticket</title><link rel="icon" href="data:,">
<h1>Ticket</h1>
<form method="post" target="app" action="{frame}?origin={origin}&amp;app_guid=guid-1">
<input type="hidden" name="token" value="{token}"></form>
<iframe name="app" title="Neoncard" width="320" height="700"></iframe>
<script>
window.asked = [];
const say = (key, message) => frames[0].postMessage(JSON.stringify({{ key, message }}), "*");
window.turn = (ticketId) => say("zaf.context.updated", {{ ticketId }});
addEventListener("message", (event) => {{
  const said = JSON.parse(event.data);
  window.asked.push(said);
  if (said.key !== "iframe.handshake" || said.appGuid !== "guid-1") return;
  const context = {{ product: "support", location: "ticket_sidebar", ticketId: 5, instanceGuid: said.instanceGuid }};
  say("zaf.app.registered", {{ context, metadata: {{ appId: 77, settings: {{}} }} }});
}});
document.forms[0].submit();
</script>"""
"""Zendesk's ticket page, as its app framework's SDK finds it: the frame is opened with a signed POST and shakes hands first."""


def app_context(conversation) -> str:
    """What Chatwoot posts, as far as we read it, and more that we must not."""
    context = {"conversation": {"id": conversation}, "currentAgent": {"id": 1, "email": "lead@x"}}
    return json.dumps({"event": "appContext", "data": context})


def certificate(folder: Path, hosts=HOSTS) -> tuple[str, str]:
    """A certificate for all these names, signed by nobody, and its key: their files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hosts[0])])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(h) for h in hosts]), critical=False
        )
        .sign(key, SHA256())
    )
    cert, keys = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(Encoding.PEM))
    keys.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(cert), str(keys)


@contextmanager
def helpdesk(cert: str, key: str, pages: dict[str, str]):
    """Any of HOSTS by https, answering with `pages` by path; gives its port. Each visit sets a cookie `seen`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            page = pages.get(self.path.split("?")[0])
            body = (page or "").replace("COOKIES", self.headers.get("Cookie", "none")).encode()
            self.send_response(200 if page is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Set-Cookie", "seen=1; Secure; SameSite=None; Path=/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def strict_browser(chromium, folder: Path):
    """A chromium that knows HOSTS, takes their certificates, and blocks third-party cookies."""
    profile = folder / "profile" / "Default"
    profile.mkdir(parents=True)
    kept = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
    (profile / "Preferences").write_text(json.dumps(kept))
    hosts = ",".join(f"MAP {host} 127.0.0.1" for host in HOSTS)
    context = chromium.browser_type.launch_persistent_context(
        str(profile.parent),
        executable_path=os.environ.get("NEONCARD_CHROMIUM") or shutil.which("chromium"),
        ignore_https_errors=True,
        viewport={"width": 900, "height": 800},
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            f"--host-resolver-rules={hosts}",
        ],
    )
    try:
        yield context
    finally:
        context.close()
