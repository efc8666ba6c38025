"""An agent of CrewAI: python crewai_agent.py MCP-URL MODEL-URL"""

import sys

from crewai import LLM, Agent
from crewai.mcp.tool_resolver import MCPToolResolver

mcp_url, model_url = sys.argv[1:]
model = LLM(model="openai/gpt-4o", base_url=f"{model_url}/v1", api_key="none")
agent = Agent(role="builder", goal="Build", backstory="Builds", llm=model, max_iter=100)
# What `mcps=["https://…"]` does, which takes no http:// address; `MCPServerHTTP` leaves its
# connection in another task than it entered it in, where Python is older than 3.12, and fails.
agent.tools = MCPToolResolver(agent, agent._logger)._resolve_external(mcp_url)
agent.kickoff("Build")
