"""Serves one client on standard input and output, or passes it on to a running server."""
