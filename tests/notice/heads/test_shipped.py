"""The heads that come with Neoncard, their policy and where they come from."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from neoncard.notice.engine import LABELS, Reader
from neoncard.notice.engine.heads import shipped
from neoncard.notice.engine.mark import Mark
from tests.installation import ROOT
from tools import notice_rows


@pytest.fixture(scope="module")
def heads():
    return shipped.Heads()


def test_every_head_is_of_a_label_and_has_a_policy(heads):
    assert set(heads.labels) == set(shipped.policies()) == set(LABELS) - set(notice_rows.NAMED)
    for role, scorer in heads.of.items():
        assert scorer.labels == notice_rows.labels_of(role)
        assert {label.role for label in scorer.details} == {role}
    for policy in shipped.policies().values():
        assert policy.veto < policy.add
        assert set(policy.unless) <= set(LABELS)


def test_the_shipped_weights_were_taught_with_the_texts_of_our_own_as_they_are(heads):
    own = {
        path.name: sha256(path.read_bytes()).hexdigest()[:16] for path in notice_rows.own_files()
    }
    sets = {Path(name).name for name in notice_rows.SETS.values()}
    for scorer in heads.of.values():
        recorded = dict(scorer.about["data"]["sources"])
        assert sets == {name for name in recorded if name not in own}
        assert {name: recorded.get(name) for name in own} == own, "run tools/train_notice.py again"


def test_the_shipped_weights_are_small():
    found = [path.stat().st_size for path in shipped.FOLDER.rglob("*") if path.is_file()]
    assert sum(found) < 5_000_000


def test_fingerprints_of_policy_and_head(heads):
    assert len(shipped.fingerprint()) == 16
    assert len({scorer.fingerprint for scorer in heads.of.values()}) == 2


def marks(text, *found):
    return [Mark(label, *span, 0.9, text[slice(*span)], None, "r") for label, span in found]


def test_a_head_adds_with_the_sentence_that_moves_it(heads):
    text = "I called on Monday. You are a stupid useless idiot, fuck off. Call me."
    (added,) = shipped.settled(heads, text, "customer", [])
    assert (added.label, added.rule) == ("insult", "head.insult")
    assert (
        added.evidence
        == text[added.start : added.end]
        == "You are a stupid useless idiot, fuck off."
    )
    assert added.score >= shipped.policies()["insult"].add
    assert shipped.settled(heads, text, "agent", []) == []
    assert shipped.settled(heads, text, "someone", []) == []


def test_a_head_adds_nothing_to_its_rules_mark_or_beside_praise(heads):
    text = "fuck you, you stupid idiot"
    there = marks(text, ("insult", (0, 8)))
    assert shipped.settled(heads, text, "customer", there) == there
    praise = marks(text, ("praise", (0, 8)))
    assert shipped.settled_by(heads, text, "customer", praise, {"insult": 0.99}) == praise


def test_a_rules_mark_falls_where_the_head_sees_nothing_of_it(heads):
    text = "the parcel went to the wrong flat in the wrong town on Monday"
    praise, thanks = marks(text, ("praise", (0, 3)), ("thanks", (4, 10)))
    assert heads.one(text, "customer")["praise"] < shipped.policies()["praise"].veto
    low = {"praise": 0.001}
    assert shipped.settled_by(heads, text, "customer", [praise, thanks], low) == [thanks]


@pytest.mark.parametrize(
    "text", ["Thank you so much!", "thx a lot, bye", "cheers mate", "much obliged"]
)
def test_plain_thanks_stand(heads, text):
    found = next(iter(Reader().read([{"text": text, "role": "customer"}])))
    assert [m.label for m in shipped.settled(heads, text, "customer", found)] == ["thanks"]


def test_one_message_is_scored_without_numpy_or_numba():
    code = (
        "import sys; from neoncard.notice.engine.heads import shipped;"
        "print(shipped.Heads().one('thank you', 'customer')['thanks'] > 0.9,"
        "sorted({'numpy', 'numba'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": "src"}, capture_output=True, text=True, check=True)  # fmt: skip
    assert said.stdout.split() == ["True", "[]"]
