"""Neoncard: kindness on purpose, for customer-service teams."""
