"""The program's settings, with the tools, resources and prompts that the suite asks for."""

from hello3d.settings import *

MCP_SERVER_EXTENSIONS = ("tests.conformance.fixtures.extend",)
MCP_SESSION_TRANSPORT = "tests.conformance.fixtures.resuming.ResumableTransport"
