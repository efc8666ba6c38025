"""An agent of AutoGen: python autogen_agent.py MCP-URL MODEL-URL"""

import asyncio
import sys

from autogen_agentchat.agents import AssistantAgent
from autogen_ext.models.openai import OpenAIChatCompletionClient
from autogen_ext.tools.mcp import StreamableHttpServerParams, mcp_server_tools


async def main(mcp_url: str, model_url: str) -> None:
    model = OpenAIChatCompletionClient(model="gpt-4o", base_url=f"{model_url}/v1")
    tools = await mcp_server_tools(StreamableHttpServerParams(url=mcp_url))
    agent = AssistantAgent("agent", model, tools=tools, max_tool_iterations=100)
    await agent.run(task="Build")


asyncio.run(main(*sys.argv[1:]))
