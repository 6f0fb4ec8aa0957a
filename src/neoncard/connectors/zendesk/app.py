"""The app in Zendesk's sidebar: its manifest, and the signed token Zendesk opens it with.

The token only says that it is our Zendesk that opens the frame; who the person is comes from our own sign-in. RS256 is
the one algorithm that counts, whatever the token's header says of itself.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEEWAY = timedelta(seconds=60)
LONGEST = 8_000


def manifest(frame: str) -> str:
    """What an app that only shows our frame at `frame` needs to say of itself."""
    return json.dumps(
        {
            "name": "Neoncard",
            "author": {"name": "Neoncard", "email": "neoncard@example.org"},
            "defaultLocale": "en",
            "private": True,
            "location": {"support": {"ticket_sidebar": {"url": frame, "flexible": True}}},
            "signedUrls": False,
            "version": "1.0",
            "frameworkVersion": "2.0",
        },
        indent=2,
    )


def is_key(text: str) -> None:
    """Raises ValidationError unless `text` is an RSA public key in PEM."""
    try:
        _key(text)
    except ValueError:
        raise ValidationError(
            _("This is no public key. Copy it whole, from -----BEGIN to END … KEY-----.")
        ) from None


def _key(text: str) -> rsa.RSAPublicKey:
    key = load_pem_public_key(text.strip().encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("app_key: takes an RSA public key")
    return key


def check(token: str, settings: Mapping[str, Any], now: datetime) -> None:
    """Whether Zendesk opened the frame, by the RS256 JWT `token` and the connector's `app_key` and `url`.

    Without an `app_key` nothing is asked for. Raises ValueError saying why it is not believed.
    """
    if not settings.get("app_key"):
        return
    if not token:
        raise ValueError("token: is missing; set signedUrls to true in the app’s manifest")
    claims = _verified(token, _key(str(settings["app_key"])))
    stamp = _time(claims, "exp"), _time(claims, "nbf", "iat")
    if stamp[0] is None or stamp[0] + LEEWAY < now:
        raise ValueError("token: has ended; open the ticket again")
    if stamp[1] is not None and stamp[1] - LEEWAY > now:
        raise ValueError("token: is from the future; is this server’s clock right?")
    ours = urlsplit(str(settings.get("url", "")))
    audience = claims.get("aud")
    theirs = urlsplit(audience) if isinstance(audience, str) else None
    path = "/api/v2/apps/installations/"
    if theirs is None or theirs.netloc != ours.netloc or not theirs.path.startswith(path):
        raise ValueError("token: is meant for another Zendesk than the one connected here")


def _verified(token: str, key: rsa.RSAPublicKey) -> dict[str, Any]:
    parts = token.split(".") if len(token) <= LONGEST else []
    try:
        head, body, signature = (_decoded(part) for part in parts)
        if json.loads(head).get("alg") != "RS256":
            raise ValueError("alg")
        signed = f"{parts[0]}.{parts[1]}".encode()
        key.verify(signature, signed, padding.PKCS1v15(), SHA256())
        claims = json.loads(body)
    except (ValueError, AttributeError, InvalidSignature, binascii.Error, RecursionError):
        raise ValueError("token: its signature does not fit the app’s public key") from None
    if not isinstance(claims, dict):
        raise ValueError("token: holds no claims")
    return claims


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _time(claims: Mapping[str, Any], *names: str) -> datetime | None:
    for name in names:
        value = claims.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e11:
            return datetime.fromtimestamp(value, UTC)
    return None
