"""A customer's rights by the command: everything held, handed over, then gone."""

import json

import pytest

pytestmark = pytest.mark.whole

LETTER = {
    "id": "T-1",
    "channel": "email",
    "subject": "The 14:20 to Harl",
    "customer": {"id": "c-77", "name": "Maren Oltmanns"},
    "agent": {"id": "a-1", "name": "Ines Duarte"},
    "messages": [
        {
            "id": "m-1",
            "author": "customer",
            "author_id": "c-77",
            "at": "2026-11-20T09:00:00Z",
            "text": "My bag is still on the pier.",
        },
        {
            "id": "m-2",
            "author": "agent",
            "author_id": "a-1",
            "at": "2026-11-20T09:05:00Z",
            "text": "I walked over and have it here for you.",
        },
    ],
}


@pytest.fixture
def imported(own):
    own.run("init", "--no-input")
    own.run("user", "add", "ines@example.org", "--name", "Ines Duarte", "--handle", "import:a-1")
    file = own.home / "letters.jsonl"
    file.write_text(json.dumps(LETTER) + "\n")
    done = own.run("import", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(": 1 new, 0 unchanged, 0 rejected\n")
    again = own.run("import", str(file))
    assert again.stdout.endswith(": 0 new, 1 unchanged, 0 rejected\n")
    return own


def test_what_is_held_is_handed_over_and_erased(imported):
    held = imported.run("customer", "export", "c-77")
    assert held.returncode == 0, held.stderr
    assert "My bag is still on the pier." in held.stdout
    assert isinstance(json.loads(held.stdout), dict)
    refused = imported.run("customer", "erase", "c-77", input="n\n")
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (1, "neoncard: stopped")
    done = imported.run("customer", "erase", "c-77", "--yes")
    assert (done.returncode, done.stdout) == (0, "Customer c-77 is erased.\n")
    gone = imported.run("customer", "export", "c-77")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr == "neoncard: no customer has the id c-77: check it, and --source\n"


def test_another_systems_customer_is_another(imported):
    assert imported.run("customer", "export", "c-77", "--source", "zendesk").returncode == 1
    assert imported.run("customer", "erase", "c-77", "--source", "zendesk", "--yes").returncode == 1
