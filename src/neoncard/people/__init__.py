"""People: the organisation, its teams, members, roles and shifts."""
