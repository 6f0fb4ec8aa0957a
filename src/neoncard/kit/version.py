"""Which version this is."""

import re
from importlib import metadata
from pathlib import Path


def number() -> str:
    """The version that is installed, or that of the source folder it runs from."""
    try:
        return metadata.version("neoncard")
    except metadata.PackageNotFoundError:
        project = Path(__file__).parents[3] / "pyproject.toml"
        found = re.search(
            r'^version = "(.+)"', project.read_text() if project.exists() else "", re.M
        )
        return f"{found[1]}, from source" if found else "unknown"
