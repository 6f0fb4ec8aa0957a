"""Connectors: how helpdesks reach us."""
