"""An agent of BeeAI: python beeai_agent.py MCP-URL MODEL-URL"""

import asyncio
import sys

from beeai_framework.adapters.openai import OpenAIChatModel
from beeai_framework.agents.requirement import RequirementAgent
from beeai_framework.tools.mcp import MCPTool
from mcp.client.streamable_http import streamablehttp_client


async def main(mcp_url: str, model_url: str) -> None:
    tools = await MCPTool.from_client(streamablehttp_client(mcp_url))
    model = OpenAIChatModel(
        "scripted",
        base_url=f"{model_url}/v1",
        api_key="none",
        use_strict_tool_schema=False,
        tool_choice_support={"required", "auto"},
    )
    await RequirementAgent(llm=model, tools=tools).run("Build", max_iterations=100)


asyncio.run(main(*sys.argv[1:]))
