"""The Google Gen AI SDK, given the tools as listed: python genai_agent.py MCP-URL MODEL-URL"""

import asyncio
import sys

from google import genai
from google.genai.types import GenerateContentConfig, HttpOptions
from mcp.client import Client


async def main(mcp_url: str, model_url: str) -> None:
    google = genai.Client(api_key="none", http_options=HttpOptions(base_url=model_url))
    async with Client(mcp_url) as client:
        tools = (await client.list_tools()).tools
        config = GenerateContentConfig(tools=tools)
        await google.aio.models.generate_content(
            model="gemini-2.5-pro", contents="Build", config=config
        )


asyncio.run(main(*sys.argv[1:]))
