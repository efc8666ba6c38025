"""The handshake era's sessions over HTTP, and what stands around every request."""
