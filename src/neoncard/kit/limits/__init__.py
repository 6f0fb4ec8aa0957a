"""Rate limits for open pages: `limits.allow(key, amount, seconds)`, held across processes."""

from neoncard.kit.limits.actions import allow, clean, once, spent
from neoncard.kit.limits.rules import prefix

__all__ = ["allow", "clean", "once", "prefix", "spent"]
