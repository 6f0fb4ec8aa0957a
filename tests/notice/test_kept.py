"""What is worked out once a machine: read back whole, made again when it is not, never in the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from neoncard.notice.engine import kept


def dump(file: BinaryIO, value: Any) -> None:
    file.write(json.dumps(value).encode())


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(kept, "cache_folder", lambda: tmp_path / "new")
    return tmp_path / "new"


def made(values: list[int]) -> int:
    return kept.kept("one.json", lambda: values.pop(0), json.load, dump)


def test_it_is_made_once_and_read_by_the_next(folder: Path) -> None:
    values = [1, 2]
    assert [made(values), made(values)] == [1, 1]
    assert [path.name.split("-")[1] for path in folder.iterdir()] == ["one.json"]


def test_what_is_not_whole_is_made_again(folder: Path) -> None:
    values = [1, 2, 3]
    made(values)
    (path,) = folder.iterdir()
    path.write_bytes(b"{")
    assert [made(values), made(values)] == [2, 2]


def test_where_nothing_can_be_kept_it_is_made_each_time(folder: Path) -> None:
    folder.touch()
    values = [1, 2]
    assert [made(values), made(values)] == [1, 2]
