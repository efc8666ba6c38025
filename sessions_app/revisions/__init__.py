"""The authoritative log of a scene's changes, with snapshots and a cache."""
