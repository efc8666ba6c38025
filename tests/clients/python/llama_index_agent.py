"""An agent of LlamaIndex: python llama_index_agent.py MCP-URL MODEL-URL"""

import asyncio
import sys
from typing import Any

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai import OpenAIResponses
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec
from pydantic import BaseModel, ConfigDict, create_model


class AsListed(McpToolSpec):
    """Offers each tool with the schema that the server lists."""

    def create_model_from_json_schema(
        self, schema: dict[str, Any], model_name: str = "DynamicModel"
    ) -> type[BaseModel]:
        return create_model(model_name, __config__=ConfigDict(json_schema_extra=schema))


async def main(mcp_url: str, model_url: str, spec: type[McpToolSpec] = AsListed) -> None:
    tools = await spec(BasicMCPClient(mcp_url)).to_tool_list_async()
    model = OpenAIResponses("gpt-4o", api_base=f"{model_url}/v1")
    await FunctionAgent(tools=tools, llm=model, streaming=False).run("Build", max_iterations=100)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
