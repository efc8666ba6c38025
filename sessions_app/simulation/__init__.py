"""Simulated users: MCP clients and browsers over real sockets, to prove routing and isolation."""
