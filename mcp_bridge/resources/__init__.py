"""Scenes as resources: what can be read of them, and who hears of changes."""
