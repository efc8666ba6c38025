"""The same with tools as McpToolSpec makes them: python llama_index_unset.py MCP-URL MODEL-URL"""

import asyncio
import sys

from llama_index.tools.mcp import McpToolSpec
from llama_index_agent import main

asyncio.run(main(*sys.argv[1:], McpToolSpec))
