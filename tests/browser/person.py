"""Somebody at a page, who does all there is to do by mouse or by keyboard alone."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from tests.keyboard import cookie

WIDTH = {"mouse": 1280, "keyboard": 360}
PLACE = "() => !window.struck || ![document.body, null].includes(document.activeElement)"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Person:
    """Presses by mouse, or gives the focus and strikes a key. What they strike never loses them their place."""

    def __init__(self, page, keys):
        self.page, self.keys = page, keys

    def to(self, path):
        self.page.goto(path)
        return self

    def strike(self, target, key="Enter"):
        """As a click does, a key waits for the page it leads to; nothing else may be struck on the old one."""
        if self.keys:
            target.wait_for()
            self.has_place()
            target.focus()
            assert target.evaluate("e => e === document.activeElement && (window.struck = true)")
            target.press(key)
        else:
            target.click()
        return self

    def press(self, name, role="button", exact=False):
        main = self.page.locator("main, footer")
        return self.strike(main.get_by_role(role, name=name, exact=exact).first)

    def opens(self, text):
        return self.strike(self.page.locator("summary", has_text=text).first)

    def ticks(self, label):
        return self.strike(self.page.get_by_label(label).first, "Space")

    def writes(self, label, text):
        self.page.locator("main").get_by_label(label).first.fill(text)
        return self

    def sees(self, text):
        self.page.get_by_text(text).first.wait_for()
        return self.has_place()

    def has_place(self):
        """Who came by keyboard is still where they were, beside it, or on a new page; not thrown back to its top."""
        if self.keys:
            self.page.wait_for_function(PLACE)
        return self

    def well(self):
        """No violation, and nothing wider than the page."""
        assert self.page.evaluate(WIDE) == 0
        found = Axe().run(self.page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in found] == []
        return self


def sitting(hand, phone, signed_in):
    """A function that sits a member down at a page of their own, or somebody without an account: by `hand`, mouse or keyboard."""

    def sit(member=None, *, lang="en"):
        page = phone(cookies=cookie(signed_in, member) if member else (), width=WIDTH[hand])
        page.set_default_timeout(15_000)
        page.set_extra_http_headers({"Accept-Language": lang})
        return Person(page, hand == "keyboard")

    return sit
