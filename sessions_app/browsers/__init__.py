"""Browsers and MCP clients at a scene: joining, leases, presence and notices."""
