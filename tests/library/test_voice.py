"""The voice of the house: adult, plain, calm. Read over every text the library ships."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neoncard import library

FILES = sorted(Path(library.__file__).parent.rglob("*.toml"))
MUSH = re.compile(
    r"""!|--|\boops|\bdelight|\bwow|\bawesome|\bamazing|\bvalued\b|\bleverag|\bpassion
    |\bseamless|\bempower|\bsynerg|\bgo the extra mile|\bexceed\w* expectation
    |\binconvenience|\brockstar|\bsuperstar|\bhero\b|["']""",
    re.IGNORECASE | re.VERBOSE,
)


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path, value


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_exclamation_no_mush_and_curly_quotes(file: Path):
    found = [
        (path, text)
        for path, text in texts(tomllib.loads(file.read_text("utf-8")))
        if MUSH.search(text) or text != text.strip() or "  " in text
    ]
    assert found == []
