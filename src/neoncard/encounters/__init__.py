"""Encounters: conversations, calls, visits, and customers as we keep them."""
