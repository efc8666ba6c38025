"""An agent of the OpenAI Agents SDK: python openai_agents.py MCP-URL MODEL-URL"""

import asyncio
import sys

from agents import Agent, OpenAIResponsesModel, Runner, set_tracing_disabled
from agents.mcp import MCPServerStreamableHttp
from openai import AsyncOpenAI


async def main(mcp_url: str, model_url: str) -> None:
    set_tracing_disabled(True)
    model = OpenAIResponsesModel("scripted", AsyncOpenAI(base_url=f"{model_url}/v1"))
    async with MCPServerStreamableHttp({"url": mcp_url}) as server:
        config = {"convert_schemas_to_strict": True}
        agent = Agent("agent", model=model, mcp_servers=[server], mcp_config=config)
        await Runner.run(agent, "Build", max_turns=100)


asyncio.run(main(*sys.argv[1:]))
