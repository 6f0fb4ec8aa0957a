"""Teaching and judging, end to end, on small rows of our own."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from neoncard.commands.notice import command
from neoncard.notice.engine.heads import (
    BadHeadError,
    Scorer,
    calibrate,
    learn,
    measure,
    rows,
    teach,
)

from . import made


def run(*args):
    return CliRunner().invoke(command, [str(arg) for arg in args], standalone_mode=False)


def last(result):
    """The report: the last line printed."""
    return json.loads(result.stdout.strip().splitlines()[-1])


@pytest.fixture
def file(tmp_path):
    return made.write(tmp_path / "rows.jsonl", made.rows())


@pytest.mark.whole
def test_train_then_eval_find_what_was_taught(tmp_path, file):
    taught = run("train", file, "--out", tmp_path / "head", "--json", tmp_path / "report.json")
    assert taught.return_value == 0
    found = last(taught)
    assert found == json.loads((tmp_path / "report.json").read_text())
    assert found["judged"] == "each row by a head not taught its group"
    assert list(found["labels"]) == ["plain", "rude", "thanks"]
    assert found["macro_f1"] > 0.95
    assert taught.stdout.splitlines()[0].split() == [
        "label", "rows", "precision", "recall", "F1", "AUC", "ECE", "abstains",
    ]  # fmt: skip

    test = made.write(tmp_path / "test.jsonl", [{"text": "many thanks!", "label": "thanks"}])
    judged = last(run("eval", test, "--head", tmp_path / "head"))
    assert judged["head"] == found["head"]
    assert (judged["accuracy"], judged["macro_f1"]) == (1.0, 1.0)
    assert judged["labels"]["thanks"] | {"ece": 0, "abstain_rate": 0} == {
        "rows": 1, "support": 1, "precision": 1.0, "recall": 1.0, "f1": 1.0, "auc": None,
        "ece": 0, "abstain_rate": 0, "sure_precision": 1.0,
    }  # fmt: skip
    only = last(run("eval", test, "--head", tmp_path / "head", "--labels", "thanks"))
    assert list(only["labels"]) == ["thanks"]


def test_the_same_rows_give_the_same_bytes(tmp_path, file):
    for name in ("a", "b"):
        run("train", file, "--out", tmp_path / name)
    for part in ("head.json", "weights.npz"):
        assert (tmp_path / "a" / part).read_bytes() == (tmp_path / "b" / part).read_bytes()


def test_a_head_may_have_many_labels_and_a_message_none(tmp_path):
    file = made.write(tmp_path / "rows.jsonl", made.many_labels())
    run("train", file, "--out", tmp_path / "head")
    scorer = Scorer.load(tmp_path / "head")
    assert (scorer.labels, scorer.rivals) == (("rude", "thanks"), False)
    test = [{"text": "it arrived on Monday", "labels": []}, {"text": "many thanks!", "labels": ["thanks"]}, {"text": "you idiot", "labels": ["rude"]}]  # fmt: skip
    found = last(run("eval", made.write(tmp_path / "t.jsonl", test), "--head", tmp_path / "head"))
    assert [found["labels"][name]["f1"] for name in ("rude", "thanks")] == [1.0, 1.0]


def test_rows_kept_aside_judge_and_dev_rows_teach_afterwards(tmp_path):
    found = [
        {**row, "split": "train" if n < 180 else "dev" if n < 210 else "test"}
        for n, row in enumerate(made.rows())
    ]
    report = last(run("train", made.write(tmp_path / "r.jsonl", found), "--out", tmp_path / "head"))
    assert (report["judged"], report["rows"], report["learnt_from"]) == ("rows kept aside", 60, 210)


def test_a_test_file_judges_and_never_teaches(tmp_path, file):
    test = made.write(tmp_path / "test.jsonl", made.rows(30))
    report = last(run("train", file, "--test", test, "--out", tmp_path / "head"))
    assert (report["judged"], report["rows"], report["learnt_from"]) == ("rows kept aside", 30, 240)


def test_what_came_before_counts_where_it_is_known(tmp_path):
    found = [
        {"text": "ok", "prev": "are you angry with me?" if n % 2 else "shall I book it?", "label": n % 2, "group": str(n)}
        for n in range(100)
    ]  # fmt: skip
    report = last(run("train", made.write(tmp_path / "r.jsonl", found), "--out", tmp_path / "head"))
    assert list(report["labels"]) == ["0", "1"]
    assert report["macro_f1"] == 1.0
    assert Scorer.load(tmp_path / "head").about["before"] is True


def test_a_label_of_several_domains_is_judged_in_a_domain_not_seen():
    found = [
        rows.Row(f"{text} {n}", frozenset([label]), domain=domain, group=str(n % 10), single=True)
        for n in range(12)
        for domain in ("bank", "food")
        for text, label in (("thanks", "thanks"), (f"buy {domain} now", f"buy-{domain}"))
    ]
    _, asked, tried = learn.learn(found, bits=12)
    assert asked.labels == ("buy-bank", "buy-food", "thanks")
    assert [trial.columns for trial in tried] == [(2,), (0, 1)]
    assert tried[0].folds.tolist() == [0, 0, 1, 1] * 12
    assert tried[1].folds is asked.folds


def test_rows_that_cannot_be_used_are_named_with_the_mend(tmp_path):
    file = tmp_path / "rows.jsonl"
    good = "".join(json.dumps(row) + "\n" for row in made.rows())
    bad = [
        "{", "[]", '{"label": "a"}', '{"text": "a"}', '{"text": "a", "labels": "b"}',
        '{"text": "a", "label": 1.5}', '{"text": "a", "label": "b", "role": "boss"}',
        '{"text": "a", "label": "b", "prev": []}',
    ]  # fmt: skip
    file.write_text(good + "\n".join(bad))
    result = run("train", file, "--out", tmp_path / "head")
    assert result.return_value == 0
    assert last(result)["rows_not_used"] == 8
    assert result.stderr.splitlines() == [
        f"neoncard: rows.jsonl: row {number}: {mend}"
        for number, mend in enumerate(
            [
                "not JSON: write one object a line, in UTF-8",
                'not an object: write {"text": …, "label": …}',
                "text: give the message's words as a string",
                'label: give one as "label", or any number as "labels": [] for none',
                'labels: give a list, such as ["thanks"]; [] for none',
                "label: give each label as a word or a whole number",
                'role: write "agent" or "customer", or leave it out',
                "prev: give a string, or leave it out",
            ],
            241,
        )
    ]


@pytest.mark.parametrize(
    ("found", "args", "said"),
    [
        ([], [], "no row can be used"),
        (made.rows(9), [], "at least 10 rows must have a label"),
        ([{"text": "a", "label": "b"}] * 20, [], "others lack it"),
        (made.rows(30), ["--labels", "praise"], "nothing to learn"),
        ([{"text": "a", "label": "b", "split": "dev"}] * 20, [], "every row's split"),
    ],
)
def test_nothing_to_learn_is_said(tmp_path, found, args, said):
    file = made.write(tmp_path / "rows.jsonl", found)
    result = run("train", file, "--out", tmp_path / "head", *args)
    assert said in str(result.exception)
    assert not (tmp_path / "head").exists()


def test_a_head_that_is_none_is_said(tmp_path, file):
    assert "teach one with" in str(run("eval", file, "--head", tmp_path).exception)
    run("train", file, "--out", tmp_path / "head")
    assert "has plain" in str(
        run("eval", file, "--head", tmp_path / "head", "--labels", "x").exception
    )
    (tmp_path / "head" / "weights.npz").write_bytes(b"")
    with pytest.raises(BadHeadError, match="belong together"):
        Scorer.load(tmp_path / "head")
    assert "say which head" in str(run("eval", file).exception)
    assert "no label" in str(run("eval", file, "--labels", "nonsense").exception)


def test_our_own_labels_are_judged_as_the_reader_marks_them(tmp_path):
    found = [{"text": "Thank you so much!", "labels": ["thanks"]}, {"text": "no", "labels": []}]
    file = made.write(tmp_path / "rows.jsonl", found)
    report = last(run("eval", file, "--labels", "thanks,insult"))
    assert report["labels"]["thanks"]["f1"] == 1.0
    assert report["labels"]["insult"]["support"] == 0
    assert report["macro_f1"] == 1.0


def test_scores_rise_with_margins_and_lie_between_zero_and_one():
    random = np.random.default_rng(0)
    margin = random.normal(size=(500, 2))
    truth = np.where(random.random((500, 2)) < 1 / (1 + np.exp(-3 * margin)), 1, -1).astype(np.int8)
    read = calibrate.read_margins(margin, truth, rivals=False)
    grid = np.linspace(-5, 5, 300)[:, None].repeat(2, 1)
    found = calibrate.scores(grid, read)
    assert (np.diff(found, axis=0) >= 0).all()
    assert 0 <= found.min() < found.max() <= 1
    for each in read:
        assert each.unsure[0] <= each.threshold <= each.unsure[1]
    assert measure.ece(calibrate.scores(margin, read)[:, 0], truth[:, 0] > 0) < 0.05


def test_threshold_and_band_by_hand():
    score = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05])
    yes = np.array([1, 1, 0, 1, 0, 0, 0, 0, 0, 0], np.bool_)
    threshold, (low, high) = calibrate.edges(score, yes)
    assert threshold == 0.55
    assert (low, high) == (0.55, 1.0)


def test_figures_by_hand():
    score = np.array([0.9, 0.4, 0.6, 0.1])
    truth = np.array([True, True, False, False])
    found = measure.figures(score, score > 0.5, np.array([False, True, False, False]), truth)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert (found.auc, found.abstain_rate, found.sure_precision) == (0.75, 0.25, 0.5)
    assert found.ece == pytest.approx((0.1 + 0.6 + 0.6 + 0.1) / 4)


def test_a_fingerprint_is_of_the_rows():
    one = [rows.parsed(b'{"text": "a", "label": "b"}')]
    assert teach.fingerprint(one) == teach.fingerprint(list(one))
    assert teach.fingerprint(one) != teach.fingerprint(one * 2)
