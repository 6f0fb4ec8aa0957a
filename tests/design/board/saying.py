"""Operations as people make them, and a board to make them on."""

from __future__ import annotations

import pytest

from neoncard.design.board.rules import Refused

LEAD, INES, JONAS, ADA = "m1", "m2", "m3", "g1"
ACT = {"title": "Ring back", "principle": "A time one can keep", "kind": "word", "aim": "trust"}


def step(key, title="Calls us", after=None):
    return {"op": "add_step", "card": {"id": key, "title": title}, "after": after}


def idea(key, text="Ring back soon", at=None, after=None):
    return {"op": "add_idea", "card": {"id": key, "text": text}, "step": at, "after": after}


def phase(to):
    return {"op": "phase", "to": to}


def write(card, field, value, base=None):
    return {"op": "set", "card": card, "field": field, "value": value, "base": base}


def why(server, actor, op):
    with pytest.raises(Refused) as caught:
        server.do(actor, op)
    return caught.value.why


def lies(server):
    doc = server.doc
    return [(key, doc.gaps[key]) for key in (None, *doc.order)]
