"""What people say to a post: reactions in words, a report that hides at once, two who look, a letter at one's hour."""
