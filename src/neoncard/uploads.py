"""Files an admin hands in at /import: kept whole under the data folder until the worker has taken them in."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from neoncard.kit.jobs import actions as jobs
from neoncard.kit.jobs import queries
from neoncard.kit.jobs.tables import Job

KIND = "import"
KEEP_SECONDS = 7 * 86_400


def folder() -> Path:
    """Where they lie, for this account alone."""
    path = Path(settings.HOME) / "uploads"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def receive(chunks: Iterable[bytes], *, name: str, source: str, by: int) -> Job:
    """Keep a file under its hash and leave the job of taking it in; a file that waits already is that same job.

    `by` is a member's id. A file that was taken in before is taken in anew: it changes nothing but what is new.
    """
    draft = folder() / f"{secrets.token_hex(8)}.part"
    digest = hashlib.sha256()
    try:
        with draft.open("wb") as out:
            for chunk in chunks:
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        key = f"{KIND}:{source}:{digest.hexdigest()}"
        kept = folder() / digest.hexdigest()
        draft.replace(kept)
    finally:
        draft.unlink(missing_ok=True)
    last = queries.by_key(key)
    if last is not None and last.state != Job.State.WAITING:
        key = f"{key}:{last.pk}"
    payload = {"file": kept.name, "name": name[:200], "source": source, "by": by}
    jobs.later(KIND, key, payload)
    job = queries.by_key(key)
    if job is None:
        raise RuntimeError("the job that was just left is gone")
    return job


def path_of(job: Job) -> Path:
    """The file a job is to take in."""
    return folder() / Path(str(job.payload["file"])).name


def sweep() -> str:
    """Delete files nobody has taken in for a week (P7: raw data 7 days). Returns the count for /status."""
    old = time.time() - KEEP_SECONDS
    stale = [path for path in folder().iterdir() if path.stat().st_mtime < old]
    for path in stale:
        path.unlink(missing_ok=True)
    return f"{len(stale)} files"
