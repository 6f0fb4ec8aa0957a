"""Care: bad days, grace and cover."""
