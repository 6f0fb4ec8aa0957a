"""The name is the same everywhere: distribution, package, command, settings."""

import re
import tomllib
from pathlib import Path

import neoncard
from neoncard import commands

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_distribution_package_and_command_agree():
    name = PROJECT["project"]["name"]
    assert name == neoncard.__name__ == commands.neoncard.name
    assert PROJECT["project"]["scripts"] == {name: f"{name}.commands:main"}
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [f"src/{name}"]


def test_every_setting_has_the_prefix():
    prefix = neoncard.__name__.upper() + "_"
    settings = (ROOT / "docs/settings.md").read_text()
    names = re.findall(r"^\| `([A-Z_]+)` \|", settings, re.M)
    assert [name for name in names if not name.startswith(prefix)] == ["DATABASE_URL"]
    assert f'Env(prefix="{prefix}")' in (ROOT / "src/neoncard/settings.py").read_text()
