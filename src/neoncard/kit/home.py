"""Where data and keys live.

Data lies under `NEONCARD_HOME` (default `./var`). The keys lie apart from it, in
`NEONCARD_SECRETS` or `~/.config/neoncard/<installation>.json`, so that neither the tree nor a backup of the data
holds them.
"""

from __future__ import annotations

import json
import os
import secrets as random
from pathlib import Path

KEYS = ("secret_key", "pseudonym_key", "seal_key")


def path() -> Path:
    """The data folder, made if missing (mode 0700)."""
    folder = Path(os.environ.get("NEONCARD_HOME", "var")).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secrets_file(home: Path) -> Path:
    """Where this installation's keys are, or will be."""
    if given := os.environ.get("NEONCARD_SECRETS"):
        return Path(given).expanduser().resolve()
    name = home / "installation"
    if not name.exists():
        _write_once(name, random.token_hex(8))
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return config / "neoncard" / f"{name.read_text().strip()}.json"


def secrets(home: Path) -> dict[str, str]:
    """The keys of this installation, made on first run. Raises SystemExit with the mend when unreadable."""
    file = secrets_file(home)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(file, json.dumps({key: random.token_urlsafe(48) for key in KEYS}))
    try:
        found = json.loads(file.read_text())
        return {key: str(found[key]) for key in KEYS}
    except (OSError, ValueError, KeyError, TypeError):
        raise SystemExit(
            f"neoncard: {file} can't be read as keys: restore it from where you keep it, "
            "or set NEONCARD_SECRETS to the right file"
        ) from None


def _write_once(file: Path, text: str) -> None:
    """Write whole or not at all; of two processes that start together, the first one's text stays."""
    draft = file.with_name(f"{file.name}.{random.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(text)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
