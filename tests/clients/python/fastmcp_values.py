"""FastMCP's client, which builds types of output schemas: python fastmcp_values.py MCP-URL

Calls come in on stdin, and {"structured": …, "values": …} goes out on stdout, a JSON line each:
what came over the wire, and the object that the client made of it.
"""

import asyncio
import json
import sys

from fastmcp import Client
from pydantic_core import to_jsonable_python


async def main(url: str) -> None:
    async with Client(url) as client:
        await client.list_tools()
        for line in sys.stdin:
            call = json.loads(line)
            result = await client.call_tool(call["name"], call["arguments"])
            values = to_jsonable_python(result.data)
            answer = {"structured": result.structured_content, "values": values}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


asyncio.run(main(sys.argv[1]))
