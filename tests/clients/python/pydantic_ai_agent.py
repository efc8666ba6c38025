"""An agent of Pydantic AI: python pydantic_ai_agent.py MCP-URL MODEL-URL"""

import sys

from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models.openai import OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

mcp_url, model_url = sys.argv[1:]
model = OpenAIResponsesModel("gpt-5", provider=OpenAIProvider(base_url=f"{model_url}/v1"))
Agent(model, toolsets=[MCPToolset(mcp_url)]).run_sync("Build")
