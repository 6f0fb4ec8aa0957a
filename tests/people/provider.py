"""A sign-in provider for tests: OpenID Connect over real http, with one person who is asking to come in."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT, SECRET = "neoncard", "a secret of the provider's, long enough"


class Provider:
    """`person` is whoever signs in next: the claims about them. `fails`: it answers with 500."""

    def __init__(self) -> None:
        self.person: dict = {}
        self.fails = False
        self.asked: list[dict] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path.endswith("/.well-known/openid-configuration"):
                    self._say(outer.configuration())
                else:
                    self._say(outer.person)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                outer.asked.append({name: value[0] for name, value in parse_qs(body).items()})
                self._say(outer.token())

            def _say(self, what):
                body = json.dumps(what).encode()
                self.send_response(500 if outer.fails else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def configuration(self):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/me",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self):
        now = int(time.time())
        said = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "sub": self.person["sub"],
        }
        return {
            "access_token": "at",
            "token_type": "Bearer",
            "id_token": jwt.encode(said, SECRET, algorithm="HS256"),
        }

    def sign_in(self, client, **person):
        """As a browser does it: to the provider, and back with its code. The last answer."""
        self.person = person
        begun = client.get("/signin/with/sso/")
        assert begun.status_code == 302, begun.content[:500]
        there = parse_qs(urlsplit(begun["Location"]).query)
        assert there["client_id"] == [CLIENT]
        assert there["code_challenge_method"] == ["S256"]
        back = {"code": "c", "state": there["state"][0]}
        return client.get("/signin/with/sso/back/", back)

    def end(self):
        self._server.shutdown()
        self._server.server_close()
