"""Chat: thanks said where people talk anyway. One protocol (rules.py), a thin adapter for each dialect."""
