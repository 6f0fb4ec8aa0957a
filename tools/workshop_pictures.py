"""Pictures of a workshop for docs/first-workshop.md: `python -m tools.workshop_pictures --base http://127.0.0.1:8000`.

Needs a served demo company. Three of its people hold a workshop on a new journey, "Missed the last ferry", and what
they see is shot along the way: `--out` is docs/pictures unless it says otherwise.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.screenshots import chromium, sign_in

DESK, PHONE = (1440, 900), (360, 740)
TALK = (
    ("agent", "On Tuesday a man rang from the pier. I read him the timetable."),
    ("admin", "“Is anybody coming?” That is all they want to know."),
    ("lead", "Then that is our encounter: missed the last ferry."),
)
STEPS = (
    ("Finds the pier empty", "21:40, wind, nobody there", "Colder than the thermometer says", "person"),
    ("Calls us", "the robot answers", "", "robot"),
    ("Waits on hold", "11 minutes on a stormy night", "", "phone"),
    ("Is told: tomorrow", "policy, nothing we can change", "", "phone"),
    ("First ferry out", "06:10, tired", "", "counter"),
)  # fmt: skip
IDEAS = (
    (0, "A lit sign with a voice: press to hear who is coming for you", "effort", 4, "lead"),
    (1, "Skip the menu after 21:00: a person says hello by name", "effort", 3, "agent"),
    (1, "“You did right to call.” First sentence, always", "word", 2, "admin"),
    (2, "Ring back within ten minutes, and say when", "effort", 3, "admin"),
    (3, "Book the guesthouse while they are on the line; tea is on us", "treat", 5, "agent"),
)
VOTES = {"lead": ("Book", "lit"), "agent": ("Book", "Skip", "did right"), "admin": ("Book", "Skip")}


class Workshop:
    """Three people at one board, and where the pictures go."""

    def __init__(self, browser: Browser, base: str, out: Path) -> None:
        self.out = out
        self.people = {who: seat(browser, base, who) for who in ("lead", "agent", "admin")}
        self.lead = self.people["lead"]
        self.lead.goto(f"{base}/journeys/")
        self.lead.fill("input[name=title]", "Missed the last ferry")
        self.lead.locator("form:has(input[name=title]) button").first.click()
        self.lead.wait_for_url(re.compile(r"/journeys/\d+$"))
        board = f"{self.lead.url}/board"
        for page in self.people.values():
            page.goto(board)
            page.wait_for_selector(".board")

    def on(self, button: str, phase: str) -> None:
        """The lead goes on, and everybody is there."""
        self.lead.get_by_role("button", name=button).click()
        for page in self.people.values():
            page.wait_for_selector(f"[data-phase={phase}]")

    def shoot(self, name: str, who: str = "lead") -> None:
        """What this person sees now, without scrolling."""
        page = self.people[who]
        page.evaluate("scrollTo(0, 0); document.querySelector('.table')?.scrollTo(0, 0)")
        page.wait_for_timeout(1800)
        page.screenshot(path=self.out / f"workshop-{name}.png")

    def talk(self) -> None:
        """A few words beside the board."""
        self.on("Hold a workshop", "talk")
        for who, words in TALK:
            self.people[who].get_by_label("Write to everybody here").fill(words)
            self.people[who].keyboard.press("Enter")
            self.lead.get_by_text(words).wait_for()
        self.shoot("talk", "admin")

    def map(self) -> None:
        """White cards in a row."""
        self.on("Next: Map", "map")
        page = self.lead
        page.locator("[data-key=add-step]").click()
        for title, *_rest in STEPS:
            page.get_by_label("What happens?").fill(title)
            page.keyboard.press("Enter")
        page.get_by_role("button", name="Done").click()
        for title, note, feel, channel in STEPS:
            page.get_by_role("button", name=title, exact=True).click()
            page.get_by_label("A detail one could film").fill(note)
            page.get_by_label("How it may feel to them").fill(feel)
            page.get_by_label("Where").select_option(channel)
            page.get_by_role("button", name="Keep").click()

    def ideas(self) -> None:
        """Neon cards, written alone and face down to the others; then turned over."""
        self.on("Next: Ideas", "ideas")
        self.lead.locator("[data-key=run]").click()
        self.lead.get_by_role("button", name="15 min").click()
        for gap, text, kind, level, who in IDEAS:
            page = self.people[who]
            page.locator(".steps > li").nth(gap).locator("[data-key^='add-']").first.click()
            page.get_by_label("What could we do that nobody expects?").fill(text)
            page.locator(f".kind.{kind}").click()
            page.locator(".far input").fill(str(level))
            page.get_by_role("button", name="Lay it").click()
            page.get_by_role("button", name="Done").click()
        self.shoot("ideas")
        self.on("Next: Reveal", "reveal")
        self.shoot("reveal")

    def vote(self) -> None:
        """Three votes each, and the most wanted into the playbook."""
        self.on("Next: Vote", "vote")
        for who, wanted in VOTES.items():
            for words in wanted:
                self.people[who].get_by_role("button", name=re.compile(f"^Vote.*{words}")).click()
        self.shoot("vote")
        self.on("Next: Commit", "commit")
        self.shoot("commit")


def seat(browser: Browser, base: str, who: str) -> Page:
    """Somebody signed in: the admin on a phone, the others at a desk."""
    width, height = PHONE if who == "admin" else DESK
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    page = context.new_page()
    sign_in(page, base, who)
    return page


def main() -> None:
    """Hold the workshop and take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tools.workshop_pictures")
    parser.add_argument("--base", default="http://127.0.0.1:8000", type=lambda to: to.rstrip("/"))
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        workshop = Workshop(browser, given.base, given.out)
        workshop.talk()
        workshop.map()
        workshop.ideas()
        workshop.vote()
        browser.close()
    print(f"The workshop's pictures are in {given.out}")


if __name__ == "__main__":
    main()
