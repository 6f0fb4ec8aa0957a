"""Three people hold the whole workshop at once, from talk to commit; and what each of them may see meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def everybody(people, phase):
    for person in people:
        person.at(phase)
        assert person.axe() == [], phase
        assert not person.wide(), phase


def test_three_people_hold_the_whole_workshop(sit, company):
    lena, ines, ada = people = [sit("lead"), sit("agent", width=768, scheme="dark"), sit(width=360)]
    everybody(people, "open")
    expect(lena.button("Hold a workshop")).to_have_count(1)
    assert ada.button("Hold a workshop").count() == 0

    lena.button("Hold a workshop").click()
    everybody(people, "talk")
    for person, words in zip(
        people, ("They stand on the pier.", "They ring us.", "It rains."), strict=True
    ):
        person.page.get_by_label("Write to everybody here").fill(words)
        person.button("Send").click()
    for person in people:
        for words in ("They stand on the pier.", "They ring us.", "It rains."):
            person.sees(words)
    expect(lena.page.locator(".people-here .hush")).to_have_text(
        re.compile("Lena Test.*Ines Test.*Ada|Here: .*Ada")
    )

    lena.button("Next: Map").click()
    everybody(people, "map")
    lay_step(ines, "Finds the pier empty")
    lena.sees("Finds the pier empty")
    lay_step(ada, "Calls us")
    for person in people:
        person.comes_to(["# Finds the pier empty", "# Calls us"])

    lena.button("Next: Ideas").click()
    everybody(people, "ideas")
    lay_idea(ines, "After “Finds the pier empty”", "A lit sign that says who is coming")
    lay_idea(ada, "After “Finds the pier empty”", "Tea, and it is on us")
    lay_idea(lena, "After “Calls us”", "You did right to call")
    for person, own in (
        (ines, "A lit sign that says who is coming"),
        (ada, "Tea, and it is on us"),
        (lena, "You did right to call"),
    ):
        others = person.page.locator("[data-card].down")
        expect(others).to_have_count(2)
        hidden = {
            "A lit sign that says who is coming",
            "Tea, and it is on us",
            "You did right to call",
        } - {own}
        assert own in person.words()
        assert [words for words in hidden if words in person.page.content()] == []
    everybody(people, "ideas")

    lena.button("Next: Reveal").click()
    everybody(people, "reveal")
    for person in people:
        person.comes_to(
            [
                "# Finds the pier empty",
                "A lit sign that says who is coming",
                "Tea, and it is on us",
                "# Calls us",
                "You did right to call",
            ]
        )

    lena.button("Next: Vote").click()
    everybody(people, "vote")
    for person, wanted in ((lena, ("lit", "Tea")), (ines, ("lit", "right")), (ada, ("lit",))):
        for words in wanted:
            person.button(re.compile(f"^Vote ?: .*{words}")).click()
    expect(lena.page.locator(".facts")).to_contain_text("votes cast: 5")
    expect(ada.page.locator(".facts")).to_contain_text("Your votes left: 2")
    assert "votes: " not in ines.page.locator(".table").inner_text()
    ada.button(re.compile("^Vote ?: Tea")).click()
    ada.button(re.compile("^Vote ?: You did")).click()
    ada.button(re.compile("^Vote ?: You did")).click()
    expect(ada.page.locator(".facts")).to_contain_text("Your votes left: 1")

    lena.button("Next: Commit").click()
    everybody(people, "commit")
    first = lena.page.locator(".winners li").first
    expect(first).to_contain_text("A lit sign that says who is coming")
    expect(first).to_contain_text("votes: 3")
    assert ada.page.locator(".winners button").count() == 0
    lena.button(re.compile("^Into the playbook ?: A lit sign"), first).click()
    sheet = lena.page.get_by_role("dialog")
    assert lena.axe() == []
    sheet.get_by_label("The principle behind it").fill("Nobody should have to guess.")
    sheet.get_by_label("Minutes it takes").fill("5")
    sheet.get_by_label("they are waiting").check()
    sheet.get_by_label("We do this anyway").check()
    lena.button("Into the playbook", sheet).click()
    sheet.wait_for(state="detached")
    for person in people:
        expect(person.page.locator(".winners li").first).to_contain_text("in the playbook")
    act = lena.page.locator(".table").get_by_role("link", name="in the playbook")
    act.click()
    expect(lena.page.locator("main")).to_contain_text("Nobody should have to guess.")
    lena.page.go_back()
    lena.seated()

    lena.button("Finish").click()
    everybody(people, "open")


def lay_step(person, title):
    person.page.locator("[data-key=add-step]").click()
    person.page.get_by_label("What happens?").fill(title)
    person.page.keyboard.press("Enter")
    person.button("Done").click()


def lay_idea(person, gap, text):
    person.button(re.compile(f"neon card.*{gap}")).click()
    person.page.get_by_label("What could we do that nobody expects?").fill(text)
    person.page.keyboard.press("Enter")
    person.button("Done").click()
