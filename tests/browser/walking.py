"""Walking every page that a kind of person can open, in a real browser, against the bars of LOOK."""

from collections import Counter
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve

from tests.browser.wire import Wire
from tools.walk import MAY, access_table, routes

PAGE_BYTES, CUSTOMER_BYTES = 60_000, 15_000
MORE_BYTES = {"board": 45_000, "guest_board": 45_000}
LEAVE = (
    "/signout",
    "/me/export",
    "/settings/people/list.csv",
    "/static/",
    "/healthz",
    "/metrics",
    "/demo/",
)
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
SEEN = """() => ({
    h1: document.querySelectorAll('h1').length,
    title: document.title.trim() !== '',
    lang: document.documentElement.lang !== '',
    wide: document.documentElement.scrollWidth > innerWidth,
})"""
LINKS = "() => [...document.querySelectorAll('a[href]:not([download])')].map(a => a.href)"
GOOD = {"h1": 1, "title": True, "lang": True, "wide": False}


examined = set()
"""What axe has looked at: the address's name, the width, the theme. It need not again for whoever has fewer rights."""


class Visitor:
    """A browser of one kind of person, at one width and in one theme. `faults`: address → what is amiss there."""

    def __init__(self, chromium, base, who="", *, width=360, scheme="dark"):
        self.base, self.width, self.scheme = base, width, scheme
        self.sparing = who in ("lead", "counter")
        self.context = chromium.new_context(
            viewport={"width": width, "height": 740}, base_url=base, color_scheme=scheme
        )
        self.page = self.context.new_page()
        if who:
            self.page.goto("/signin/")
            with self.page.expect_navigation():
                self.page.click(f"form[action$='/demo/sign-in/{who}'] button")
        self.said, self.faults, self.bytes, self.none = [], {}, {}, set()
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def hear(self, line):
        """A browser says of an address that is no page that it is none, maybe when the next is looked at."""
        if line.type == "error" and line.location["url"] not in self.none:
            self.said.append(f"{line.text} ({line.location['url']})")

    def look(self, path, bar=PAGE_BYTES):
        """Open `path` with an empty cache and hold it against the bars. Whether it is a page at all."""
        bar += MORE_BYTES.get(route(path), 0)
        self.said.clear()
        wire = Wire(self.page)
        answer = self.page.goto(path)
        wire.settle()
        if route(path) in MORE_BYTES:  # a board is drawn by what comes over its socket
            self.page.wait_for_load_state("networkidle")
        moved = wire.close()
        if answer.status != 200 or "html" not in answer.headers["content-type"]:
            self.none.add(answer.url)
            return False
        self.bytes[path] = moved
        found = [] if self.bytes[path] <= bar else [f"{self.bytes[path]} bytes"]
        found += [] if "noindex" in answer.headers.get("x-robots-tag", "") else ["no noindex"]
        found += self.amiss() + self.narrow() + self.said + self.axe(path)
        if found:
            self.faults[path] = found
        return True

    def amiss(self):
        seen = self.page.evaluate(SEEN)
        return [f"{name}: {seen[name]}" for name, good in GOOD.items() if seen[name] != good]

    def narrow(self):
        """Whether the page scrolls sideways at 320 px."""
        if self.width != 360:
            return []
        self.page.set_viewport_size({"width": 320, "height": 740})
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size({"width": self.width, "height": 740})
        return [f"{wide} px wide at 320"] if wide > 320 else []

    def axe(self, path):
        place = (route(path), self.width, self.scheme)
        if self.sparing and place in examined:
            return []
        examined.add(place)
        found = Axe().run(self.page, options=AXE).response["violations"]
        return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def route(path):
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return ""


def open_to(who):
    """The addresses without an argument that this person may open."""
    table = access_table()
    found = []
    for name, path, _pattern in routes():
        method, may = table.get(name, ("", ""))
        if path and method == "GET" and who in MAY.get(may, ()):
            found.append(path)
    return found


def walk(visitor, starts):
    """Look at one page a route, from `starts` and every link on the way. Route → address looked at."""
    todo, looked, tried = list(starts), {}, Counter()
    while todo:
        path = todo.pop(0)
        name = route(path)
        if not name or name in looked or tried[name] > 3 or path.startswith(LEAVE):
            continue
        tried[name] += 1
        if visitor.look(path):
            looked[name] = path
            links = [urljoin(visitor.base, link) for link in visitor.page.evaluate(LINKS)]
            todo += [
                urlsplit(link)._replace(scheme="", netloc="", fragment="").geturl()
                for link in links
                if link.startswith(f"{visitor.base}/")
            ]
    return looked
