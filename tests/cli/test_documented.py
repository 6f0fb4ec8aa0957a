"""What can be typed or set is written down."""

import ast
import re
from pathlib import Path

import click
import pytest

from neoncard import commands

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "neoncard"


def leaves(command, path):
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        yield from leaves(command.get_command(context, name), f"{path} {name}")


COMMANDS = list(leaves(commands.neoncard, "neoncard"))


def section(text: str, heading: str) -> str:
    return text.split(f"## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_every_command_and_option_is_documented(path, command):
    said = set(re.findall(r"`(--[a-z-]+)`", section((ROOT / "docs/commands.md").read_text(), path)))
    options = {
        option
        for param in command.params
        if isinstance(param, click.Option) and not param.hidden
        for option in param.opts
        if option.startswith("--")
    }
    assert said == options


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_every_command_shows_examples_that_are_its_own(path, command):
    examples = command.help.split("Examples:")[1]
    assert path in examples


def settings_in_code() -> set[str]:
    """Every environment variable the package reads."""
    found = set()
    for node in ast.walk(ast.parse((SOURCE / "settings.py").read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            owner, name = node.func.value, node.args[0]
            if isinstance(owner, ast.Name) and isinstance(name, ast.Constant):
                prefix = {"_env": "NEONCARD_", "env": ""}.get(owner.id)
                if prefix is not None:
                    found.add(prefix + name.value)
    home = (SOURCE / "kit" / "home.py").read_text()
    return found | set(re.findall(r'environ\.get\("(NEONCARD_\w+)"', home))


def test_every_setting_is_documented():
    said = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.M))
    assert said == settings_in_code()


def pages_in_code() -> dict[str, str]:
    """Every address that can be opened in a browser, and who may (tests/access.txt)."""
    from django.urls import URLPattern, get_resolver

    table = [line.split()[:3] for line in (ROOT / "tests/access.txt").read_text().splitlines()]
    may = {
        name: who
        for name, method, who in table
        if method == "GET" and (who != "token" or ":" not in name)
    }

    def inside(patterns, path, space):
        for entry in patterns:
            whole = path + re.sub(r"<\w+:", "<", str(entry.pattern))
            if isinstance(entry, URLPattern):
                yield space + (entry.name or ""), whole
            else:
                yield from inside(
                    entry.url_patterns, whole, f"{entry.namespace}:" if entry.namespace else space
                )

    found = inside(get_resolver().url_patterns, "/", "")
    return {path: may[name] for name, path in found if name in may}


def test_every_page_is_documented_with_who_may_open_it():
    rows = re.findall(r"^\| `(/\S*)` \| (\w+) \| \S", (ROOT / "docs/pages.md").read_text(), re.M)
    assert dict(rows) == pages_in_code()


def test_every_rule_of_evidence_stands_where_it_is_kept():
    rules = re.findall(r"^\| (E\d+) \|", (ROOT / "docs/evidence.md").read_text(), re.M)
    files = [one for kind in ("py", "html", "toml") for one in SOURCE.rglob(f"*.{kind}")]
    cited = set(re.findall(r"\bE\d+\b", " ".join(one.read_text() for one in files)))
    assert (len(rules), set(rules) - cited) == (20, set())
