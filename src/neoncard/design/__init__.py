"""Design: the journey on white cards, neon cards between, and the playbook of acts."""
