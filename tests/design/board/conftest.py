"""A board to try operations on, without a database."""

from __future__ import annotations

import pytest

from tests.design.board.memory import Server
from tests.design.board.saying import INES, JONAS, LEAD, idea, step


@pytest.fixture
def server():
    """Two steps, two ideas after the first."""
    found = Server()
    found.do(LEAD, step("step-one"))
    found.do(LEAD, step("step-two", "Waits", "step-one"))
    found.do(INES, idea("idea-one", at="step-one"))
    found.do(JONAS, idea("idea-two", "Say why", "step-one", "idea-one"))
    return found
