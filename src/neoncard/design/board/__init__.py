"""The live workshop board: what people do on it is ordered here, checked, written down and told to everyone."""
