"""Pass on: chains and the boomerang."""
