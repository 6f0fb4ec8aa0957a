"""One person does every workshop task with one hand: by keyboard alone, and by tap alone on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.workshop import Keyboard, Tap

pytestmark = pytest.mark.browser

HANDS = [
    pytest.param(Keyboard(), {"width": 1440}, id="keyboard"),
    pytest.param(Tap(), {"width": 360, "touch": True}, id="tap"),
]
PIER, CALL = "Finds the pier empty", "Calls us"
SIGN, TEA, NAME = "A lit sign with a voice", "Tea, on us", "Hello, by name"


def lay(hand, person, key, label, *cards):
    page = person.page
    hand.press(page.locator(f"[data-key='{key}']").first)
    for words in cards:
        hand.write(page.get_by_label(label).first, words)
    hand.press(person.button("Done"))


def key_of(person, title):
    """The id of a card by its words."""
    return person.page.locator(f"[data-card][aria-label='{title}']").get_attribute("data-card")


def move(hand, person, title, where):
    hand.press(person.page.locator(f"[data-key='move-{key_of(person, title)}']"))
    sheet = person.page.get_by_role("dialog")
    hand.press(sheet.get_by_role("button", name=re.compile(where)))
    return sheet


@pytest.mark.parametrize(("hand", "how"), HANDS)
def test_every_task_of_the_workshop(sit, hand, how):
    lena = sit("lead", **how)
    page = lena.page
    hand.press(lena.button("Hold a workshop"))
    lena.at("talk")
    hand.write(page.get_by_label("Write to everybody here"), "They stand on the pier.")
    lena.sees("They stand on the pier.")

    hand.press(lena.button("Next: Map"))
    lena.at("map")
    lay(hand, lena, "add-step", "What happens?", CALL, PIER)
    lena.comes_to([f"# {CALL}", f"# {PIER}"])
    move(hand, lena, PIER, "^Earlier$")
    lena.comes_to([f"# {PIER}", f"# {CALL}"])
    lena.hears(f"“{PIER}” moved to position 1 of 2")
    hand.press(lena.button("Close"))

    hand.press(lena.button("Next: Ideas"))
    lena.at("ideas")
    lay(
        hand,
        lena,
        f"add-{key_of(lena, PIER)}",
        "What could we do that nobody expects?",
        SIGN,
        TEA,
        NAME,
    )
    lena.comes_to([f"# {PIER}", SIGN, TEA, NAME, f"# {CALL}"])
    move(hand, lena, NAME, CALL)
    lena.comes_to([f"# {PIER}", SIGN, TEA, f"# {CALL}", NAME])
    lena.hears(f"“{NAME}” moved. After “{CALL}”, position 1 of 1")
    lena.focus(".dataset.key", f"move-{key_of(lena, NAME)}")

    write_on(hand, lena, TEA, "Tea, and it is on us")
    lena.comes_to([f"# {PIER}", SIGN, "Tea, and it is on us", f"# {CALL}", NAME])
    hand.press(lena.button("Undo"))
    lena.comes_to([f"# {PIER}", SIGN, TEA, f"# {CALL}", NAME])
    comment(hand, lena, PIER, "Who would pay for it?")
    timer(hand, lena)

    hand.press(lena.button("Next: Reveal"))
    lena.at("reveal")
    hand.press(lena.button("Next: Vote"))
    lena.at("vote")
    hand.press(lena.button(re.compile(f"^Vote ?: {SIGN}")))
    expect(page.locator(".facts")).to_contain_text("Your votes left: 2")
    hand.press(lena.button("Next: Commit"))
    lena.at("commit")
    hand.press(lena.button(re.compile("^Into the playbook ?: "), page.locator(".winners")))
    sheet = page.get_by_role("dialog")
    hand.write(
        sheet.get_by_label("The principle behind it"), "Nobody should have to guess.", send="Tab"
    )
    hand.press(sheet.get_by_role("button", name="Into the playbook"))
    expect(page.locator(".winners")).to_contain_text("in the playbook")
    assert not lena.wide()


def write_on(hand, person, title, words):
    """Open a card in place, write on it, keep it."""
    key = key_of(person, title)
    hand.press(person.page.locator(f"[data-key='words-{key}']"))
    field = person.page.locator(f"[data-key='field-{key}']")
    expect(field).to_be_focused()
    person.page.keyboard.press("Control+a")
    person.page.keyboard.type(words)
    person.page.keyboard.press("Enter")
    expect(person.page.locator(f"[data-key='words-{key}']")).to_be_focused()


def comment(hand, person, title, words):
    hand.press(person.page.locator(f"[data-key='comments-{key_of(person, title)}']"))
    sheet = person.page.get_by_role("dialog")
    hand.write(sheet.get_by_label("What would make it better?"), words)
    expect(sheet.get_by_role("listitem")).to_contain_text(words)
    hand.press(sheet.get_by_role("button", name=re.compile("^Settled")))
    expect(sheet.get_by_role("listitem")).to_contain_text("settled")
    hand.press(sheet.get_by_role("button", name="Close"))


def timer(hand, person):
    hand.press(person.button("Lead"))
    hand.press(person.page.get_by_role("dialog").get_by_role("button", name="5 min", exact=True))
    expect(person.page.get_by_role("timer")).to_have_text(re.compile(r"0[45]:\d\d"))


def test_alt_and_the_arrows_move_a_card_and_the_focus_stays_on_it(sit):
    lena = sit("lead")
    page, hand = lena.page, Keyboard()
    lay(hand, lena, "add-step", "What happens?", PIER, CALL)
    lay(hand, lena, f"add-{key_of(lena, PIER)}", "What could we do that nobody expects?", SIGN, TEA)
    card = key_of(lena, SIGN)
    hand.reach(page.locator(f"[data-key='words-{card}']"))
    for keys, row, said in (
        ("Alt+ArrowDown", [f"# {PIER}", TEA, SIGN, f"# {CALL}"], f"“{SIGN}” moved to position 2 of 2"),
        ("Alt+ArrowDown", [f"# {PIER}", TEA, f"# {CALL}", SIGN], f"“{SIGN}” moved. After “{CALL}”, position 1 of 1"),
        ("Alt+ArrowDown", [f"# {PIER}", TEA, f"# {CALL}", SIGN], "It can’t go further this way"),
        ("Alt+ArrowLeft", [f"# {PIER}", TEA, SIGN, f"# {CALL}"], f"“{SIGN}” moved. After “{PIER}”, position 2 of 2"),
        ("Alt+ArrowUp", [f"# {PIER}", SIGN, TEA, f"# {CALL}"], f"“{SIGN}” moved to position 1 of 2"),
        ("Alt+ArrowUp", [SIGN, f"# {PIER}", TEA, f"# {CALL}"], f"“{SIGN}” moved. Before the first step, position 1 of 1"),
    ):  # fmt: skip
        page.keyboard.press(keys)
        lena.comes_to(row)
        lena.hears(said)
        lena.focus(".closest('[data-card]')?.dataset.card", card)
    page.keyboard.press("Control+z")
    lena.comes_to([f"# {PIER}", SIGN, TEA, f"# {CALL}"])
    step = key_of(lena, CALL)
    page.locator(f"[data-key='move-{step}']").focus()
    page.keyboard.press("Alt+ArrowLeft")
    lena.comes_to([f"# {CALL}", f"# {PIER}", SIGN, TEA])
    lena.focus(".dataset.key", f"move-{step}")


def test_a_card_is_dragged_to_another_gap(sit):
    lena = sit("lead")
    page, hand = lena.page, Keyboard()
    lay(hand, lena, "add-step", "What happens?", PIER, CALL)
    lay(hand, lena, f"add-{key_of(lena, PIER)}", "What could we do that nobody expects?", SIGN, TEA)
    card = page.locator(f"[data-card='{key_of(lena, SIGN)}']")
    card.drag_to(page.locator(f"[data-card='{key_of(lena, CALL)}']"))
    lena.comes_to([f"# {PIER}", TEA, f"# {CALL}", SIGN])
    card.drag_to(
        page.locator(f"[data-card='{key_of(lena, TEA)}']"), target_position={"x": 40, "y": 4}
    )
    lena.comes_to([f"# {PIER}", SIGN, TEA, f"# {CALL}"])
    first = page.locator(f"[data-card='{key_of(lena, PIER)}']")
    page.locator(f"[data-card='{key_of(lena, CALL)}']").drag_to(
        first, target_position={"x": 4, "y": 40}
    )
    lena.comes_to([f"# {CALL}", f"# {PIER}", SIGN, TEA])
