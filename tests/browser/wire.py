"""What goes over a page's wire: how much it was, and whether all that was asked for is here."""

from __future__ import annotations

from time import monotonic

MOST = 5
"""Seconds an answer is waited for by itself."""


class Wire:
    """From now until `close`, a page's requests, its cache empty.

    What was asked for before counts for nothing, though its last bytes may come in now.
    """

    def __init__(self, page):
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.under_way, self.types, self.sizes = set(), {}, {}
        for event, hears in (
            ("requestWillBeSent", self._began),
            ("responseReceived", lambda got: self.types.update({got["requestId"]: got["type"]})),
            ("loadingFinished", self._ended),
            ("loadingFailed", self._ended),
        ):
            self.session.on(f"Network.{event}", hears)
        self.session.send("Network.enable")
        self.session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _began(self, got):
        if got["requestId"] == got["loaderId"]:  # a new page; the one before asks no more
            self.under_way.clear()
        self.under_way.add(got["requestId"])

    def _ended(self, got):
        self.under_way.discard(got["requestId"])
        self.sizes[got["requestId"]] = got.get("encodedDataLength", 0)

    def settle(self):
        """Wait until nothing is under way; for half a second of quiet, should an end not have been heard.

        A loaded page's script has begun by then, a timer later, what it begins by itself.
        """
        ends = monotonic() + MOST
        timer = {"expression": "new Promise(done => setTimeout(done))", "awaitPromise": True}
        self.session.send("Runtime.evaluate", timer)
        while self.under_way:
            if monotonic() > ends:
                self.page.wait_for_load_state("networkidle")
                break
            self.page.wait_for_timeout(10)

    def close(self):
        """The bytes that came, fonts apart."""
        self.session.detach()
        moved = (self.sizes.get(one, 0) for one, kind in self.types.items() if kind != "Font")
        return int(sum(moved))
