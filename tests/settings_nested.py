"""The program's settings, and a tool whose arguments are nested."""

from hello3d.settings import *

MCP_SERVER_EXTENSIONS = ("tests.support.nested_tool.extend",)
