"""Database access: threads, locks, prebuilt statements and migrations."""
