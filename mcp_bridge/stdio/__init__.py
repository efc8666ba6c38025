"""Serves one client on standard input and output, or relays it to a running server."""
