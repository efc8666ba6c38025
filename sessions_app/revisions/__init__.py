"""The log of a scene's changes, which is the truth, and what shortens the way through it."""
