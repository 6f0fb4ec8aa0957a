"""Kit: what every room stands on, and knows no room."""
