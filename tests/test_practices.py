"""docs/practices.md traces every practice to a test that exists, or names the gap."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PRACTICES = [
    "an act of kindness a day",
    "kind to oneself",
    "the kindness boomerang",
    "people helping people when no one stops",
    "a smile and the name",
    "stories told with permission",
    "daily ideas in and out of the office",
    "sharing within the team what was given",
    "the pledge",
    "white cards, neon cards between, from basic to unbelievable",
    "one or two unsuspecting acts in every call, even technical",
    "trust, tell others, stay loyal",
    "pay it forward",
    "grace on a bad day and someone who digs a little deeper",
    "principles over scripts",
    "right even when not profitable",
    "the six front lines",
    "the customer's five practices (calm, congenial, by name, thanks, feedback)",
    "feedback that improves product and service",
    "comments with something to say and at most one link",
]


def rows() -> list[tuple[str, str, str]]:
    lines = (ROOT / "docs/practices.md").read_text().splitlines()
    cells = [
        [c.strip() for c in line.strip("|").split("|")] for line in lines if line.startswith("| ")
    ]
    return [(c[0], c[1], c[2]) for c in cells if c[0] != "practice"]


def test_every_practice_has_its_row_and_only_one():
    assert [practice for practice, _where, _test in rows()] == PRACTICES


def test_every_row_names_a_test_that_exists_or_a_gap():
    wrong = []
    for practice, where, proof in rows():
        assert where, f"{practice}: where does a person meet it?"
        if proof.startswith("gap: "):
            continue
        for each in proof.split("<br>"):
            file, _colons, name = each.strip().strip("`").partition("::")
            path = ROOT / file
            found = path.exists() and {
                node.name for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.FunctionDef)
            }  # fmt: skip
            if not found or name not in found:
                wrong.append(f"{practice}: {each}")
    assert wrong == []
