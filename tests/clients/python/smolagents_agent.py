"""An agent of smolagents: python smolagents_agent.py MCP-URL MODEL-URL"""

import sys

from smolagents import LogLevel, MCPClient, OpenAIModel, ToolCallingAgent

mcp_url, model_url = sys.argv[1:]
model = OpenAIModel("scripted", api_base=f"{model_url}/v1", api_key="none")
server = {"url": mcp_url, "transport": "streamable-http"}
with MCPClient(server, structured_output=False) as tools:
    for each in tools:
        for argument in each.inputs.values():
            argument["nullable"] = True
    agent = ToolCallingAgent(tools, model, max_steps=100, verbosity_level=LogLevel.OFF)
    agent.run("Build")
