"""Performs tool calls and edits, and follows them to the browsers."""
