"""Calls of the operations on objects, with arguments as tools take them."""

from typing import Any

from mcp_bridge.tools import TOOLS
from mcp_bridge.tools.arguments import parse_arguments
from sessions_app.revisions.stored_steps import StoredStep
from sessions_app.scene.document import Document
from sessions_app.scene.geometry.layout import Bounds, Layout
from sessions_app.scene.operations import Change
from tests.support.operations import step_of


def add(document: Document, *objects: dict[str, Any]) -> Change:
    return step_of("add_objects", objects=list(objects))(document)


def update(document: Document, *changes: dict[str, Any]) -> Change:
    return step_of("update_objects", changes=list(changes))(document)


def remove(document: Document, *targets: str) -> Change:
    return step_of("remove_objects", targets=list(targets))(document)


def call(document: Document, tool: str, arguments: dict[str, Any]) -> Change:
    """Call a tool's operation with arguments as a client sends them."""
    found = TOOLS.find(tool)
    assert found is not None
    assert found.operation is not None
    parsed = parse_arguments(found.arguments, arguments, tool=tool)
    step = found.operation(parsed.arguments)
    assert not isinstance(step, StoredStep)
    return step(document)


def id_of(document: Document, name: str) -> str:
    """The id of the object of this name."""
    [found] = [each for each, entity in document["objects"].items() if entity["name"] == name]
    return str(found)


def bounds_of(document: Document, name: str) -> Bounds:
    """Around an object with all that belongs to it, in the world."""
    found = Layout(document["objects"]).extent(id_of(document, name))
    assert found is not None
    return found


def lines(change: Change) -> list[str]:
    """The lines of the answer for models."""
    return change.for_model.split("\n")


def odd_lines(change: Change) -> list[str]:
    return [line for line in lines(change) if line.startswith("Odd: ")]
