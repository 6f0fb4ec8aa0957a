"""Jobs: intents committed with their cause, done later by the worker, and a schedule."""
