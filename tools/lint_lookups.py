"""access is the only place that fetches a row by what a person typed or clicked: `python -m tools.lint_lookups`.

Flags, everywhere else in the package but in tables and migrations: `.objects.get(`, `.get(pk=…)` and its kin,
`get_object_or_404`, `.filter(pk=…)`, `Q(id=…)`, `in_bulk`, and any filter on an id that comes straight from a
request. A look-up that is right where it stands says why: `# lookup: the worker's own claim`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "neoncard"
EXEMPT = re.compile(r"#\s*lookup:\s*\S")
SHORTCUTS = {"get_object_or_404", "aget_object_or_404", "get_list_or_404", "aget_list_or_404"}
KEYS = {"pk", "id", "slug", "token", "token_hash", "receipt_hash"}
FILTERS = {"filter", "get", "aget", "get_or_none", "Q"}
ROW_OR_MANAGER = {"objects", "_default_manager", "_base_manager"}


def name_of(node: ast.expr) -> str:
    """The last name of a dotted expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def on_manager(node: ast.expr) -> bool:
    """Whether `objects` or its kin stands somewhere in the chain before a call."""
    while True:
        if isinstance(node, ast.Attribute):
            if node.attr in ROW_OR_MANAGER:
                return True
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return False


def from_request(node: ast.expr) -> bool:
    """Whether a value is read from a request right here."""
    return any(isinstance(part, ast.Name) and part.id == "request" for part in ast.walk(node))


def is_key(keyword: ast.keyword) -> bool:
    """Whether this argument picks a row by its id, or by any id a request named."""
    if keyword.arg is None:
        return False
    last = keyword.arg.removesuffix("__exact").rsplit("__", 1)[-1]
    if keyword.arg.removesuffix("__exact") in KEYS:
        return True
    by_id = last in KEYS or last.endswith("_id") or keyword.arg.endswith(("pk__in", "id__in"))
    return by_id and from_request(keyword.value)


def why_not(call: ast.Call) -> str:
    """What is wrong with this call; "" when nothing is."""
    name = name_of(call.func)
    if name in SHORTCUTS:
        return name
    if name == "in_bulk":
        return "in_bulk"
    is_get = name in {"get", "aget"} and isinstance(call.func, ast.Attribute)
    if is_get and on_manager(call.func):
        return f".objects.{name}("
    if name in FILTERS:
        for keyword in call.keywords:
            if is_key(keyword):
                return f"{name}({keyword.arg}=…)"
    return ""


def lookups(text: str) -> Iterator[tuple[int, str]]:
    """Line and offence of each look-up that says no reason."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (wrong := why_not(node)):
            first = node.func.end_lineno or node.lineno
            span = lines[first - 1 : node.end_lineno or first]
            if not any(EXEMPT.search(line) for line in span):
                yield first, wrong


def main() -> int:
    """Print every offence; 1 when there is one."""
    found = 0
    for path in sorted(SOURCE.rglob("*.py")):
        if (
            path.parent == SOURCE / "access"
            or path.name == "tables.py"
            or "migrations" in path.parts
        ):
            continue
        for line, wrong in sorted(lookups(path.read_text())):
            found += 1
            print(f"{path.relative_to(ROOT)}:{line}: {wrong} outside access")
    if found:
        print("Fetch it through access, or say why not: `# lookup: …` on the line")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
