"""The boomerang: a kindness goes round the whole loop and comes back. By mouse, by keyboard alone, and for a cashier."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from neoncard import loop
from neoncard.design import actions as design
from neoncard.encounters.tables import Encounter
from neoncard.learn import actions as learn
from neoncard.people.tables import Handle
from neoncard.thank import actions as thank
from tests import make

pytestmark = pytest.mark.browser

THANKS = "Ines stayed on the line until I was aboard. Thank you, Ines."


@pytest.fixture
def company(transactional_db, settings):
    """Ines, Jonas, Amir and enough others for counts to show (P3); the playbook is filled."""
    house = make.house()
    for name in ("Una", "Odo", "Pia", "Rik"):
        make.member(house.organisation, name, team=house.team)
    Handle.objects.filter(member=house.agent).update(ext_id="ines")
    design.install_starters(by="test", organisation=house.organisation)
    return house


@pytest.fixture
def imported(company, tmp_path):
    """A conversation comes in by file: a cancelled sailing, and an agent who goes beyond what was asked."""
    file = tmp_path / "one.jsonl"
    said = [
        ("customer", "The 21:10 to Harl is cancelled and I am stranded with my little one."),
        ("agent", "I've made an exception for you and moved your booking free of charge."),
        ("customer", "You did not have to do that."),
    ]  # fmt: skip
    row = {
        "id": "SF-1", "channel": "chat", "subject": "Cancelled", "tags": ["cancelled"],
        "customer": {"id": "c-1", "name": "Maren Oltmanns"}, "agent": {"id": "ines", "name": "Ines"},
        "messages": [
            {"id": f"m{n}", "author": who, "author_id": {"customer": "c-1", "agent": "ines"}[who], "author_name": who,
             "at": f"2026-03-04T21:1{n}:00+01:00", "text": text}
            for n, (who, text) in enumerate(said)
        ],
    }  # fmt: skip
    file.write_text(json.dumps(row) + "\n")
    report = loop.import_file(str(file))
    assert report.line().startswith("1 conversations, 3 messages, ")
    return Encounter.objects.get(ext_id="SF-1")


@pytest.fixture
def as_(phone):
    """Open a page as a member, in a browser context of their own."""

    def sign_in(member, path, **how):
        client = Client()
        client.force_login(member)
        cookie = client.cookies["neoncard"]
        return phone(path, cookies=[{"name": "neoncard", "value": cookie.value}], **how)

    return sign_in


class Mouse:
    """Does things by pointing."""

    def press(self, page, role, name, within=None):
        (within or page).get_by_role(role, name=name).first.click()

    def tick(self, page, label):
        page.get_by_role("checkbox", name=label).check()

    def write(self, page, label, words):
        page.get_by_label(label).first.fill(words)


class Keyboard:
    """Does the same with Tab, Space, Enter and letters alone."""

    def _reach(self, page, target):
        for _n in range(150):
            if target.evaluate("e => e === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {target}")

    def press(self, page, role, name, within=None):
        target = (within or page).get_by_role(role, name=name).first
        self._reach(page, target)
        page.keyboard.press("Enter")

    def tick(self, page, label):
        target = page.get_by_role("checkbox", name=label)
        self._reach(page, target)
        page.keyboard.press("Space")
        assert target.is_checked()

    def write(self, page, label, words):
        self._reach(page, page.get_by_label(label).first)
        page.keyboard.type(words)


def passes_on(hand, page, to, words):
    hand.press(page, "link", "Pass it on")
    page.wait_for_url(re.compile("/pass-on/"))
    hand.tick(page, to)
    hand.write(page, re.compile("words|say|how", re.IGNORECASE), words)
    hand.press(page, "button", "Pass it on")
    page.wait_for_url(lambda url: "/pass-on/" not in url)


def goes_round(hand, house, as_):
    """Ines → Jonas → Amir → Ines; the chain is drawn and marked. Ines begins with words on her Today."""
    mine = as_(house.agent, "/")
    passes_on(hand, mine, "Jonas", "Your last call is mine today.")
    his = as_(house.second, "/")
    assert "Your last call is mine today." in his.locator("main").inner_text()
    passes_on(hand, his, "Amir", "I covered the pier for you.")
    theirs = as_(house.third, "/")
    passes_on(hand, theirs, "Ines", "Tea is on your desk.")
    mine = as_(house.agent, "/")
    assert "Tea is on your desk." in mine.locator("main").inner_text()
    from neoncard.kindness.tables import Kindness

    last = Kindness.objects.get(words="Tea is on your desk.")
    mine.goto(f"/chains/{last.pk}")
    assert mine.get_by_text("A boomerang").first.is_visible()
    assert mine.locator("svg.chain path.home").count() >= 1
    assert mine.get_by_text("It came back").first.is_visible()


def works_of(as_, house):
    learn.count_open_days()
    page = as_(house.lead, "/works")
    table = page.locator("table")
    return table.locator("tbody tr").first.inner_text().split("\t") if table.count() else []


@pytest.mark.parametrize("hand", [Mouse(), Keyboard()], ids=["mouse", "keyboard"])
def test_a_kindness_goes_round_the_loop_and_comes_back(company, imported, as_, phone, hand):
    house = company
    today = as_(house.agent, "/")
    noticed = today.locator("#noticed")
    assert "made an exception for you" in noticed.inner_text()
    hand.press(today, "button", "Keep", within=noticed)

    beside = as_(house.agent, "/beside?conversation=SF-1", width=320)
    assert beside.get_by_role("heading", name="Maren Oltmanns").is_visible()
    title = beside.locator("#act h2").inner_text()
    hand.press(beside, "button", "Done")
    beside.get_by_role("button", name="Take it back").wait_for()
    assert beside.locator("#act h2").inner_text() == title

    token = thank.make_rating_link(encounter=imported)
    customer = phone(f"/r/{token}", javascript=False)
    hand.write(customer, re.compile("What did"), THANKS)
    hand.press(customer, "button", re.compile("^Send"))
    customer.wait_for_url(re.compile("/thanks/receipt/"))
    assert "Ines has read this" not in customer.locator("main").inner_text()

    today = as_(house.agent, "/")
    said = today.locator(".said").first
    assert said.inner_text() == THANKS
    goes_round(hand, house, as_)


def test_what_works_counts_it(company, imported, as_, phone):
    house = company
    assert works_of(as_, house) == []
    for n in range(3):
        row = imported if n == 0 else make.encounter(
            house.agent, make.customer(f"Customer {n}"), texts=[("customer", "My ticket is lost")]
        )  # fmt: skip
        page = as_(house.agent, f"/beside?conversation={row.pk}", width=320)
        page.get_by_role("button", name="Done").click()
        page.get_by_role("button", name="Take it back").wait_for()
        token = thank.make_rating_link(encounter=row)
        customer = phone(f"/r/{token}?s=5", javascript=False)
        customer.get_by_label(re.compile("What did")).fill(THANKS)
        customer.get_by_role("button", name=re.compile("^Send")).click()
        customer.wait_for_url(re.compile("/thanks/receipt/"))
    _all, offered, done, praised, happy, unhappy, _back = works_of(as_, house)
    assert (offered, done, praised, happy, unhappy) == ("5", "5", "5", "5", "0")


@pytest.mark.parametrize("hand", [Mouse(), Keyboard()], ids=["mouse", "keyboard"])
def test_a_cashiers_kindness_goes_round_without_any_conversation(company, as_, hand):
    house = company
    till = as_(house.counter, "/counter")
    title = till.locator("article h2").inner_text()
    hand.press(till, "button", "I did it")
    till.get_by_text(f"Done: {title}").wait_for()
    hand.press(till, "link", "Someone was kind to me")
    till.wait_for_url(re.compile("kind-to-me"))
    hand.write(
        till,
        re.compile("happened|words|did|say", re.IGNORECASE),
        "He held the door for the pram queue.",
    )
    hand.press(till, "button", "Keep it")
    till.wait_for_url(lambda url: "kind-to-me" not in url)
    assert Encounter.objects.filter(kind="visit", agent=house.counter, customer=None).count() == 1

    hers = as_(house.counter, "/")
    assert "He held the door for the pram queue." in hers.locator("main").inner_text()
    passes_on(hand, hers, "Jonas", "Your tray is carried.")
    his = as_(house.second, "/")
    passes_on(hand, his, "Amir", "I took the heavy crate.")
    theirs = as_(house.third, "/")
    passes_on(hand, theirs, "Cora", "Your break is covered.")
    hers = as_(house.counter, "/")
    from neoncard.kindness.tables import Kindness

    last = Kindness.objects.get(words="Your break is covered.")
    hers.goto(f"/chains/{last.pk}")
    assert hers.get_by_text("A boomerang").first.is_visible()
