"""An agent of AgentScope, each call a connection: python agentscope_agent.py MCP-URL MODEL-URL"""

import asyncio
import sys

from agentscope.agent import Agent
from agentscope.credential import OpenAICredential
from agentscope.mcp import HttpMCPConfig, MCPClient
from agentscope.message import UserMsg
from agentscope.model import OpenAIChatModel
from agentscope.permission import PermissionContext, PermissionMode
from agentscope.state import AgentState
from agentscope.tool import Toolkit


async def main(mcp_url: str, model_url: str) -> None:
    server = HttpMCPConfig(url=mcp_url)
    client = MCPClient(name="hello3d", is_stateful=False, mcp_config=server)
    credential = OpenAICredential(api_key="none", base_url=f"{model_url}/v1")
    agent = Agent(
        name="agent",
        system_prompt="Build",
        model=OpenAIChatModel(credential, "gpt-4o", stream=False),
        toolkit=Toolkit(mcps=[client]),
        state=AgentState(permission_context=PermissionContext(mode=PermissionMode.BYPASS)),
    )
    await agent.reply(UserMsg("user", "Build"))


asyncio.run(main(*sys.argv[1:]))
