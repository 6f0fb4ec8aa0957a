"""The closed loop in one place: what follows when something happens; the worker's heartbeat.

Lower rooms never ask upward. Here the facts are gathered and passed down, in plain calls and in order.
"""

from __future__ import annotations
