"""An agent of LlamaIndex: python llama_index_agent.py MCP-URL MODEL-URL"""

import asyncio
import sys

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai import OpenAIResponses
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec


async def main(mcp_url: str, model_url: str) -> None:
    tools = await McpToolSpec(BasicMCPClient(mcp_url)).to_tool_list_async()
    model = OpenAIResponses("gpt-4o", api_base=f"{model_url}/v1")
    await FunctionAgent(tools=tools, llm=model, streaming=False).run("Build", max_iterations=100)


asyncio.run(main(*sys.argv[1:]))
