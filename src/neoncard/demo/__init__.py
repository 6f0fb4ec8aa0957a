"""The demo company: fictional, deterministic, every page with something true to show.

`demo/data` holds what happened, in files anyone can read; the code here plays it back day by day through the rooms'
own actions, with the clock held at each moment.
"""

from __future__ import annotations

from neoncard.demo.build import build

__all__ = ["build"]
