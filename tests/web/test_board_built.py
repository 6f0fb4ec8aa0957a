"""The committed board: as its sources build it, within its bytes, and nothing inline."""

import gzip
import json
import re
import shutil
import subprocess

import pytest

from tools import board_sum

BUILT, SOURCES = board_sum.BUILT, board_sum.SOURCES


def test_what_is_committed_is_what_the_sources_build():
    assert board_sum.stale() == [], "Build the board anew: tools/board"


def test_a_changed_source_is_noticed(tmp_path, monkeypatch):
    copy = tmp_path / "board"
    keep = shutil.ignore_patterns("node_modules", ".node")
    shutil.copytree(SOURCES, copy, ignore=keep)
    monkeypatch.setattr(board_sum, "SOURCES", copy)
    assert board_sum.stale() == []
    changed = copy / "src/words.ts"
    changed.write_text(changed.read_text() + "\n")
    assert board_sum.stale() == ["sources"]


def test_nothing_but_one_script_and_one_stylesheet_is_built():
    assert sorted(path.name for path in BUILT.iterdir()) == ["board.css", "board.js"]


def test_the_board_stays_within_its_bytes():
    script, style = (
        gzip.compress((BUILT / f"board.{ending}").read_bytes(), 9) for ending in ("js", "css")
    )
    assert len(script) <= 45_000
    assert len(style) <= 5_000


def test_nothing_is_inline_that_the_policy_forbids():
    script = (BUILT / "board.js").read_text()
    assert (
        re.findall(
            r"\beval\(|new Function\(|<style|createElement\(`style`\)|sourceMappingURL", script
        )
        == []
    )
    markup = list((SOURCES / "src").rglob("*.svelte"))
    assert markup != []
    assert [
        path.name for path in markup if re.search(r"\sstyle[=:]|<style|\{@html", path.read_text())
    ] == []


def test_colours_are_written_in_the_tokens_alone():
    style = (SOURCES / "src/board.css").read_text()
    assert re.findall(r"#[0-9a-f]{3,8}\b", style) == []


def test_the_lock_holds_hashes_and_no_addresses():
    lock = (SOURCES / "package-lock.json").read_text()
    assert "://" not in lock
    packages = {name: pack for name, pack in json.loads(lock)["packages"].items() if name}
    assert [name for name, pack in packages.items() if "integrity" not in pack] == []


def test_sources_are_small_enough_to_read():
    long = {
        path.name: count
        for path in [*(SOURCES / "src").rglob("*"), *(SOURCES / "tests").rglob("*")]
        if path.is_file() and (count := len(path.read_text().splitlines())) >= 400
    }
    assert long == {}


@pytest.mark.parametrize("name", ["board.js", "board.css"])
def test_built_files_are_told_to_git_as_built(name):
    git = shutil.which("git")
    if git is None or not (board_sum.ROOT / ".git").exists():
        pytest.skip("not a clone")
    path = (BUILT / name).relative_to(board_sum.ROOT)
    said = subprocess.run(
        [git, "check-attr", "linguist-generated", "--", str(path)],
        cwd=board_sum.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip().endswith(": set")
