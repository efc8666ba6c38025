"""Measurements: each prints one JSON line. `python -m bench [NAME …]`."""
