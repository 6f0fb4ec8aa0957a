"""Which version this is."""

from importlib import metadata


def number() -> str:
    """The version that is installed, or "source" when it runs from a folder that isn't."""
    try:
        return metadata.version("neoncard")
    except metadata.PackageNotFoundError:
        return "source"
