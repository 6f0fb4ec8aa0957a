"""A client of a board that knows only docs/board-protocol.md: it applies effects and has no rules of its own."""

from __future__ import annotations

from typing import Any

Doc = dict[str, Any]


class Client:
    """`doc` as the protocol describes it; `seq` of the last frame; `gap` when a frame did not follow on."""

    def __init__(self) -> None:
        self.doc: Doc = {}
        self.seq = 0
        self.gap = False
        self.acknowledged: set[str] = set()

    def hear(self, frame: dict[str, Any]) -> None:
        kind = frame["t"]
        if kind == "welcome" and "doc" in frame:
            self.doc, self.seq, self.gap = frame["doc"], frame["seq"], False
        elif kind in ("welcome", "ops"):
            self.gap = self.gap and kind == "ops"
            for entry in frame["ops"]:
                self._entry(entry)
            if kind == "welcome":
                self.doc["people"] |= frame["people"]
                assert self.seq == frame["seq"]
        elif kind == "ack":
            self.acknowledged.add(frame["id"])

    def _entry(self, entry: dict[str, Any]) -> None:
        if self.gap or entry["s"] <= self.seq:
            return
        if entry["s"] != self.seq + 1:
            self.gap = True
            return
        self.seq = entry["s"]
        self.acknowledged.add(entry["o"])
        for effect in entry["e"]:
            getattr(self, f"_{effect['k']}")(effect)

    def _list(self, of: str) -> list[Doc]:
        return self.doc[{"chat": "chat"}.get(of, f"{of}s")]

    def _lay(self, of: str, card: Doc, after: str | None) -> None:
        """Right after `after`, which lies in the same row; before everything of its row when that is null."""
        cards = self._list(of)
        if after is None:
            cards.insert(0, card)
        else:
            cards.insert([other["id"] for other in cards].index(after) + 1, card)

    def _put(self, effect: Doc) -> None:
        of, card = effect["of"], dict(effect["card"])
        if of == "person":
            self.doc["people"][card["id"]] = card["name"]
            return
        cards = self._list(of)
        cards[:] = [other for other in cards if other["id"] != card["id"]]
        if of in ("comment", "chat"):
            cards.append(card)
            if of == "chat":
                del cards[:-200]
            return
        if of == "idea":
            card["step"] = effect["step"]
        self._lay(of, card, effect["after"])

    def _find(self, of: str, id: str) -> Doc:
        return next(card for card in self._list(of) if card["id"] == id)

    def _set(self, effect: Doc) -> None:
        of = effect["of"]
        card = self.doc["board"] if of == "board" else self._find(of, effect["id"])
        card[effect["f"]] = effect["v"]

    def _move(self, effect: Doc) -> None:
        of = effect["of"]
        card = self._find(of, effect["id"])
        self._list(of).remove(card)
        if of == "idea":
            card["step"] = effect["step"]
        self._lay(of, card, effect["after"])

    def _gone(self, effect: Doc) -> None:
        self._list(effect["of"]).remove(self._find(effect["of"], effect["id"]))

    def _mine(self, effect: Doc) -> None:
        self.doc["mine"] = effect["votes"]

    def _cast(self, effect: Doc) -> None:
        self.doc["cast"] = effect["n"]


def settled(doc: Doc) -> Doc:
    """A document whose ideas stand in the order of the journey: only their order within a gap is told."""
    gaps = {None: 0} | {step["id"]: n for n, step in enumerate(doc["steps"], 1)}
    ideas = sorted(doc["ideas"], key=lambda idea: gaps[idea["step"]])
    comments = sorted(doc["comments"], key=lambda comment: comment["id"])
    out = {**doc, "ideas": ideas, "comments": comments, "mine": sorted(doc["mine"])}
    del out["people"]
    return out
