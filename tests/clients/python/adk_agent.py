"""An agent of Google's Agent Development Kit: python adk_agent.py MCP-URL MODEL-URL"""

import asyncio
import os
import sys

from google.adk.agents import LlmAgent
from google.adk.models.google_llm import Gemini
from google.adk.runners import InMemoryRunner
from google.adk.tools.mcp_tool import McpToolset, StreamableHTTPConnectionParams
from google.genai.types import Content, Part


async def main(mcp_url: str, model_url: str) -> None:
    os.environ["GOOGLE_GEMINI_BASE_URL"] = model_url
    toolset = McpToolset(connection_params=StreamableHTTPConnectionParams(url=mcp_url))
    agent = LlmAgent(name="builder", model=Gemini(model="gemini-2.5-pro"), tools=[toolset])
    runner = InMemoryRunner(agent, app_name="app")
    session = await runner.session_service.create_session(app_name="app", user_id="one")
    asked = Content(role="user", parts=[Part(text="Build")])
    async for _ in runner.run_async(user_id="one", session_id=session.id, new_message=asked):
        pass
    await runner.close()


asyncio.run(main(*sys.argv[1:]))
