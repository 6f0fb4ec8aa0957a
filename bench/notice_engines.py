"""Who is asked in `notice-quality`, and what: parts of the shared sets, our head, and the peers in `bench/.peers`.

What an engine says of a part is kept in a folder and found there the next time, while the code is the same.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

HERE = Path(__file__).parent
PEERS = HERE / "peers"
TWELVE = "gratitude caring admiration remorse love amusement joy optimism approval anger annoyance disgust".split()  # noqa: SIM905 reads better
CHUNK = 4_000
"""MiniLM is asked for the vectors of so many texts at a time."""


class OutOfTimeError(Exception):
    """The time that was given is over; what is done is kept."""


@dataclass(frozen=True)
class Part:
    """Rows to teach and rows to ask, of one task; `labels` are those that count."""

    task: str
    name: str
    taught: list[Any]
    asked: list[Any]
    labels: tuple[str, ...]


def parts(folder: Path) -> Iterator[Part]:
    """Every part of every task."""
    from neoncard.notice.engine.heads.rows import read

    found, _ = read(folder / "goemotions.jsonl")
    taught, dev = ([row for row in found if row.split == name] for name in ("train", "dev"))
    yield Part("goemotions_12", "dev", taught, dev, tuple(TWELVE))
    found, _ = read(folder / "convabuse.jsonl")
    for fold in range(5):
        inside = [crc32(row.group.encode()) // 7 % 5 == fold for row in found]
        yield Part("convabuse", str(fold), *_parted(found, inside), ("0", "1"))
    found, _ = read(folder / "multidogo_customer_acts.jsonl")
    for domain in sorted({row.domain for row in found}):
        inside = [row.domain == domain for row in found]
        yield Part("thank_you", domain, *_parted(found, inside), ("thankyou",))


def _parted(rows: list[Any], inside: list[bool]) -> tuple[list[Any], list[Any]]:
    pairs = list(zip(rows, inside, strict=True))
    return [row for row, aside in pairs if not aside], [row for row, aside in pairs if aside]


def truth(rows: list[Any], labels: tuple[str, ...]) -> Any:
    """What is so, bool[n, labels]."""
    import numpy as np

    return np.array([[label in row.labels for label in labels] for row in rows], np.bool_)


Said = tuple[Any, Any]
"""Scores float64[n, labels] of a part's rows and the decisions, yes or no."""


@dataclass(frozen=True)
class Bench:
    """Where what is done is kept, and until when there is time."""

    home: Path
    until: float

    def said(self, engine: str, part: Part) -> Said:
        """What an engine says of a part. Raises `OutOfTimeError`."""
        import numpy as np

        made = ENGINES[engine]
        path = self.home / f"{engine}-{state(engine)}-{part.task}-{part.name}.npz"
        if not path.exists():
            self.check()
            print(f"bench: {engine}, {part.task} {part.name}", flush=True)
            score, said = made(self, part)
            np.savez_compressed(path, score=score, said=said)
        with np.load(path) as found:
            return found["score"], found["said"]

    def check(self) -> None:
        """Raise `OutOfTimeError` when the time is over."""
        if time.monotonic() > self.until:
            raise OutOfTimeError

    def vectors(self, texts: list[str]) -> Any:
        """MiniLM's vectors of texts, each asked once for all parts."""
        import numpy as np

        from neoncard.notice.engine.heads import minilm

        path = self.home / f"vectors-{minilm.MODEL[:16]}.npz"
        known, kept = {}, np.zeros((0, minilm.WIDE), np.float32)
        if path.exists():
            with np.load(path) as found:
                known, kept = (
                    {key: n for n, key in enumerate(found["keys"].tolist())},
                    found["vectors"],
                )
        keys = [sha256(text.encode("utf-8", "replace")).hexdigest()[:20] for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        left = list(new)
        for begin in range(0, len(left), CHUNK):
            self.check()
            some = left[begin : begin + CHUNK]
            known |= {key: len(kept) + n for n, key in enumerate(some)}
            kept = np.concatenate([kept, minilm.vectors([new[key] for key in some])])
            np.savez(path, keys=np.array(list(known)), vectors=kept)
        return kept[[known[key] for key in keys]]


@cache
def state(engine: str) -> str:
    """A hash of the code that decides what an engine says."""
    from neoncard.notice.engine import heads

    own = [
        path
        for path in sorted(Path(heads.__file__).parent.glob("*.py"))
        if engine != "ours" or path.stem not in ("meaning", "minilm")
    ]
    files = own if engine.startswith("ours") else [PEERS / "lr.py", PEERS / f"{engine}.py"]
    digest = sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def ours(bench: Bench, part: Part) -> Said:
    """A head taught by the part's rows, written and read again."""
    from neoncard.notice.engine.heads import Scorer

    folder = bench.home / "head"
    _learnt(part)[0].write(folder)
    return _decided(Scorer.load(folder), part)


def with_minilm(bench: Bench, part: Part) -> Said:
    """The same, asking MiniLM too."""
    from neoncard.notice.engine.heads import Scorer, meaning

    bench.vectors([text for row in part.taught + part.asked for text in (row.text, row.prev)])
    folder = bench.home / "head"
    made, asked, tried = _learnt(part)
    made.write(folder)
    added, _ = meaning.learn(part.taught, asked, tried, vectors=bench.vectors)
    added.write(folder, Scorer.load(folder).fingerprint)
    return _decided(meaning.Both.load(folder, vectors=bench.vectors), part)


_LAST: dict[tuple[str, str], Any] = {}


def _learnt(part: Part) -> Any:
    """What `learn.learn` gives for a part; the last is kept, for the engine after this one."""
    from neoncard.notice.engine.heads import learn

    key = part.task, part.name
    if key not in _LAST:
        _LAST.clear()
        _LAST[key] = learn.learn(part.taught)
    return _LAST[key]


def _decided(scorer: Any, part: Part) -> Said:
    import numpy as np

    from neoncard.notice.engine.heads import judge

    score = judge.scored(scorer, part.asked)
    threshold, unsure = (
        np.array([getattr(label, name) for label in scorer.details])
        for name in ("threshold", "unsure")
    )
    said, _ = judge.decided(score, threshold, unsure, scorer.rivals)
    columns = [scorer.labels.index(label) for label in part.labels]
    return score[:, columns], said[:, columns]


def tfidf_lr(bench: Bench, part: Part) -> Said:
    """The peer that knows n-grams: its thresholds are those of highest F1 on the rows it was taught."""
    return _peer("tfidf", "tfidf_lr.py", part, {})


def convokit_lr(bench: Bench, part: Part) -> Said:
    """The peer that knows politeness strategies, with thresholds set the same way."""
    left = {"kept": str(bench.home / "convokit.json"), "seconds": bench.until - time.monotonic()}
    return _peer("convokit", "convokit_lr.py", part, left)


def _peer(venv: str, script: str, part: Part, more: dict[str, Any]) -> Said:
    import numpy as np

    from neoncard.notice.engine.heads.calibrate import edges

    so = truth(part.taught, part.labels)
    task = {
        "texts": [row.text for row in part.taught],
        "truth": so.astype(int).tolist(),
        "groups": [row.domain or row.group or str(n) for n, row in enumerate(part.taught)],
        "asked": [row.text for row in part.asked],
    }
    if len({*task["groups"]}) < 5:
        task["groups"] = [row.group for row in part.taught]
    done = subprocess.run(
        [HERE / ".peers" / venv / "bin" / "python", PEERS / script],
        input=json.dumps(task | more),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    if "left" in found:
        print(f"bench: {venv} has {found['left']} texts left to parse", flush=True)
        raise OutOfTimeError
    kept, score = np.array(found["taught"]), np.array(found["asked"])
    limits = [edges(kept[:, k], so[:, k])[0] for k in range(len(part.labels))]
    if part.labels == ("0", "1"):
        limits = [1 - limits[1], limits[1]]
    return score, score >= np.array(limits)


ENGINES: dict[str, Callable[[Bench, Part], Said]] = {
    "ours": ours,
    "ours_with_minilm": with_minilm,
    "tfidf_lr": tfidf_lr,
    "convokit_lr": convokit_lr,
}
