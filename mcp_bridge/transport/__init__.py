"""Handshake-era sessions over HTTP, and the checks around every request."""
