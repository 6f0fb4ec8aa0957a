"""The web face: urls, pages, api, templates, static files."""
