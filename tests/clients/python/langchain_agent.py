"""An agent of LangChain: python langchain_agent.py MCP-URL MODEL-URL"""

import asyncio
import sys

from langchain.agents import create_agent
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_openai import ChatOpenAI


async def main(mcp_url: str, model_url: str) -> None:
    client = MultiServerMCPClient({"hello3d": {"transport": "http", "url": mcp_url}})
    model = ChatOpenAI(model="scripted", base_url=f"{model_url}/v1")
    agent = create_agent(model, await client.get_tools())
    await agent.ainvoke({"messages": [("user", "Build")]}, {"recursion_limit": 100})


asyncio.run(main(*sys.argv[1:]))
