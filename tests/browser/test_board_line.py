"""The board's line: what is written without a connection goes in when it is back, after a reload too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.workshop import Keyboard

pytestmark = pytest.mark.browser

AWAY = "The connection is lost"
PIER, CALL = "Finds the pier empty", "Calls us"


KEPT = """() => new Promise((yes) => {
    const asked = indexedDB.open("neoncard-board");
    asked.onsuccess = () => {
        const count = asked.result.transaction("ops").objectStore("ops").count();
        count.onsuccess = () => { asked.result.close(); yes(count.result); };
    };
})"""
"""How many edits this browser keeps until they are acknowledged."""


def lay(person, *titles):
    person.page.locator("[data-key=add-step]").click()
    for title in titles:
        person.page.get_by_label("What happens?").fill(title)
        person.page.keyboard.press("Enter")
    person.button("Done").click()


def cut(person):
    person.context.set_offline(True)
    person.page.get_by_text(AWAY).wait_for()


def mend(person):
    person.context.set_offline(False)
    person.page.get_by_text(AWAY).wait_for(state="detached")


def test_what_is_done_without_a_connection_goes_in_when_it_is_back(sit):
    lena, ines = sit("lead"), sit("agent")
    lay(lena, PIER)
    ines.sees(PIER)
    cut(ines)
    lay(ines, CALL)
    ines.comes_to([f"# {PIER}", f"# {CALL}"])
    expect(ines.page.locator(".state")).to_contain_text("Kept here until then: 1")
    lay(lena, "Waits on hold")
    assert ines.row() == [f"# {PIER}", f"# {CALL}"]
    mend(ines)
    both = [f"# {PIER}", f"# {CALL}", "# Waits on hold"]
    for person in (lena, ines):
        person.comes_to(both)
    ines.page.reload()
    ines.seated().comes_to(both)


def test_the_lists_stay_while_the_live_board_does_not_answer(sit):
    lena, ines = sit("lead"), sit("agent")
    lay(lena, PIER)
    ines.sees(PIER)
    ines.page.route_web_socket(re.compile("/live/"), lambda socket: socket.close())
    ines.page.reload()
    ines.page.get_by_text("The live board doesn’t answer yet").wait_for()
    expect(ines.page.get_by_role("heading", name=PIER)).to_be_visible()
    assert ines.axe() == []


def test_edits_kept_by_a_closed_page_are_sent_by_the_next(sit):
    lena, ines = sit("lead"), sit("agent")
    lay(lena, PIER)
    ines.sees(PIER)
    cut(ines)
    lay(ines, CALL, "Waits on hold")
    ines.comes_to([f"# {PIER}", f"# {CALL}", "# Waits on hold"])
    # The page is gone before the connection is back; the browser keeps what it had not sent.
    ines.page.wait_for_function(f"async () => await ({KEPT})() === 2")
    board = ines.page.url
    ines.page.close()
    ines.context.set_offline(False)
    assert lena.row() == [f"# {PIER}"]
    ines.page = ines.context.new_page()
    ines.page.goto(board)
    ines.seated()
    for person in (lena, ines):
        person.comes_to([f"# {PIER}", f"# {CALL}", "# Waits on hold"])


def test_two_write_on_the_same_card_and_nothing_is_lost(sit):
    lena, ines = sit("lead"), sit("agent")
    lay(lena, "Calls us")
    ines.sees("Calls us")
    for person in (lena, ines):
        person.page.get_by_role("button", name="Calls us", exact=True).click()
    write(lena, "Calls us at night")
    write(ines, "Rings us")
    for person in (lena, ines):
        person.comes_to(["# Rings us at night"])
    for person in (lena, ines):
        person.page.get_by_role("button", name="Rings us at night", exact=True).click()
    write(lena, "Rings us at dawn")
    lena.comes_to(["# Rings us at dawn"])
    write(ines, "Rings us at noon")
    for person in (lena, ines):
        person.comes_to(["# Rings us at noon"])
    lena.button(re.compile("two wordings")).click()
    assert lena.axe() == []
    lena.button(re.compile("^Take this one")).click()
    for person in (lena, ines):
        person.comes_to(["# Rings us at dawn"])
        expect(person.button(re.compile("two wordings"))).to_have_count(0)


def write(person, title):
    person.page.get_by_label("What happens?").fill(title)
    person.page.keyboard.press("Enter")


def test_a_lock_a_summon_and_who_is_where(sit):
    lena, ines = sit("lead"), sit("agent", width=768)
    lay(lena, PIER, CALL)
    ines.comes_to([f"# {PIER}", f"# {CALL}"])
    ines.page.get_by_role("button", name=PIER, exact=True).click()
    expect(lena.page.locator(".who.small")).to_contain_text("Ines")
    ines.page.keyboard.press("Escape")
    expect(lena.page.locator(".who.small")).to_have_count(0)

    lena.button("Lead").click()
    lena.page.get_by_label("Lock the cards").check()
    lena.button("Close").click()
    expect(ines.page.locator(".state")).to_contain_text("The cards are locked")
    assert ines.page.locator("[data-key^=add-], [data-key^=move-], [data-key^=words-]").count() == 0
    lena.button("Lead").click()
    lena.page.get_by_label("Lock the cards").uncheck()
    lena.button("Close").click()
    ines.page.locator("[data-key=add-step]").wait_for()

    lena.button(re.compile(f"^Move ?: {CALL}")).click()
    lena.button("Call everybody here").click()
    expect(ines.page.locator("[data-live]")).to_contain_text(f"asked to look at “{CALL}”")
    focused = "document.activeElement.closest('[data-card]')?.getAttribute('aria-label')"
    ines.page.wait_for_function(f"{focused} === '{CALL}'")


def test_a_guest_whose_link_is_withdrawn_is_told(sit, company, board):
    ada = sit()
    expect(ada.page.locator("[data-key=add-step]")).to_have_count(1)
    company.told(
        "import django, json; django.setup()\n"
        "from neoncard.design.board import actions\n"
        "from neoncard.design.board.tables import GuestLink\n"
        f"link = GuestLink.objects.get(journey={board['id']})\n"
        "actions.withdraw_link(by=link.made_by, link=link)\nprint(json.dumps({}))"
    )
    expect(ada.page.locator(".state")).to_contain_text(
        "You can’t take part in this board any more", timeout=60_000
    )
    assert ada.page.locator("[data-key^=add-], [data-key^=move-]").count() == 0
    assert ada.axe() == []


def test_without_a_script_the_board_is_lists(chromium, company, board, sit):
    lena = sit("lead")
    lay(lena, PIER, CALL)
    lena.comes_to([f"# {PIER}", f"# {CALL}"])
    context = chromium.new_context(java_script_enabled=False, base_url=company.base)
    context.add_cookies(
        [{"name": n, "value": v, "url": company.base} for n, v in company.cookies["agent"].items()]
    )
    page = context.new_page()
    page.goto(f"/journeys/{board['id']}/board")
    assert [card.inner_text() for card in page.locator("ol h2").all()] == [f"1 {PIER}", f"2 {CALL}"]
    context.close()


def test_whoever_begins_a_workshop_leads_it(sit):
    ines, jonas = sit("agent"), sit("second")
    assert ines.button("Lead").count() == 0
    ines.button("Hold a workshop").click()
    ines.at("talk")
    expect(ines.button("Next: Map")).to_be_visible()
    jonas.at("talk")
    assert jonas.button("Next: Map").count() == 0
    assert jonas.button("Hold a workshop").count() == 0


def test_the_timer_says_when_it_is_up(sit, company, board):
    lena, ines = sit("lead"), sit("agent")
    lena.button("Hold a workshop").click()
    ines.at("talk")
    lena.button("Lead").click()
    lena.button(re.compile("^3 min")).click()
    clock = ines.page.get_by_role("timer")
    expect(clock).to_have_text(re.compile(r"0[23]:\d\d"))
    company.told(
        "import django, json; django.setup()\n"
        "from neoncard.design.board import actions\n"
        "from neoncard.design.tables import Journey\n"
        f"row = Journey.objects.get(pk={board['id']})\n"
        "actions.act(by=row.made_by, journey=row, ops=[{'op': 'timer', 'seconds': 8}])\n"
        "print(json.dumps({}))"
    )
    expect(clock).to_have_text("Time is up", timeout=30_000)
    expect(ines.page.locator("[data-live]")).to_have_text("Time is up")
    assert ines.axe() == []
    lena.button("Lead").click()
    lena.button("Stop the timer").click()
    for person in (lena, ines):
        expect(person.page.get_by_role("timer")).to_have_count(0)


def test_others_are_read_out_together_and_can_be_muted(sit):
    lena, ines = sit("lead"), sit("agent")
    lay(lena, PIER, CALL)
    expect(ines.page.locator("[data-live]")).to_have_text("Lena laid a white card.", timeout=20_000)
    ines.button("More").click()
    ines.page.get_by_label("Don’t read out what others change").check()
    ines.button("Close").click()
    before = ines.said()
    lay(lena, "Waits on hold")
    ines.sees("Waits on hold")
    ines.page.wait_for_timeout(3000)
    assert ines.said() == before


def test_the_focus_stays_when_others_move_the_card(sit):
    lena, ines = sit("lead"), sit("agent")
    lay(lena, PIER, CALL)
    ines.comes_to([f"# {PIER}", f"# {CALL}"])
    hand = Keyboard()
    hand.reach(ines.button(re.compile(f"^Move ?: {CALL}")))
    key = ines.page.evaluate("document.activeElement.dataset.key")
    lena.page.locator(f"[data-key='{key}']").focus()
    lena.page.keyboard.press("Alt+ArrowLeft")
    ines.comes_to([f"# {CALL}", f"# {PIER}"])
    ines.focus(".dataset.key", key)
