"""Whether a webhook comes from whom it says: a verifier is data, and the same few lines check them all.

The signature is checked over the bytes that came, never over a body written anew. The table of helpdesks and how each
signs is CONNECTORS'; `tests/connectors/test_signatures.py` holds a vector for every row.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from neoncard.kit.fields import gettext_noop

TOLERANCE: Final = 300
"""Seconds a delivery's own time may lie off ours, either way."""

_DIGESTS: Final[dict[str, Callable[..., Any]]] = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}

MISSING = gettext_noop("%(header)s is missing: the sender must sign what it sends")
WRONG = gettext_noop("the signature does not fit: compare the secret on both sides")
NO_TIME = gettext_noop("%(header)s holds no time")
STALE = gettext_noop(
    "it was signed more than five minutes ago: is a clock wrong, or was it sent again?"
)
FUTURE = gettext_noop("it was signed more than five minutes from now: set the clocks right")
NO_SECRET = gettext_noop("no secret is kept for this connector: enter it in the settings")


class Refused(Exception):  # noqa: N818 a decision, not a mistake
    """A delivery is not believed. `why` is a text to translate, `values` fill its gaps; it never holds a secret."""

    def __init__(self, why: str, **values: str) -> None:
        self.why = why
        self.values = values
        super().__init__(why % values)


@dataclass(frozen=True, slots=True)
class Verifier:
    """How one sender signs. Header names in lower case.

    `template` is what is signed, with `{body}`, `{ts}`, `{id}`, `{method}` and `{uri}` in it; `prefix` stands before
    the signature in its header; `several`: the header may hold many, apart by spaces. `time`: how the timestamp is
    written (seconds, milliseconds or iso). `key`: what the secret is (text; base64 after `key_prefix`; or laravel: the
    MD5 of the secret with `key_prefix` after it). `delivery`: the header with the delivery's own id.
    """

    header: str
    algorithm: str = "sha256"
    encoding: str = "hex"
    prefix: str = ""
    template: str = "{body}"
    several: bool = False
    timestamp: str = ""
    time: str = "seconds"
    tolerance: int = TOLERANCE
    key: str = "text"
    key_prefix: str = ""
    delivery: str = ""

    def check(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Sequence[str],
        now: float,
        method: str = "POST",
        uri: str = "",
    ) -> None:
        """Return when one of `secrets` made the signature, at a time close to `now` (seconds since 1970). Raises Refused.

        `headers` by lower-case name; `uri` is the address the sender was given.
        """
        given = headers.get(self.header, "").strip()
        if not given:
            raise Refused(MISSING, header=self.header)
        stamp = headers.get(self.timestamp, "").strip() if self.timestamp else ""
        if self.timestamp:
            self._in_time(stamp, now)
        if not secrets:
            raise Refused(NO_SECRET)
        signed = self._signed(body, stamp, headers, method, uri)
        offered = [
            one.removeprefix(self.prefix).encode()
            for one in (given.split() if self.several else [given])
            if one.startswith(self.prefix)
        ]
        fits = False
        for secret in secrets:
            made = self.sign(secret, signed)
            for one in offered:  # every one is compared, so that the time taken tells nothing
                fits |= hmac.compare_digest(one, made)
        if not fits:
            raise Refused(WRONG)

    def sign(self, secret: str, signed: bytes) -> bytes:
        """The signature of `signed` as it stands in the header, without its prefix."""
        raw = hmac.new(self._key(secret), signed, _DIGESTS[self.algorithm]).digest()
        return binascii.hexlify(raw) if self.encoding == "hex" else base64.b64encode(raw)

    def _key(self, secret: str) -> bytes:
        if self.key == "base64":
            return decoded(secret, self.key_prefix)
        if self.key == "laravel":
            return hashlib.md5(f"{secret}{self.key_prefix}".encode()).hexdigest().encode()  # noqa: S324 as FreeScout does
        return secret.encode()

    def _signed(
        self, body: bytes, stamp: str, headers: Mapping[str, str], method: str, uri: str
    ) -> bytes:
        parts = {
            "body": body,
            "ts": stamp.encode(),
            "id": headers.get(self.delivery, "").encode() if self.delivery else b"",
            "method": method.encode(),
            "uri": _decoded_uri(uri).encode(),
        }
        pieces = re.split(r"\{(\w+)\}", self.template)
        return b"".join(parts[one] if at % 2 else one.encode() for at, one in enumerate(pieces))

    def _in_time(self, stamp: str, now: float) -> None:
        if not stamp:
            raise Refused(MISSING, header=self.timestamp)
        at = _moment(stamp, self.time)
        if at is None:
            raise Refused(NO_TIME, header=self.timestamp)
        if now - at > self.tolerance:
            raise Refused(STALE)
        if at - now > self.tolerance:
            raise Refused(FUTURE)


def decoded(secret: str, prefix: str) -> bytes:
    """The key a base64 secret stands for. Raises ValueError when it is none."""
    try:
        return base64.b64decode(secret.removeprefix(prefix).encode(), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("secret: is no base64; copy it whole") from None


def _moment(text: str, kind: str) -> float | None:
    try:
        if kind == "iso":
            found = datetime.fromisoformat(text.replace("Z", "+00:00"))
            return found.timestamp() if found.tzinfo else None
        if not re.fullmatch(r"\d{1,16}", text, re.ASCII):
            return None
        return int(text) / 1000 if kind == "milliseconds" else float(text)
    except (ValueError, OverflowError):
        return None


_URI: Final = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'",
    "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip


def _decoded_uri(uri: str) -> str:
    """An address with those characters decoded that HubSpot decodes before it signs."""
    return re.sub(r"%[0-9A-Fa-f]{2}", lambda hit: _URI.get(hit[0].upper(), hit[0]), uri)


STANDARD = Verifier(
    header="webhook-signature",
    encoding="base64",
    prefix="v1,",
    template="{id}.{ts}.{body}",
    several=True,
    timestamp="webhook-timestamp",
    key="base64",
    key_prefix="whsec_",
    delivery="webhook-id",
)
"""Standard Webhooks (standardwebhooks.com)."""

CHATWOOT = Verifier(
    header="x-chatwoot-signature",
    prefix="sha256=",
    template="{ts}.{body}",
    timestamp="x-chatwoot-timestamp",
    delivery="x-chatwoot-delivery",
)
ZAMMAD = Verifier(
    header="x-hub-signature", algorithm="sha1", prefix="sha1=", delivery="x-zammad-delivery"
)
ZENDESK = Verifier(
    header="x-zendesk-webhook-signature",
    encoding="base64",
    template="{ts}{body}",
    timestamp="x-zendesk-webhook-signature-timestamp",
    time="iso",
    delivery="x-zendesk-webhook-invocation-id",
)
INTERCOM = Verifier(header="x-hub-signature", algorithm="sha1", prefix="sha1=")
HUBSPOT = Verifier(
    header="x-hubspot-signature-v3",
    encoding="base64",
    template="{method}{uri}{body}{ts}",
    timestamp="x-hubspot-request-timestamp",
    time="milliseconds",
)
FREESCOUT = Verifier(
    header="x-freescout-signature",
    algorithm="sha1",
    encoding="base64",
    key="laravel",
    key_prefix="webhook_key",
)

SENDERS: Final[dict[str, Verifier]] = {
    "standard": STANDARD,
    "chatwoot": CHATWOOT,
    "zammad": ZAMMAD,
    "zendesk": ZENDESK,
    "intercom": INTERCOM,
    "hubspot": HUBSPOT,
    "freescout": FREESCOUT,
}
"""Every way of signing we know, by name; a connector of any kind may use any."""
PATH: Final = "path"
"""A sender that can't sign: the address, with 192 random bits in it, is the secret."""
