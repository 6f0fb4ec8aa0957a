"""Share: the wall and its stories."""
