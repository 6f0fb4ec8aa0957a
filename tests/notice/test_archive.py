"""`neoncard read`: every kind of file, bad rows, engines, resuming, the report; without a database."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neoncard.commands.read import command
from neoncard.notice.archive import engines, sources, work
from neoncard.notice.archive.engines import Ahead, Here
from neoncard.notice.archive.run import archive
from neoncard.notice.archive.sources import RefusedError
from neoncard.notice.archive.tally import Tally, share
from neoncard.notice.engine import LABELS, Boilerplate, Reader, labels_in
from tests.installation import ROOT

pytestmark = pytest.mark.whole

MACRO = "The order {} is at the warehouse and leaves it early on Monday morning."


def conversation(number: int, *, extra: str = "Thank you so much!") -> dict[str, Any]:
    said = f"I'm so sorry, Maren. {MACRO.format(number)}"
    return {
        "id": f"c{number}",
        "customer": {"name": "Maren Oltmanns"},
        "agent": {"name": "Ines Albers"},
        "messages": [
            {"id": f"{number}-1", "author": "customer", "text": f"Where is order {number}?"},
            {"id": f"{number}-2", "author": "agent", "text": said},
            {"id": f"{number}-3", "author": "customer", "text": extra},
            {"id": f"{number}-4", "author": "bot", "text": "Rate us!"},
        ],
    }


def rows_of(out: Path) -> list[dict[str, Any]]:
    parts = sorted(out.glob("part-*.parquet"))
    return [row for part in parts for row in pq.read_table(part).to_pylist()]


def write(path: Path, number: int = 30) -> Path:
    lines = [json.dumps(conversation(n)) for n in range(number)]
    path.write_text("\n".join(lines) + "\n")
    return path


def files_of(out: Path) -> dict[str, bytes]:
    some = (path for path in sorted(out.iterdir()) if path.name != "reading.json")
    return {path.name: path.read_bytes() for path in some}


def test_conversations_are_read_with_names_boilerplate_and_what_was_before(tmp_path: Path) -> None:
    total = archive([write(tmp_path / "a.jsonl")], tmp_path / "out", Here())
    assert (total.messages, total.agents, total.lost) == (120, 30, 0)
    assert dict(total.unread) == {"author": 30}
    found = [row for row in rows_of(tmp_path / "out") if row["conversation"] == "c7"]
    assert [
        (row["label"], row["message"], row["evidence"], row["boilerplate"]) for row in found
    ] == [
        ("apology", "7-2", "I'm so sorry", True),
        ("name", "7-2", "Maren", True),
        ("thanks", "7-3", "Thank you so much", False),
    ]
    assert {row["file"] for row in found} == {str(tmp_path / "a.jsonl")}
    summary = json.loads((tmp_path / "out/summary.json").read_text())
    assert (summary["boilerplate_messages"], summary["counted_messages"]) == (30, 30)
    page = (tmp_path / "out/report.html").read_text()
    assert "<mark>I&#x27;m so sorry</mark>" in page
    assert "30 of 30 agents" in page
    assert "<script" not in page
    assert "http" not in page


def test_the_report_says_what_is_not_known_in_german(tmp_path: Path) -> None:
    said = ["Das ist eine Frechheit!", "Thank you!", "Vielen Dank für alles", "Merci beaucoup"]
    rows = [{"text": text, "role": "customer"} for text in said]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    total = archive([tmp_path / "a.jsonl"], tmp_path / "out", Here())
    assert (dict(total.languages), dict(total.unread)) == ({"en": 1, "de": 2}, {"language": 1})
    assert [row["label"] for row in rows_of(tmp_path / "out")] == ["complaint", "thanks"]
    page = (tmp_path / "out/report.html").read_text()
    assert "<p>Read: 1 in English, 2 in German.</p>" in page
    known = ", ".join(label for label in LABELS if label in labels_in("de"))
    others = ", ".join(label for label in LABELS if label not in labels_in("de"))
    assert (
        f"In German these are read: {known}. The others are not known there, not zero: {others}."
        in page
    )
    assert "In English these" not in page
    assert "In Spanish" not in page
    assert json.loads((tmp_path / "out/summary.json").read_text())["languages"] == {
        "en": 1,
        "de": 2,
    }


def test_every_kind_of_file_gives_the_same_marks(tmp_path: Path) -> None:
    said = [
        "Thank you, Ines!",
        'He said "no",\nthen left. Thanks a lot!',
        "Merci beaucoup pour tout",
    ]
    flat = [
        {
            "text": text,
            "role": "customer",
            "agent_name": "Ines Albers",
            "conversation": "k",
            "message": str(n),
        }
        for n, text in enumerate(said)
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in flat))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress((tmp_path / "a.jsonl").read_bytes()))
    quoted = ['"' + row["text"].replace('"', '""') + '"' for row in flat]
    lines = [f"{text},customer,Ines Albers,k,{n}" for n, text in enumerate(quoted)]
    (tmp_path / "c.csv").write_text(
        "\ufefftext,role,agent_name,conversation,message\r\n" + "\r\n".join(lines)
    )
    pq.write_table(pa.Table.from_pylist(flat), tmp_path / "d.parquet")
    total = archive([tmp_path], tmp_path / "out", Here())
    assert (total.messages, total.lost, dict(total.unread)) == (12, 0, {"language": 4})
    found = rows_of(tmp_path / "out")
    by_file = [
        [
            (r["message"], r["label"], r["start"], r["end"])
            for r in found
            if r["file"].endswith(name)
        ]
        for name in ("a.jsonl", "b.jsonl.gz", "c.csv", "d.parquet")
    ]
    assert len(by_file[0]) >= 3
    assert by_file == [by_file[0]] * 4


def test_bad_rows_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(
        b'{"text": "Thanks!", "role": "customer"}\nnot json\n\n\xff\xfe\n[1]\n{"text": 5, "role": "agent"}\n'
        b'{"id": "x", "messages": [{"author": "agent"}]}\n{"role": "agent"}\n{"text": "Thanks!", "role": "customer"}'
    )
    (tmp_path / "b.csv").write_text("text,role\nThanks!,customer\nonly one\n")
    (tmp_path / "c.parquet").write_bytes(b"PAR1 and nothing else")
    (tmp_path / "d.csv").write_text("name,words\na,b\n")
    (tmp_path / "e.jsonl.gz").write_bytes(
        gzip.compress(b'{"text": "Thanks!", "role": "customer"}\n' * 9)[:-9]
    )
    pq.write_table(pa.table({"text": ["Thanks!"]}), tmp_path / "f.parquet")
    total = archive([tmp_path], tmp_path / "out", Here())
    said = {(Path(path).name, row): why for path, row, why in total.bad}
    assert said[("a.jsonl", 2)] == "not JSON (character 1)"
    assert said[("a.jsonl", 4)].startswith("not UTF-8")
    assert {row for name, row in said if name == "a.jsonl"} == {2, 4, 5, 6, 7, 8}
    assert "2" in said[("b.csv", 3)]
    assert {name for name, row in said if row == 0} >= {"c.parquet", "d.csv"}
    assert "'role'" in said[("f.parquet", 1)]
    assert total.labels["thanks"] >= 3


def test_what_cannot_be_read_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").write_text("x")
    good = write(tmp_path / "a.jsonl", 2)
    for paths, out, why in (
        ([tmp_path / "none.csv"], "out", "no such file"),
        ([tmp_path / "a.txt"], "out", "must end in"),
        ([tmp_path / "full"], "out", "no .jsonl"),
        ([good], "full", "other things"),
    ):
        with pytest.raises(RefusedError, match=why):
            archive(paths, tmp_path / out, Here())
    archive([good], tmp_path / "out", Here())
    with pytest.raises(RefusedError, match="whole reading"):
        archive([good], tmp_path / "out", Here())


def test_another_reading_is_not_gone_on_with(tmp_path: Path) -> None:
    good = write(tmp_path / "a.jsonl", 2)
    with pytest.raises(KeyboardInterrupt):
        archive([good], tmp_path / "out", Stops(1))
    good.write_text(good.read_text() * 2)
    with pytest.raises(RefusedError, match="other files"):
        archive([good], tmp_path / "out", Here())


class Stops:
    """An engine that is interrupted after so many units."""

    def __init__(self, after: int) -> None:
        self.left = after

    def run(self, work_: Any, some: Any, *shared: Any) -> Any:
        for one in some:
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            yield work_(one, *shared)


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4, 5])
def test_interrupted_anywhere_it_ends_the_same(
    tmp_path: Path, after: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr(sources, "BYTES", 6_000)
    good = write(tmp_path / "a.jsonl", 30)
    archive([good], tmp_path / "whole", Here())
    with pytest.raises(KeyboardInterrupt):
        archive([good], tmp_path / "out", Stops(after))
    archive([good], tmp_path / "out", Here())
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")
    assert len(list((tmp_path / "out").glob("part-*"))) >= 3


def test_killed_and_run_again_it_ends_the_same(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({
            "text": ["Thank you so much!", "I'm sorry.", "My bike is blue."] * 40_000,
            "role": ["customer", "agent", "customer"] * 40_000,
            "conversation": [str(n // 6) for n in range(120_000)],
        }),
        tmp_path / "a.parquet",
        row_group_size=10_000,
    )  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NEONCARD_NOTICE_MATCHER": ""}
    line = [
        sys.executable,
        "-m",
        "neoncard",
        "read",
        str(tmp_path / "a.parquet"),
        "--workers",
        "1",
        "--out",
    ]
    subprocess.run(
        [*line, str(tmp_path / "whole")], env=environment, check=True, capture_output=True
    )
    running = subprocess.Popen(
        [*line, str(tmp_path / "out")], env=environment, stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 120
    while time.monotonic() < until and len(list((tmp_path / "out").glob("part-*.parquet"))) < 3:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not (tmp_path / "out/report.html").exists()
    done = subprocess.run(
        [*line, str(tmp_path / "out")], env=environment, check=True, capture_output=True, text=True
    )
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")
    assert "120000 messages" in done.stdout


def test_dask_and_a_pool_give_what_one_process_gives(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(sources, "BYTES", 6_000)
    good = write(tmp_path / "a.jsonl", 40)
    archive([good], tmp_path / "one", Here())
    with engines.local(2) as pool:
        archive([good], tmp_path / "pool", pool)
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
        engines.dask(1, client.scheduler.address) as far,
    ):
        archive([good], tmp_path / "dask", far)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "pool") == files_of(tmp_path / "dask")


def test_results_come_in_order_and_not_too_many_are_under_way() -> None:
    under_way: list[int] = []

    class Later:
        def __init__(self, value: int) -> None:
            self.value = value

        def result(self) -> int:
            return under_way.pop(0)

    def submit(_work: Any, one: int) -> Later:
        under_way.append(one)
        assert len(under_way) <= 4
        return Later(one)

    assert list(Ahead(submit, 2, lambda one: one).run(lambda one: one, range(9))) == list(range(9))


texts = st.sampled_from(
    [MACRO.format(n) for n in range(3)]
    + ["Ok then.", "Thé macro, été là, oui oui.", "Hi! Bye! " * 70]
)
counted = st.lists(st.tuples(texts, st.integers(0, 24)), max_size=150)


@given(counted, st.integers(0, 150))
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
def test_the_tally_counts_what_the_store_counts(said: list[tuple[str, int]], cut: int) -> None:
    rows = [{"text": text, "role": "agent", "conversation": str(n)} for text, n in said]
    store = Boilerplate.count(rows)
    units = []
    for some in (rows[cut:], rows[:cut]):
        data = "".join(json.dumps(row) + "\n" for row in some).encode()
        units.append(work.count(sources.Unit(0, "x", "jsonl", 1, data=data)))
    tally = Tally()
    for unit in units:
        tally.add(unit)
    many = tally.many(units)
    assert many.tolist() == store.many()
    copied = sum(store.is_boilerplate(row["text"]) for row in rows)
    assert share(many, units) == (copied, len(rows))


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from([b'{"text": "Thanks!", "role": "customer"}', b'"a,b"', b"a,customer"]),
        ),
        max_size=8,
    )
)
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
def test_reading_never_raises_on_any_bytes(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    for kind, header in (("jsonl", ()), ("csv", ("text", "role"))):
        part, total = work.read(sources.Unit(0, "x", kind, 1, data=data, header=header), None)
        assert pq.read_table(pa.BufferReader(part)).num_rows == sum(total.labels.values())


def test_parquet_columns_of_odd_types_are_read(tmp_path: Path) -> None:
    table = pa.table({
        "text": pa.array(["Thanks!", None, "Thanks a lot!"]).dictionary_encode(),
        "role": pa.array(["customer"] * 3),
        "conversation": pa.array([1, 2, 3]),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")
    archive([tmp_path / "a.parquet"], tmp_path / "out", Here())
    assert [(r["conversation"], r["row"]) for r in rows_of(tmp_path / "out")] == [
        ("1", 1),
        ("3", 3),
    ]


def test_the_command_says_what_it_did(tmp_path: Path, monkeypatch: Any) -> None:
    good = write(tmp_path / "a.jsonl", 2)
    with good.open("a") as file:
        file.write("nonsense\n")
    run = CliRunner().invoke(
        command,
        [str(good), "--out", str(tmp_path / "out"), "--workers", "1"],
        standalone_mode=False,
    )
    assert run.return_value == 1
    assert "row 3: not JSON" in run.output
    assert "8 messages, 6 marks, 2 not read, 1 rejected" in run.output
    run = CliRunner().invoke(command, [str(good), "--out", str(tmp_path / "out")])
    assert "whole reading" in run.output
    run = CliRunner().invoke(command, [str(good), "--out", "x", "--scheduler", "tcp://127.0.0.1:1"])
    assert "--engine dask" in run.output
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    run = CliRunner().invoke(command, [str(good), "--out", str(tmp_path / "new")])
    assert "pip install 'neoncard[read]'" in run.output


def test_neither_django_nor_a_home_is_needed(tmp_path: Path) -> None:
    good = write(tmp_path / "a.jsonl", 2)
    code = (
        "import sys; from neoncard.commands import main\n"
        f"try: main(['read', {str(good)!r}, '--out', {str(tmp_path / 'out')!r}, '--workers', '1'])\n"
        "finally: print([n for n in sys.modules if n.split('.')[0] == 'django'], file=sys.stderr)"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NEONCARD", "DJANGO"))}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**environment, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.stderr.strip() == "[]"
    assert Reader().version
    assert np.__version__
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "out"]
