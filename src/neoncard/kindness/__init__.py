"""The kindness itself: parties, words, links, releases."""
