"""The board's bench: one load generator, our server and its peers."""
