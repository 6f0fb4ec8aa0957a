"""Everybody sees, exports and erases everything about them (P5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from neoncard import keeping
from neoncard.design import actions as design
from neoncard.design.board import actions as boards
from neoncard.design.board import queries
from neoncard.design.board.tables import BoardOp
from neoncard.do import actions as do
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock, slices
from neoncard.people import actions as people
from neoncard.people.tables import Member
from neoncard.thank.tables import ThankYou
from tests import make

TEXT = (models.CharField, models.TextField, models.JSONField)


def everywhere() -> str:
    """Every text of every table of ours."""
    found = []
    for model in apps.get_app_config("neoncard").get_models():
        columns = [f.name for f in model._meta.concrete_fields if isinstance(f, TEXT)]
        for row in model.objects.values_list(*columns) if columns else ():
            found += [str(value) for value in row]
    return "\n".join(found)


def test_an_erased_member_leaves_no_trace_but_a_tombstone(house):
    zelda = make.member(house.organisation, "Zelda", team=house.team)
    first = make.kindness(house.agent, zelda, words="Zelda, you held the door.")
    then = make.kindness(zelda, house.second, words="As Ines did for me.", passed_on_from=first)
    make.kindness(house.second, house.agent, words="It came back.", passed_on_from=then)
    make.kindness(house.agent, zelda, house.second, words="Zelda and Jonas carried the piano.")
    make.encounter(zelda, make.customer(), texts=[("agent", "I am Zelda")], agent_name="Zelda Test")
    do.make_pledge(member=zelda, words="Be like Zelda.")
    ThankYou.objects.create(
        to=zelda,
        words="Thank you Zelda",
        state="delivered",
        receipt_hash="x",
        received_at=clock.now(),
    )
    people.set_shift(member=zelda, starts_at=clock.now(), ends_at=clock.now() + timedelta(hours=8))
    row = design.begin_journey(by=zelda, title="What Zelda saw")
    step = design.add_step(by=zelda, journey=row, title="Zelda waits")
    said = {"id": "said-one", "text": "As Zelda said"}
    ops = [{"op": "comment", "card": step.key, "comment": said}, {"op": "say", "chat": said}]
    boards.act(by=house.second, journey=row, ops=ops)
    mine = {"id": "said-mine", "text": "My own words"}
    ops = [{"op": "comment", "card": step.key, "comment": mine}, {"op": "say", "chat": mine}]
    boards.act(by=zelda, journey=row, ops=ops)
    assert "Zelda" in everywhere()
    keeping.erase_member(zelda)
    assert "zelda" not in everywhere().lower()
    assert "My own words" not in everywhere()
    board, log = queries.load(row.pk).doc, queries.replayed(row.pk)
    assert board.steps[step.key]["title"] == log.steps[step.key]["title"] == "— waits"
    for doc in (board, log):
        assert [line["text"] for line in doc.chat.values()] == ["As — said"]
        assert [line["text"] for line in doc.comments.values()] == ["As — said"]
    assert BoardOp.objects.order_by("seq").last().did == "erased"
    chain = Kindness.objects.filter(chain=first) | Kindness.objects.filter(pk=first.pk)
    shape = [(k.pk, k.passed_on_from_id, k.giver.kind) for k in chain.order_by("pk")]
    assert shape == [
        (first.pk, None, "member"),
        (then.pk, first.pk, "gone"),
        (then.pk + 1, then.pk, "member"),
    ]
    several = Kindness.objects.get(receivers=house.second.party, passed_on_from=None)
    assert several.words == "— and Jonas carried the piano."


def test_the_last_admin_stays(house):
    with pytest.raises(ValueError, match=r"^member: the last admin"):
        keeping.erase_member(house.admin)
    assert Member.objects.filter(pk=house.admin.pk).exists()


def test_an_export_names_every_table_that_points_at_a_member(house):
    out = keeping.export_member(house.agent)
    pointing = {
        f"{r.related_model.__name__.lower()}.{r.field.name}" for r in Member._meta.related_objects
    }
    assert set(out) == pointing | {"member", "kindnesses"}
    assert "password" not in out["member"]


def test_an_opt_out_leaves_no_trace_when_taken_back(house):
    before = everywhere()
    people.opt_out(member=house.agent, feature="beside")
    people.opt_in(member=house.agent, feature="beside")
    assert everywhere() == before


def test_a_withdrawn_release_is_gone_at_once(house):
    kindness = make.kindness(house.agent, house.second)
    party = kindnesses.member_party(house.second)
    kindnesses.release(
        party=party, kindness=kindness, words=kindness.words, name_too=True, by=house.second
    )
    kindnesses.withdraw_release(party=party, kindness=kindness, by=house.second)
    assert kindness.releases.count() == 0


def test_an_export_holds_nothing_one_may_not_see(house):
    now = clock.now()
    ThankYou.objects.create(
        to=house.agent, words="You are useless", state="held", why_held="insult",
        receipt_hash="h", received_at=now,
    )  # fmt: skip
    ThankYou.objects.create(
        to=house.agent, words="You were kind", name="Walburga", state="delivered",
        receipt_hash="d", received_at=now,
    )  # fmt: skip
    make.kindness(house.second, house.agent, words="Kept to himself.", sees=Kindness.Sees.GIVER)
    out = keeping.export_member(house.agent)
    assert [row["words"] for row in out["thankyou.to"]] == ["You were kind"]
    assert out["kindnesses"] == []
    assert [word for word in ("useless", "insult", "Walburga", "himself") if word in str(out)] == []


def test_erasing_takes_a_long_log_in_slices(house, monkeypatch):
    row = design.begin_journey(by=house.second, title="A long week")
    ops = [
        {"op": "say", "chat": {"id": f"line-{n:04d}", "text": f"Jonas said {n}"}} for n in range(60)
    ]
    boards.act(by=house.second, journey=row, ops=ops)
    seen = []

    class Pace(slices.Pace):
        def write(self, kind, rows, step):
            seen.append((kind, len(rows)))
            super().write(kind, rows, step)

    monkeypatch.setattr(slices, "Pace", Pace)
    keeping.erase_member(house.second)
    assert ("BoardOp", 60) in seen
    assert "Jonas" not in everywhere()


def test_whoever_writes_after_an_erasure_begins_anew(house):
    zelda = make.member(house.organisation, "Zelda", team=house.team)
    row = design.begin_journey(by=house.second, title="The desk")
    step = design.add_step(by=house.second, journey=row, title="Zelda waits")
    state = queries.load(row.pk)
    who = queries.member_who(house.second, row)
    keeping.erase_member(zelda)
    note = {"op": "set", "card": step.key, "field": "note", "value": "Bring tea"}
    found = boards.write(state, [boards.Asked("note-0001", note, who)])
    assert [done.did for done in found.heard] == ["erased"]
    assert queries.load(row.pk).doc.steps[step.key]["title"] == "— waits"
    assert queries.load(row.pk).doc.steps[step.key]["note"] == "Bring tea"
