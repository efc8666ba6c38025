"""Reads: what interfaces ask of the database, by what it is about."""
