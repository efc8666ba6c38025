"""Limits of clients, scenes and browsers: calls in flight, rates and messages."""
