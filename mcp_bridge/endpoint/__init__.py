"""The MCP endpoint: validates requests and passes them to the SDK's server."""
