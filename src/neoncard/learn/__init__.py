"""Learn: what customers did after, counted honestly."""
