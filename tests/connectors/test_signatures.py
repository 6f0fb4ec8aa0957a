"""Every row of the table of helpdesks: valid, tampered, stale, future, wrong secret, rotated secret."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from neoncard.connectors import signatures
from neoncard.connectors.signatures import SENDERS, Refused

NOW = 1_780_000_000
BODY = '{"event":"message_created","content":"Grüße, 谢谢"}'.encode()
URI = "https://kind.example.org/hooks/abc?x=%2Fy"
WHSEC = "whsec_" + base64.b64encode(b"a secret of 24 bytes....").decode()
OTHER = "whsec_" + base64.b64encode(b"another secret, 24 bytes").decode()


def mac(key, message, algorithm="sha256"):
    return hmac.new(key, message, algorithm).digest()


def b64(raw):
    return base64.b64encode(raw).decode()


def iso(at):
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def standard(secret, body, at):
    """The foreign signer."""
    when = datetime.fromtimestamp(at, UTC)
    made = standardwebhooks.Webhook(secret).sign("msg_1", when, body.decode())
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": made}


def chatwoot(secret, body, at):
    made = mac(secret.encode(), str(at).encode() + b"." + body).hex()
    return {"x-chatwoot-signature": f"sha256={made}", "x-chatwoot-timestamp": str(at)}


def zammad(secret, body, at):
    return {"x-hub-signature": f"sha1={mac(secret.encode(), body, 'sha1').hex()}"}


def zendesk(secret, body, at):
    made = b64(mac(secret.encode(), iso(at).encode() + body))
    return {
        "x-zendesk-webhook-signature": made,
        "x-zendesk-webhook-signature-timestamp": iso(at),
    }


def hubspot(secret, body, at):
    signed = b"POST" + b"https://kind.example.org/hooks/abc?x=/y" + body + str(at * 1000).encode()
    return {
        "x-hubspot-signature-v3": b64(mac(secret.encode(), signed)),
        "x-hubspot-request-timestamp": str(at * 1000),
    }


def freescout(secret, body, at):
    key = hashlib.md5(f"{secret}webhook_key".encode()).hexdigest().encode()
    return {"x-freescout-signature": b64(mac(key, body, "sha1"))}


SIGNERS = {
    "standard": standard, "chatwoot": chatwoot, "zammad": zammad, "zendesk": zendesk,
    "intercom": zammad, "hubspot": hubspot, "freescout": freescout,
}  # fmt: skip
TIMED = sorted(name for name, one in SENDERS.items() if one.timestamp)


def secrets(name):
    return (WHSEC, OTHER) if name == "standard" else ("s3cret-one", "s3cret-two")


def check(name, headers, kept, body=BODY, now=NOW):
    SENDERS[name].check(headers=headers, body=body, secrets=kept, now=now, uri=URI)


def test_every_sender_has_a_signer_here():
    assert set(SIGNERS) == set(SENDERS)


@pytest.mark.parametrize("name", sorted(SENDERS))
def test_a_valid_one_is_believed_and_no_other(name):
    mine, other = secrets(name)
    headers = SIGNERS[name](mine, BODY, NOW)
    check(name, headers, [mine])
    check(name, headers, [other, mine])  # rotated: the one before it still counts
    for kept, body in (([other], BODY), ([mine], BODY + b" "), ([mine], b"")):
        with pytest.raises(Refused, match="does not fit"):
            check(name, headers, kept, body=body)
    with pytest.raises(Refused, match="no secret"):
        check(name, headers, [])
    with pytest.raises(Refused, match="is missing"):
        check(name, {}, [mine])
    cut = {**headers, SENDERS[name].header: headers[SENDERS[name].header][:-2]}
    with pytest.raises(Refused, match="does not fit"):
        check(name, cut, [mine])


@pytest.mark.parametrize("name", TIMED)
def test_five_minutes_either_way_and_no_more(name):
    mine, _other = secrets(name)
    for off in (-300, 300):
        check(name, SIGNERS[name](mine, BODY, NOW + off), [mine])
    with pytest.raises(Refused, match="five minutes ago"):
        check(name, SIGNERS[name](mine, BODY, NOW - 301), [mine])
    with pytest.raises(Refused, match="five minutes from now"):
        check(name, SIGNERS[name](mine, BODY, NOW + 301), [mine])
    header = SENDERS[name].timestamp
    for bad in ("", "soon", "-5", "1e9", "٣٣", "9" * 40):
        with pytest.raises(Refused):
            check(name, {**SIGNERS[name](mine, BODY, NOW), header: bad}, [mine])


def test_several_signatures_in_one_header_as_after_a_rotation_at_the_sender():
    new, old = standard(OTHER, BODY, NOW), standard(WHSEC, BODY, NOW)
    both = f"{new['webhook-signature']} v1a,ed25519 {old['webhook-signature']}"
    check("standard", {**new, "webhook-signature": both}, [WHSEC])


def test_published_vectors():
    """Numbers from the makers' own documentation and libraries, not from our code."""
    # standardwebhooks' own test suite
    body = b'{"test": 2432232314}'
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    check("standard", headers, [secret], body=body, now=1614265330)
    # GitHub's documentation of X-Hub-Signature's successor; the same construction, SHA-256
    hub = signatures.Verifier(header="x-hub-signature-256", prefix="sha256=")
    made = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    hub.check(
        headers={"x-hub-signature-256": made},
        body=b"Hello, World!",
        secrets=["It's a Secret to Everybody"],
        now=NOW,
    )


def test_a_secret_that_is_no_base64_says_so():
    with pytest.raises(ValueError, match=r"^secret: is no base64"):
        signatures.decoded("whsec_!!", "whsec_")


@given(st.binary(max_size=200), st.text(max_size=40), st.text(max_size=40))
def test_nothing_a_stranger_sends_is_believed_or_breaks_it(body, signature, stamp):
    for name, one in SENDERS.items():
        headers = {one.header: signature, one.timestamp: stamp}
        with pytest.raises(Refused):
            check(name, headers, [secrets(name)[0]], body=body)
