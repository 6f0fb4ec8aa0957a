"""Kernels are compiled beside whoever reads, once a machine, and whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from neoncard.notice.engine import Reader, compiling, worth


class Child:
    """A process that compiles, or has ended."""

    def __init__(self, *, ended: bool) -> None:
        self.ended = ended
        self.waited = 0

    def poll(self) -> int | None:
        return 0 if self.ended else None

    def wait(self) -> int:
        self.waited += 1
        return 0


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine on which nothing was compiled, and a process that has not read yet."""
    monkeypatch.setattr(worth, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(compiling, "cache_folder", lambda: tmp_path)
    monkeypatch.delenv("NEONCARD_NOTICE_MATCHER", raising=False)
    monkeypatch.delitem(sys.modules, "neoncard.notice.engine.scan", raising=False)
    return tmp_path


def test_python_reads_while_a_process_of_its_own_compiles(
    cold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child, begun = Child(ended=False), [0]

    def beside() -> Child:
        begun[0] += 1
        return child

    monkeypatch.setattr(compiling, "beside", beside)
    assert [worth.by_kernels(rows) for rows in (1_999, 2_000, 9_999)] == [False] * 3
    assert begun == [0]
    assert not worth.by_kernels(10_000)
    assert not worth.by_kernels(100, 200_000)
    monkeypatch.setitem(sys.modules, "neoncard.notice.engine.scan", compiling)
    assert not worth.by_kernels(9_999)
    assert begun == [2]
    (cold / worth.WHOLE).touch()
    assert worth.by_kernels(100)
    monkeypatch.delitem(sys.modules, "neoncard.notice.engine.scan")
    assert not worth.by_kernels(1_999)
    assert worth.by_kernels(2_000)
    assert worth.by_kernels(100, 1_900)
    assert not worth.by_kernels(99, 200_000)
    assert begun == [2]


def test_where_nobody_can_compile_beside_the_reader_does(
    cold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nobody in (None, Child(ended=True)):
        monkeypatch.setattr(compiling, "beside", lambda nobody=nobody: nobody)
        assert not worth.by_kernels(9_999)
        assert worth.by_kernels(10_000)


def test_beside_is_none_where_nothing_can_be_kept(
    cold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cold / "file").touch()
    monkeypatch.setattr(compiling, "cache_folder", lambda: cold / "file" / "under")
    compiling.beside.cache_clear()
    try:
        assert compiling.beside() is None
        assert not compiling.goes_on()
        compiling.wait()
    finally:
        compiling.beside.cache_clear()


def test_waiting_is_for_the_child_and_only_once_a_machine(
    cold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = Child(ended=False)
    monkeypatch.setattr(compiling, "beside", lambda: child)
    assert compiling.goes_on()
    compiling.wait()
    (cold / worth.WHOLE).touch()
    compiling.wait()
    assert child.waited == 1


def test_a_table_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def waits() -> None:
        raise InterruptedError

    monkeypatch.setattr(compiling, "wait", waits)
    with pytest.raises(InterruptedError):
        Reader().read_table(pa.table({}))


def test_it_compiles_once_and_says_so(cold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = []
    monkeypatch.setattr(compiling, "compile_all", lambda: times.append(1))
    monkeypatch.setattr("os.nice", times.append)
    compiling.main()
    compiling.main()
    assert times == [5, 1]
    assert sorted(entry.name for entry in cold.iterdir()) == [worth.LOCK, worth.WHOLE]


READS = """
import json
from numba.core.dispatcher import Dispatcher
import sys
from neoncard.notice.engine import Boilerplate, Reader, compiling
from neoncard.notice.engine.bulk import Bulk
from neoncard.notice.engine.columns import batch_of
import pyarrow as pa
import numpy as np

def kinds():
    return {
        f"{name}.{key}": len(one.signatures)
        for name, module in list(sys.modules.items()) if name.startswith("neoncard.notice.engine")
        for key, one in vars(module).items() if isinstance(one, Dispatcher)
    }

compiling.compile_all()
before = kinds()
said = ["", "ok", "Thank you so much Bo! " * 9, "\\u4f60\\u597d", "\\u0130\\u00df \\ud800", "I " + "x" * 70_000, "Danke sehr, das ist nett"]
rows = [
    {"text": text, "role": role, "conversation": str(number), "agent_name": "Bo", "prev": "hi"}
    for number in range(30) for text in said for role in ("agent", "customer", "bot")
]
for store in (None, Boilerplate.count(rows), Boilerplate()):
    reader = Reader(store)
    Bulk(reader).read(batch_of(rows))
    Bulk(reader).read(batch_of(rows[:1]))
    plain = [{**row, "text": row["text"].encode("utf-8", "replace").decode()} for row in rows]
    table = pa.Table.from_pylist(plain)
    for some in (table, table.slice(5, 40), table.slice(0, 0), table.select(["text", "role"])):
        reader.read_table(some)
print(json.dumps({name: many for name, many in kinds().items() if many != before.get(name)}))
"""


@pytest.mark.whole
def test_nothing_is_left_to_compile() -> None:
    found = subprocess.run(
        [sys.executable, "-c", READS], capture_output=True, text=True, timeout=300, check=False
    )
    assert (found.stdout.strip(), found.returncode) == ("{}", 0), found.stderr
