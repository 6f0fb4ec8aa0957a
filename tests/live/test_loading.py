"""A board is loaded all of one moment, whoever writes to it meanwhile."""

from __future__ import annotations

import pytest

from tests import installation

pytestmark = pytest.mark.whole

LOAD = """
import django
django.setup()
import threading
import time
from django.db import connection
from neoncard.design import actions as design
from neoncard.design.board import actions, queries
from neoncard.design.board.actions import Asked
from neoncard.design.board.terms import Who
from neoncard.design.tables import new_key
from tests import make

house = make.house()
journey = design.begin_journey(by=house.agent, title="The last ferry").pk
failed = []


def talk():
    try:
        state = queries.load(journey)
        for n in range(200):
            op = {"op": "say", "chat": {"id": new_key(), "text": str(n)}}
            actions.write(state, [Asked(new_key(), op, Who(f"m{house.agent.pk}", "member"))])
    except Exception as error:
        failed.append(repr(error))
    finally:
        connection.close()


writer = threading.Thread(target=talk)
writer.start()
torn = 0
while writer.is_alive():
    state = queries.load(journey)
    seqs = [done.seq for done in state.recent.values()]
    torn += seqs != list(range(1, state.doc.seq + 1)) or len(state.doc.chat) != state.doc.seq
    # SQLite's lock has no queue: readers without a breath between them would keep a writer out.
    time.sleep(0.01)
print(torn, queries.load(journey).doc.seq, failed)
"""


@pytest.fixture
def own(_migrated, tmp_path):
    found = installation.make(tmp_path / "home", template=_migrated)
    yield found
    installation.drop(found)


def test_a_board_that_is_written_to_is_loaded_all_of_one_moment(own):
    done = own.python("-c", LOAD)
    assert done.stdout.strip() == "0 200 []", done.stderr
