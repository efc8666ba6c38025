"""The log of a scene's changes, which is the truth, and the snapshots that shorten it."""
