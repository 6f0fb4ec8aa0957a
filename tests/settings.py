"""The product's settings in a data folder of its own. pytest-django reads them before any conftest runs."""

import os
import tempfile
from pathlib import Path

_scratch = tempfile.mkdtemp(prefix="neoncard-test-")
os.environ["NEONCARD_HOME"] = _scratch
os.environ["NEONCARD_SECRETS"] = f"{_scratch}/keys/secrets.json"
os.environ.setdefault("NEONCARD_URL", "http://testserver")
os.environ.pop("NEONCARD_DEBUG", None)
# Every test and every installation it makes reads with the same kernels: compile them once.
os.environ.setdefault(
    "NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / f"neoncard-kernels-{os.getuid()}")
)

from neoncard.settings import *  # noqa: E402, F403

Path(STATIC_ROOT).mkdir(parents=True)  # noqa: F405 - whitenoise warns when it is missing
