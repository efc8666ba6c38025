"""`manage.py tools`: lists the tools and their sizes in a model's context."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.registry import Tool

_ROW = "{:<28} {:<10} {:<44} {:>6} {:>6}"


class Command(BaseCommand):
    help = "Print the table of tools: hints, arguments, and sizes in bytes of JSON."

    def handle(self, *_: Any, **__: Any) -> None:
        self.stdout.write(_ROW.format("tool", "hints", "arguments", "in", "out"))
        total = grouped = 0
        for tool in TOOLS:
            listed, output = _sizes(tool)
            total += listed
            grouped += listed if tool.group else 0
            arguments = ", ".join(tool.definition.input_schema["properties"])
            row = _ROW.format(tool.name, _hints(tool), arguments, listed, output)
            self.stdout.write(row)
        self.stdout.write(
            f"{len(TOOLS)} tools, {len(TOOLS.listed())} of them listed without being asked for."
            f" in: name, description and input schema, {total - grouped} bytes of those listed,"
            f" {total} in all; out: output schema. Hints: r reads only, d destroys, i idempotent."
        )


def _hints(tool: Tool) -> str:
    hints = tool.definition.annotations
    if hints is None:
        return ""
    flags = {
        "r": hints.read_only_hint,
        "d": hints.destructive_hint,
        "i": hints.idempotent_hint,
    }
    return "".join(letter for letter, is_set in flags.items() if is_set)


def _sizes(tool: Tool) -> tuple[int, int]:
    definition = tool.definition
    words = f"{definition.name}{definition.description or ''}".encode()
    return len(words) + _bytes(definition.input_schema), _bytes(definition.output_schema)


def _bytes(schema: Any) -> int:
    return len(json.dumps(schema, separators=(",", ":"), ensure_ascii=False).encode())
