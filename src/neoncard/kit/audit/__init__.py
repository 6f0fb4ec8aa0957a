"""Audit: who did what, written with the change itself."""
