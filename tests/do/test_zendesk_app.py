"""The token Zendesk opens its sidebar with, signed by a foreign signer and by others."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings as live
from django.test import Client
from django.urls import reverse

from neoncard.connectors.zendesk import app
from neoncard.kit import clock
from tests.do.test_beside_frame import PARENT, helpdesk, text

# ---------------------------------------------------------------- Zendesk's token


NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ENDS = int((NOW + timedelta(minutes=5)).timestamp())
AUD = f"{PARENT}/api/v2/apps/installations/77.json"


def pem(key=KEY):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwt(claims=None, key=KEY, alg="RS256"):
    claims = {"exp": ENDS, "aud": AUD} if claims is None else claims
    signed = (
        f"{b64(json.dumps({'alg': alg, 'typ': 'JWT'}).encode())}.{b64(json.dumps(claims).encode())}"
    )
    return f"{signed}.{b64(key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def believed(token, **more):
    app.check(token, {"app_key": pem(), "url": PARENT, **more}, NOW)


def test_a_token_zendesk_signed_is_believed():
    believed(jwt())
    app.check("", {"url": PARENT}, NOW)


OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HEAD, BODY, _SIGNATURE = jwt().split(".")


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("", "is missing"),
        ("abc", "does not fit"),
        (jwt(key=OTHER), "does not fit"),
        (jwt(alg="none"), "does not fit"),
        (jwt(alg="HS256"), "does not fit"),
        (f"{HEAD}.{BODY}.", "does not fit"),
        (jwt().replace(BODY, b64(b'{"exp":9999999999}')), "does not fit"),
        ("a." * 5000, "does not fit"),
        (jwt([]), "holds no claims"),
        (jwt({"aud": AUD}), "has ended"),
        (jwt({"exp": ENDS - 600, "aud": AUD}), "has ended"),
        (jwt({"exp": True, "aud": AUD}), "has ended"),
        (jwt({"exp": ENDS, "nbf": ENDS, "aud": AUD}), "from the future"),
        (jwt({"exp": ENDS}), "another Zendesk"),
        (jwt({"exp": ENDS, "aud": [AUD]}), "another Zendesk"),
        (jwt({"exp": ENDS, "aud": AUD.replace("help", "evil")}), "another Zendesk"),
    ],
)
def test_any_other_token_is_not(token, why):
    with pytest.raises(ValueError, match=rf"^token: .*{why}"):
        believed(token)


def test_a_key_that_is_none_is_refused_on_the_form():
    from django.core.exceptions import ValidationError

    app.is_key(pem())
    for bad in ("", "abc", pem(ec.generate_private_key(ec.SECP256R1()))):
        with pytest.raises(ValidationError, match="no public key"):
            app.is_key(bad)


def test_with_a_key_the_frame_opens_to_zendesk_alone(db):
    row = helpdesk("zendesk", app_key=pem())
    address = reverse("beside_frame", args=[row.pk])
    with clock.at(NOW):
        refused = Client().get(address)
        opened = Client(enforce_csrf_checks=True).post(address, {"token": jwt()})
    assert (refused.status_code, opened.status_code) == (403, 200)
    assert "signedUrls" in text(refused)
    assert "data-signs-in" in text(opened)
    assert ("frame.js" in text(refused), "frame.js" in text(opened)) == (False, True)
    assert live.CSRF_COOKIE_NAME not in opened.cookies
