"""Scene sessions: opened, found, listed, put to sleep, closed, deleted."""
