"""The MCP endpoint: a request, looked through and handed to the SDK's server."""
