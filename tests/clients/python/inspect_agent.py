"""A model of Inspect that calls tools in a loop: python inspect_agent.py MCP-URL MODEL-URL"""

import asyncio
import sys

from inspect_ai.model import get_model
from inspect_ai.tool import mcp_server_http


async def main(mcp_url: str, model_url: str) -> None:
    model = get_model("openai/scripted", base_url=f"{model_url}/v1", responses_api=True)
    await model.generate_loop("Build", tools=mcp_server_http(url=mcp_url))


asyncio.run(main(*sys.argv[1:]))
