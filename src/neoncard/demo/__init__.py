"""The demo company: fictional, deterministic, every page with something true to show."""
