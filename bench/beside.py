"""How long the server takes for the frame beside a ticket, at the first look (a draw) and later, and what it weighs.

In process, through every middleware, over an agent's 2,000 encounters of 400 customers, with the starters' playbook. No
peer: the bars are 150 ms of server time and 40 KB compressed.
"""

from __future__ import annotations

import argparse
import gzip
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.rounds import percentile

MS, BYTES = 150, 40_000
PARENT = "https://help.example.org"


def options(parser: argparse.ArgumentParser) -> None:
    """How many tickets are looked at: 50 at most, as many as anybody may want in a shift."""
    parser.add_argument("--looks", type=int, choices=range(1, 51), metavar="N", default=50)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Fill, sign in the frame, look at each ticket twice."""
    from django.conf import settings
    from django.contrib.staticfiles import finders
    from django.test import Client
    from django.test.utils import override_settings
    from django.urls import reverse

    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    with override_settings(STORAGES=storages, ALLOWED_HOSTS=["testserver"]):
        desk, agent = fill(2_000)
        page, frame = Client(), Client()
        page.force_login(agent)
        found = re.search(rb'data-code="([^"]+)"', page.get("/beside/come-in").content)
        assert found
        entered = frame.post(
            "/beside/enter", {"code": found[1].decode()}, HTTP_ORIGIN="http://testserver"
        )
        assert entered.status_code == 204
        address = reverse("beside_about", args=[desk.pk])
        looks: dict[str, list[float]] = {"first": [], "later": []}
        about = frame.get(address, {"conversation": "none"}).content  # templates compile once
        for which, took in looks.items():
            for n in range(args.looks):
                began = time.perf_counter()
                answer = frame.get(address, {"conversation": str(n)}, HTTP_HX_REQUEST="true")
                took.append((time.perf_counter() - began) * 1000)
                assert b"act-done" in answer.content, which
                about = answer.content
        shell = frame.get(reverse("beside_frame", args=[desk.pk])).content
    parts = set(re.findall(r'(?:href|src)="/static/([^"]+)"', shell.decode()))
    files = [Path(str(finders.find(part))).read_bytes() for part in parts]
    weight = sum(len(gzip.compress(one, 6)) for one in (shell, about, *files))
    ms = {
        which: {"p50": round(percentile(took, 0.5), 1), "p95": round(percentile(took, 0.95), 1)}
        for which, took in looks.items()
    }
    return {
        "ratios": {
            "150 ms over the first look's p95": round(MS / ms["first"]["p95"], 2),
            "40 KB over all of a first look": round(BYTES / weight, 2),
        },
        "ms": ms,
        "bytes": weight,
    }


def fill(many: int) -> tuple[Any, Any]:
    """A company with one agent, who has all the tickets of one helpdesk, open ones."""
    from neoncard.connectors import actions as connectors
    from neoncard.design import actions as design
    from neoncard.encounters.tables import Customer, Encounter
    from neoncard.kit import clock, signing
    from neoncard.people import actions as people

    company = people.found(name="Bench")
    design.install_starters(company)
    agent = people.add_member(by="bench", organisation=company, email="a@b.example", name="Ines")
    people.set_suggestions(member=agent, most=50)
    desk = connectors.add(
        by="bench", kind="chatwoot", name="Desk", settings={"frame_parents": PARENT}, secrets={}
    )
    now = clock.now()
    customers = Customer.objects.bulk_create(
        Customer(source=desk.source, key=signing.pseudonym(str(n)), name=f"C {n}", received_at=now)
        for n in range(400)
    )
    rows = [
        Encounter(
            source=desk.source,
            ext_id=str(n),
            channel="email",
            subject="Where is my ferry?",
            is_open=True,
            customer=customers[n % 400],
            agent=agent,
            started_at=now - timedelta(minutes=n),
            last_at=now,
            received_at=now,
        )
        for n in range(many)
    ]
    Encounter.objects.bulk_create(rows, batch_size=500)
    return desk, agent
