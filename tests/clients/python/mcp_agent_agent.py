"""An agent of mcp-agent, each call a connection: python mcp_agent_agent.py MCP-URL MODEL-URL"""

import asyncio
import sys

from mcp_agent.agents.agent import Agent
from mcp_agent.app import MCPApp
from mcp_agent.config import (
    LoggerSettings,
    MCPServerSettings,
    MCPSettings,
    OpenAISettings,
    Settings,
    UsageTelemetrySettings,
)
from mcp_agent.workflows.llm.augmented_llm import RequestParams
from mcp_agent.workflows.llm.augmented_llm_openai import OpenAIAugmentedLLM


async def main(mcp_url: str, model_url: str) -> None:
    server = MCPServerSettings(transport="streamable_http", url=mcp_url)
    settings = Settings(
        execution_engine="asyncio",
        logger=LoggerSettings(type="none"),
        usage_telemetry=UsageTelemetrySettings(enabled=False),
        mcp=MCPSettings(servers={"hello3d": server}),
        openai=OpenAISettings(api_key="none", base_url=f"{model_url}/v1"),
    )
    async with MCPApp(name="app", settings=settings).run():
        agent = Agent(
            name="agent",
            instruction="Build",
            server_names=["hello3d"],
            connection_persistence=False,
        )
        async with agent:
            model = await agent.attach_llm(OpenAIAugmentedLLM)
            limits = RequestParams(model="gpt-4o", max_iterations=100)
            await model.generate_str("Build", request_params=limits)


asyncio.run(main(*sys.argv[1:]))
