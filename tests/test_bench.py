import json
import re
import subprocess
import sys

import pytest

from bench.pages import PAGES
from bench.rounds import interleave, percentile
from tests.installation import ROOT


def test_rounds_take_turns_and_give_the_median_ratio():
    order = []
    figures = iter([10, 20, 30])

    def ours():
        order.append("ours")
        return next(figures)

    def peer():
        order.append("peer")
        return 10

    found = interleave(ours, peer, 3)
    assert order == ["ours", "peer", "peer", "ours", "ours", "peer"]
    assert (found["ratio"], found["range"]) == (2.0, [1.0, 3.0])


def test_a_percentile_is_a_figure_that_was_measured():
    assert percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert percentile([1, 2], 0.95) == 2


NAMED = {
    "/beside": "/beside?…",
    "/journeys/<id>": "/journeys/…",
    "/chains/<id>": "/chains/…",
    "/report/<year>-<month>": "/report/<month>",
    "/thanks/<token>": "/thanks/<slug>",
}


def test_every_page_we_promised_to_keep_quick_is_timed_and_its_figure_stands_in_the_docs():
    docs = (ROOT / "docs/pages.md").read_text()
    promised = re.findall(r"^\| `(/\S*)` \|.* ◷ \|$", docs, re.M)
    names = {NAMED.get(path, path) for path in promised}
    assert (len(names), names - PAGES.keys()) == (20, set())
    measured = re.findall(r"^\| `(/\S*)` \|", (ROOT / "docs/pages-bench.md").read_text(), re.M)
    assert names - set(measured) == set()
    known = {NAMED.get(path, path) for path in re.findall(r"^\| `(/\S*)` \|", docs, re.M)}
    assert PAGES.keys() - known == set()


@pytest.mark.whole
def test_a_bench_writes_its_ratios_first_and_its_machine(tmp_path):
    out = tmp_path / "jobs.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench", "jobs", "--rounds=1", "--jobs=5", f"--json={out}"],
        cwd=ROOT,
        env={"PYTHONPATH": "src", "PATH": "/usr/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    assert list(found)[:3] == ["bench", "ratios", "machine"]
    assert len(found["jobs_per_second"]) == 1
    assert str(found["machine"]["cores"]) in found["machine"]["line"]
    assert done.stdout.startswith("jobs a second over the bar: ")


def test_a_kept_company_is_built_once_and_its_figures_say_how_much_was_in_it(own):
    asked = ["--kindnesses=60", "--people=40", "--encounters=80", "--chain=12", "--looks=1"]
    out, home = own.home / "pages.json", f"--keep={own.home}"

    def bench(*more):
        done = own.python("-m", "bench", "pages", home, f"--json={out}", *asked, *more)
        return done, json.loads(out.read_text()) if done.returncode == 0 else {}

    done, found = bench("--only=/wall")
    assert done.returncode == 0, done.stderr
    assert found["rows"] == {"kindnesses": 72, "people": 40, "encounters": 80}
    assert [page["page"] for page in found["pages"]] == ["/wall"]
    done, found = bench("--only=/chains/…")
    assert done.returncode == 0, done.stderr
    assert [page["page"] for page in found["pages"]] == ["/chains/…"]
    done, _found = bench("--kindnesses=61", "--only=/wall")
    assert "--keep holds (72, 40, 80)" in done.stderr
