"""REST: scene sessions, statistics, routing and preferences over HTTP."""
