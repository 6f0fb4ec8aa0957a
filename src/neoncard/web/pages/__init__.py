"""Pages, one module a page or small group."""
