"""A committed card says what its act has done since."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

COMMITTED = """
import django, json; django.setup()
from datetime import timedelta
from neoncard import loop
from neoncard.design.board import actions as board
from neoncard.design.tables import Act, Journey
from neoncard.do import actions as do
from neoncard.do.tables import Suggestion
from neoncard.kit import clock
from neoncard.people.tables import Member
from tests import make
lead = Member.objects.get(name="Lena Test")
row = Journey.objects.get(pk=%d)
act = {"title": "Say who is coming", "kind": "word", "principle": "A wait with an end is half a wait."}
board.act(by=lead, journey=row, ops=[
    {"op": "add_idea", "card": {"id": "idea-one", "text": "A lit sign"}, "step": None, "after": None},
    {"op": "commit", "idea": "idea-one", "act": act},
])
key = str(Act.objects.get(title=act["title"]).pk)
for n in range(8):
    member = make.member(lead.organisation, f"Person {n}")
    given = loop.suggest_for(member, make.encounter(member, make.customer(), is_open=True))
    given.offered = [key]
    given.save()
    do.done(suggestion=given, title="x")
then = clock.now() - timedelta(days=8)
Suggestion.objects.filter(chosen=key).update(made_at=then, done_at=then)
print(json.dumps({}))
"""


def test_a_committed_card_says_what_its_act_has_done(sit, company, board):
    company.told(COMMITTED % board["id"])
    card = sit("agent").page.locator("[data-card=idea-one]")
    expect(card).to_contain_text("suggested about 10 times")
    expect(card).to_contain_text("done about 10 times")
    expect(card).not_to_contain_text("thanked")


ORPHAN = """
import django, json; django.setup()
from neoncard.design.board import actions as board
from neoncard.design.tables import Journey
from neoncard.people.tables import Member
board.act(by=Member.objects.get(name="Lena Test"), journey=Journey.objects.get(pk=%d), ops=[
    {"op": "add_step", "card": {"id": "step-one", "title": "Waits"}, "after": None},
    {"op": "add_idea", "card": {"id": "idea-one", "text": "A lit sign"}, "step": "step-one", "after": None},
    {"op": "delete", "card": "step-one"},
])
print(json.dumps({}))
"""


def test_an_idea_stays_when_the_last_white_card_goes(sit, company, board):
    company.told(ORPHAN % board["id"])
    page = sit("agent").page
    expect(page.locator("[data-card=idea-one]")).to_contain_text("A lit sign")
    expect(page.get_by_text("The table is empty")).to_have_count(0)
