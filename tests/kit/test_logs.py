import io
import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from neoncard.kit import logs, signing


@pytest.fixture
def written():
    """What is logged inside the test, as text; everything is put back afterwards."""
    root = logging.getLogger()
    before = (root.handlers, root.level, structlog.get_config())
    out = io.StringIO()
    logs.configure(level="DEBUG", stream=out)
    yield out
    root.handlers, root.level = before[0], before[1]
    structlog.reset_defaults()
    structlog.configure(**before[2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Not Found: /r/k3Jx_09aQz", "Not Found: /r/…"),
        ("GET /thanks/ines?token=abc&x=1 200", "GET /thanks/ines?… 200"),
        ("connect postgresql://neon:hunter2@db/x", "connect postgresql://…@db/x"),
        ("Authorization: Bearer nc_0123456789", "Authorization: Bearer …"),
        ("no mailbox for maren@example.org", "no mailbox for …@…"),
        ("Is it well? It is.", "Is it well? It is."),
        ("/journeys/3/steps", "/journeys/3/steps"),
        ("neoncard.kit.jobs.worker", "neoncard.kit.jobs.worker"),
    ],
)
def test_what_is_scrubbed_and_what_stays(text, expected):
    assert logs.scrub(text) == expected


@given(st.sampled_from([128, 192, 256]))
def test_no_token_of_ours_survives(bits):
    token = signing.new_token(bits)
    for text in (f"/r/{token}", f"/thanks/read/{token}/", f"token {token}", f"nc_{token}"):
        assert token not in logs.scrub(text)


def test_every_library_is_scrubbed(written):
    structlog.get_logger("x").info("mail", password="hunter2", to=["maren@example.org"], n=3)
    logging.getLogger("django.request").warning("Not Found: %s", "/r/abcdefgh")
    try:
        raise ValueError("Bearer abcdefghijk")
    except ValueError:
        logging.getLogger("other").exception("failed")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (lines[0]["password"], lines[0]["to"], lines[0]["n"]) == ("…", ["…@…"], 3)
    assert lines[1]["event"] == "Not Found: /r/…"
    assert lines[2]["exception"].endswith("ValueError: Bearer …")
    assert {line["level"] for line in lines} == {"info", "warning", "error"}


@pytest.mark.django_db
def test_a_request_with_a_token_leaves_none_in_the_logs(written, client):
    token = signing.new_token()
    for path in (f"/r/{token}", f"/nothing/{token}?secret={token}", f"/healthz?token={token}"):
        client.get(path, headers={"Authorization": f"Bearer {token}"})
    said = written.getvalue()
    assert said.count('"event": "page"') == 3
    assert token not in said
    assert token[:12] not in said
