"""A tool call from its arguments to its answer."""
