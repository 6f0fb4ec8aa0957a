"""Suggestions for a gap: clearly marked, taken in one tap, and honest when there are none."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.workshop import Tap

pytestmark = pytest.mark.browser

IDEAS = [
    {
        "text": "Ring back within ten minutes, and say when", "kind": "effort", "level": 3, "aim": "loyalty",
        "principle": "A wait with an end is half a wait.", "why": "Near in meaning to “Waits on hold”",
    },
    {
        "text": "Say your own name first", "kind": "word", "level": 2, "aim": "trust",
        "principle": "Two people, not a case and a clerk.", "why": "Fits: a first meeting",
    },
]  # fmt: skip


def with_suggestions(person, board, answer, status=200):
    """The board's page with a library that answers this."""
    asked = []
    path = f"/journeys/{board['id']}/ideas/suggest"

    def library(route):
        asked.append(route.request.url)
        route.fulfill(
            status=status, body=json.dumps({"ideas": answer}), content_type="application/json"
        )

    # A page answered by the test itself may not open a socket to this machine, so its script is told instead.
    person.page.add_init_script(
        "const parse = JSON.parse; JSON.parse = (text) => {"
        f"const found = parse(text); if (found?.socket) found.suggest = '{path}'; return found; }}"
    )
    person.page.route(re.compile("/ideas/suggest"), library)
    person.page.reload()
    person.seated()
    return asked


def ask(person):
    person.page.locator("[data-key=add-step]").click()
    person.page.get_by_label("What happens?").fill("Waits on hold")
    person.page.keyboard.press("Enter")
    person.button("Done").click()
    person.page.locator("[data-key^=suggest-]").click()
    return person.page.get_by_role("dialog")


def test_a_suggestion_is_taken_in_one_tap(sit, board):
    lena = sit("lead", width=360, touch=True)
    asked = with_suggestions(lena, board, IDEAS)
    sheet = ask(lena)
    expect(sheet).to_contain_text("From the idea library, not from your team")
    expect(sheet).to_contain_text("Near in meaning to “Waits on hold”")
    assert lena.axe() == []
    Tap().press(sheet.get_by_role("button", name=re.compile("^Take it.*Ring back")))
    lena.comes_to(["# Waits on hold", "Ring back within ten minutes, and say when"])
    expect(sheet.get_by_role("button", name=re.compile("^Taken"))).to_be_disabled()
    step = lena.page.locator(".step[data-card]").get_attribute("data-card")
    assert [url.split("?")[1] for url in asked] == [f"step={step}"]
    lena.button("Close").click()
    assert lena.page.locator(".board .neon.effort").count() == 1


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [([], 200, "Nothing in the library comes near"), ([], 500, "can’t be reached just now")],
    ids=["none", "failed"],
)
def test_it_says_when_there_is_nothing(sit, board, answer, status, said):
    lena = sit("lead")
    with_suggestions(lena, board, answer, status)
    expect(ask(lena)).to_contain_text(said)
    if status == 500:
        lena.amiss.clear()
