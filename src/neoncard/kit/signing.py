"""Tokens, keyed hashes and secrets at rest.

The keys live in `NEONCARD_HOME/secrets.json` (mode 0600), outside database and backup: `settings.py`
makes them on first run.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def new_token(bits: int = 128) -> str:
    """A fresh url-safe token of at least `bits` random bits."""
    return secrets.token_urlsafe(-(-bits // 8))


def token_hash(token: str) -> str:
    """What we store of a token: 64 hex digits of SHA-256. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def pseudonym(*parts: str) -> str:
    """A keyed, one-way name for an outside id: 32 hex digits (HMAC-SHA256, the key kept off the database)."""
    text = "\x1f".join(parts).encode()
    return hmac.new(settings.NEONCARD_PSEUDONYM_KEY.encode(), text, hashlib.sha256).hexdigest()[:32]


@lru_cache(maxsize=20_000)
def person(address: str) -> str:
    """The pseudonym of somebody's e-mail address, the same wherever it comes from; "" when it is no address."""
    plain = address.strip().lower()
    return pseudonym("person", plain) if "@" in plain else ""


def seal(secret: str) -> str:
    """Encrypt a connector's secret for the database."""
    return _fernet().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Give a sealed secret back. Raises ValueError when the key is another one."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise ValueError(
            "this secret was sealed with another key: restore secrets.json, or enter the secret again"
        ) from None


def _fernet() -> Fernet:
    key = hashlib.sha256(settings.NEONCARD_SEAL_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
