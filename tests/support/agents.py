"""Other people's agents: frameworks and command lines whose model a test plays.

Each is a process with an MCP client of its own, which is given the address of our server and the
one of its model. What counts is what the model is shown.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import STDOUT
from typing import Literal

from tests.support.calls import client_of
from tests.support.clients import FOLDER, HANDSHAKE, MODERN, NODE, PINNED
from tests.support.scripted import ScriptedModel, scripted_model
from tests.support.servers import ServerProcess

ENVIRONMENTS = FOLDER.parent.parent / "build" / "clients"
END_WITHIN_SECONDS = 60
EARLIER = "2025-06-18"
SDK = ("mcp", "0.1.0")
"""What a client on the Python SDK says of itself where it sets nothing."""

# No key, no proxy and no setting of whoever runs the tests; nothing is reported to anybody.
COMMON = {
    "LANG": "C.UTF-8",
    "TERM": "dumb",
    "DO_NOT_TRACK": "1",
    "OTEL_SDK_DISABLED": "true",
    "OPENAI_API_KEY": "none",
    "GEMINI_API_KEY": "none",
    "OPENAI_AGENTS_DISABLE_TRACING": "1",
    "LANGSMITH_TRACING": "false",
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_TRACING_ENABLED": "false",
}

SCENE = "scene"  # the argument that says which scene a call means


@dataclass(frozen=True)
class Agent:
    """An agent, what its client says of itself, and what reaches its model.

    `group` is the Python environment that has its package; without one it is a package of npm.
    `reads` is what the model is shown of a result that has text and structure. `adds` are arguments
    that it offers its model beside each tool's own, and sends us.
    """

    script: str
    package: str
    client: tuple[str, str]
    protocol: str = HANDSHAKE
    group: str = ""
    reads: Literal["text", "structure", "both"] = "text"
    sees_pictures: bool = True
    connection: Literal["kept", "per call"] = "kept"
    adds: tuple[str, ...] = ()

    @property
    def installed(self) -> str:
        """The version of its package that is tried."""
        return locked(self.group, self.package) if self.group else PINNED[self.package]

    def command(self) -> list[str]:
        """What runs it, before the two addresses."""
        if self.script.endswith(".py"):
            python = ENVIRONMENTS / self.group / "bin" / "python"
            assert python.is_file(), "Other people's clients are missing: make clients"
            return [str(python), str(FOLDER / "python" / self.script)]
        assert (FOLDER / "node_modules").is_dir(), (
            "Other people's clients are missing: make clients"
        )
        runner = "bash" if self.script.endswith(".sh") else str(NODE)
        return [runner, str(FOLDER / self.script)]


def locked(group: str, package: str) -> str:
    """The version of a package in a Python environment's lock."""
    lock = (FOLDER / "python" / f"{group}.txt").read_text()
    [version] = re.findall(rf"^{re.escape(package)}==(\S+)", lock, re.M)
    return str(version)


@asynccontextmanager
async def running(agent: Agent, mcp_url: str, model_url: str, home: Path) -> AsyncIterator[None]:
    """The agent's process; it must end by itself and well, once its model has ended its turn."""
    log = home / f"{agent.script}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(*agent.command(), mcp_url, model_url),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=STDOUT,
            cwd=home,
            env=_environment(home),
        )
    try:
        yield
        async with asyncio.timeout(END_WITHIN_SECONDS):
            assert await process.wait() == 0, log.read_text()[-3000:]
    except TimeoutError as error:
        raise TimeoutError(log.read_text()[-3000:]) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _environment(home: Path) -> dict[str, str]:
    programs = [str(FOLDER / "node_modules" / ".bin"), str(NODE.parent), os.environ["PATH"]]
    return COMMON | {"HOME": str(home), "PATH": os.pathsep.join(programs)}


AGENTS: Mapping[str, Agent] = {
    "claude-code": Agent(
        "claude_code.sh",
        "@anthropic-ai/claude-code",
        ("claude-code", PINNED["@anthropic-ai/claude-code"]),
        MODERN,
        reads="structure",
    ),
    "codex": Agent(
        "codex.sh",
        "@openai/codex",
        ("codex-mcp-client", PINNED["@openai/codex"]),
        EARLIER,
        reads="structure",
    ),
    "gemini-cli": Agent(
        "gemini_cli.sh",
        "@google/gemini-cli",
        ("gemini-cli-mcp-client", PINNED["@google/gemini-cli"]),
        EARLIER,
        adds=("wait_for_previous",),
    ),
    "openai-agents": Agent("openai_agents.py", "openai-agents", SDK, MODERN, "sdk2"),
    "pydantic-ai": Agent(
        "pydantic_ai_agent.py",
        "pydantic-ai-slim",
        ("fastmcp", locked("sdk2", "fastmcp-slim")),
        MODERN,
        "sdk2",
        reads="structure",
    ),
    "agent-framework": Agent(
        "agent_framework_agent.py",
        "agent-framework-core",
        SDK,
        MODERN,
        "sdk2",
        reads="structure",
    ),
    "langchain": Agent(
        "langchain_agent.py", "langchain-mcp-adapters", SDK, group="sdk1", connection="per call"
    ),
    "langchain-js": Agent(
        "langchain_agent.mjs",
        "@langchain/mcp-adapters",
        ("@langchain/mcp-adapters", PINNED["@langchain/mcp-adapters"]),
        reads="both",
    ),
    "llama-index": Agent(
        "llama_index_agent.py",
        "llama-index-tools-mcp",
        SDK,
        group="llamaindex",
        reads="both",
        sees_pictures=False,
        connection="per call",
    ),
    "agentscope": Agent(
        "agentscope_agent.py", "agentscope", SDK, group="sdk1", connection="per call"
    ),
    "autogen": Agent(
        "autogen_agent.py",
        "autogen-ext",
        SDK,
        group="sdk1",
        sees_pictures=False,
        connection="per call",
    ),
    "crewai": Agent(
        "crewai_agent.py",
        "crewai",
        SDK,
        group="crewai",
        sees_pictures=False,
        connection="per call",
    ),
    "griptape": Agent(
        "griptape_agent.py",
        "griptape",
        SDK,
        group="sdk1",
        sees_pictures=False,
        connection="per call",
    ),
    "inspect": Agent("inspect_agent.py", "inspect-ai", SDK, group="sdk1", connection="per call"),
    "mcp-agent": Agent("mcp_agent_agent.py", "mcp-agent", SDK, group="sdk1", connection="per call"),
    "adk": Agent(
        "adk_agent.py",
        "google-adk",
        ("google-adk", locked("sdk1", "google-adk")),
        group="sdk1",
        reads="both",
        sees_pictures=False,
    ),
    "adk-js": Agent(
        "adk_agent.mjs",
        "@google/adk",
        ("MCPClient", "1.0.0"),
        reads="both",
        sees_pictures=False,
        connection="per call",
    ),
    "smolagents": Agent(
        "smolagents_agent.py", "smolagents", SDK, group="sdk1", sees_pictures=False
    ),
    "beeai": Agent(
        "beeai_agent.py",
        "beeai-framework",
        SDK,
        group="beeai",
        reads="structure",
        sees_pictures=False,
    ),
    "mastra": Agent("mastra_agent.mjs", "@mastra/mcp", ("hello3d", "1.0.0"), MODERN),
    "genkit": Agent("genkit_agent.mjs", "@genkit-ai/mcp", ("builder", "1.0.0"), reads="structure"),
}
PER_CALL = {name: agent for name, agent in AGENTS.items() if agent.connection == "per call"}


@asynccontextmanager
async def model_of(
    agent: Agent, server: ServerProcess, home: Path, path: str = ""
) -> AsyncIterator[ScriptedModel]:
    """The model of an agent that runs, and that ends when the test has nothing more to ask."""
    async with client_of(server, "auto") as client:
        tools = (await client.list_tools()).tools
    async with (
        scripted_model({tool.name: tool.description or "" for tool in tools}) as model,
        running(agent, f"{server.mcp_url}{path}", model.url, home),
    ):
        yield model
        await model.end()
