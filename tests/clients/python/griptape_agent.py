"""An agent of Griptape: python griptape_agent.py MCP-URL MODEL-URL"""

import logging
import sys

from griptape.drivers.prompt.openai import OpenAiChatPromptDriver
from griptape.structures import Agent
from griptape.tools import MCPTool

mcp_url, model_url = sys.argv[1:]
logging.getLogger("griptape").setLevel(logging.WARNING)
driver = OpenAiChatPromptDriver(model="gpt-4o", base_url=f"{model_url}/v1", stream=False)
tool = MCPTool(name="hello3d", connection={"transport": "streamable_http", "url": mcp_url})
Agent(prompt_driver=driver, tools=[tool]).run("Build")
