"""An agent of Microsoft's Agent Framework: python agent_framework_agent.py MCP-URL MODEL-URL"""

import asyncio
import sys

from agent_framework import Agent, MCPStreamableHTTPTool
from agent_framework.openai import OpenAIChatClient


async def main(mcp_url: str, model_url: str) -> None:
    client = OpenAIChatClient(model="scripted", base_url=f"{model_url}/v1")
    client.function_invocation_configuration["include_detailed_errors"] = True
    async with MCPStreamableHTTPTool(name="hello3d", url=mcp_url) as tool:
        await Agent(client=client, tools=tool).run("Build")


asyncio.run(main(*sys.argv[1:]))
