"""Simulated users: MCP clients and browsers over real sockets, to test routing and isolation."""
