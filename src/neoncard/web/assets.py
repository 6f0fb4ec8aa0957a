"""Static files, gathered under HOME/static before serving when they have changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def fingerprint() -> str:
    """Changes when a static file does: every path with its size and time, hashed."""
    lines = []
    for finder in get_finders():
        for path, storage in finder.list(None):
            seen = Path(storage.path(path)).stat()
            lines.append(f"{path} {seen.st_size} {seen.st_mtime_ns}")
    lines.append(str(settings.STORAGES["staticfiles"]["BACKEND"]))
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def collect() -> bool:
    """Gather, name by content and compress the static files, unless that was done for these. True when done now."""
    stamp = Path(settings.STATIC_ROOT) / ".gathered"
    now = fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    draft = stamp.with_name(f".gathered.{os.getpid()}")
    draft.write_text(now)
    draft.replace(stamp)
    return True
