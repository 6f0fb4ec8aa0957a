"""The Kindness Drive: rounds of worked days a team opts into, ideas of its own, one line looking back, one nudge."""
