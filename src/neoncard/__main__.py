"""The `neoncard` command, also as `python -m neoncard`."""

from __future__ import annotations

from neoncard.commands import main

if __name__ == "__main__":
    main()
