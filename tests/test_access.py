"""Who may open what: every address, as every role and as a stranger, against one table (access.txt)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import make
from tests.crawl import names
from tests.samples import samples

TABLE = Path(__file__).with_name("access.txt")
ROLES = ("agent", "counter", "host", "lead", "admin")
WHO = {
    "open": {"stranger", *ROLES},
    "everyone": set(ROLES),
    "leads": {"lead", "admin"},
    "admins": {"admin"},
    "hosts": {"owner", "host", "lead", "admin"},
    "own": {"owner"},
    "shown": {"owner", "lead"},
    "own_or_leads": {"owner", "lead", "admin"},
    "token": {"token"},
}


@dataclass(frozen=True)
class Row:
    name: str
    method: str
    who: str


def table() -> list[Row]:
    lines = [line.split("#")[0].split() for line in TABLE.read_text().splitlines()]
    return [Row(*line) for line in lines if line]


def test_the_table_names_every_address_and_no_other():
    rows = table()
    assert {row.name for row in rows} == set(names())
    assert len({(r.name, r.method) for r in rows}) == len(rows), "a row stands twice"
    assert {row.who for row in rows} <= set(WHO)


def answered(client: Client, row: Row, address: str) -> str:
    """What came back: in (the page answered), signin (sent there), no (401, 403 or 404). Changes nothing."""
    send = client.post if row.method == "POST" else client.get
    with transaction.atomic():
        response = send(address)
        transaction.set_rollback(True)
    if response.status_code in (401, 403, 404):
        return "no"
    if response.status_code in (301, 302, 303) and response["Location"].startswith("/signin/?"):
        return "signin"
    assert response.status_code < 500 or row.name == "healthz", address
    return "in"


# tested where they are, test_signin.py, test_beside_frame.py and test_tablets.py
SIGN_IN = {
    "account_login",
    "account_logout",
    "demo_sign_in",
    "beside_enter",
    "counter_taps",
    "counter_who",
}


@pytest.mark.parametrize(
    "row", [r for r in table() if r.name not in SIGN_IN], ids=lambda row: f"{row.method} {row.name}"
)
def test_an_address_opens_to_those_it_is_for_and_to_no_one_else(row, house):
    host = make.member(house.organisation, "Hanna", "host", team=house.team)
    members = {
        "agent": house.second, "counter": house.counter, "host": host,
        "lead": house.lead, "admin": house.admin, "owner": house.agent,
    }  # fmt: skip
    given = samples(row.name, house)
    query = given.pop("?", "")
    address = reverse(row.name, kwargs=given) + query
    seen = {}
    stranger = Client()
    seen["stranger"] = answered(stranger, row, address)
    for role, member in members.items():
        client = Client()
        member.refresh_from_db()
        client.force_login(member)
        seen[role] = answered(client, row, address)
    may = WHO[row.who]
    if row.who == "token":
        assert set(seen.values()) == {"no"}
        return
    if "owner" in may:
        expected = {role: ("in" if role in may else "no") for role in members}
        assert {role: seen[role] for role in members} == expected
        assert seen["stranger"] in ("signin", "no")
        return
    expected = {role: ("in" if role in may else "no") for role in (*ROLES,)}
    assert {role: seen[role] for role in ROLES} == expected
    assert seen["stranger"] == ("in" if "stranger" in may else "signin")
