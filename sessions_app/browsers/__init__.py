"""Browsers and MCP clients at a scene: who joins, who is there, what they are shown."""
