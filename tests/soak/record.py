"""What the crowd asked for, what it was answered, and what was seen at once to be wrong.

Each change has a color that no other change has, so that whatever shows a color says which call of
which scene it comes from.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_COLOR = re.compile(r"#[0-9a-f]{6}\b")
_KEY = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
# The tools that a change is made by, and the member of the document that each of them sets.
CHANGES = {
    "change_model_color": "/objects/o1/material/color",
    "change_background_color": "/environment/background",
    "set_key_light_color": "/objects/o2/color",
    "set_fill_light_color": "/objects/o3/color",
}
# An answer with one of these may follow a fault of a store or a worker. Each says what holds.
EXPECTED_CODES = {"busy", "unavailable", "timeout", "restarting", "session_closed"}
# An answer with one of these says that the scene is as it was.
UNCHANGED_CODES = {"busy", "session_closed"}


@dataclass
class Change:
    """A call or edit that sets a color; without `revision` or `code` nobody knows how it ended."""

    key: str
    tool: str
    color: str
    revision: int | None = None
    code: str = ""


@dataclass
class Record:
    """What the judges go by; `faults` are sentences, `answers` counts error codes ("" is none)."""

    changes: dict[str, Change] = field(default_factory=dict)  # by color
    owners: dict[str, int] = field(default_factory=dict)  # by edit key: the number of its client
    reads: dict[str, dict[int, dict[str, str]]] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    close_codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def begin(self, key: str, tool: str) -> Change:
        """Choose the color of a call that is about to be sent."""
        change = Change(key, tool, f"#{len(self.changes) + 1:06x}")
        self.changes[change.color] = change
        return change

    def inspect(self, text: str, key: str, where: str) -> None:
        """Note what a text that belongs to one scene says of another one."""
        for color in set(_COLOR.findall(text)):
            change = self.changes.get(color)
            if change is not None and change.key != key:
                self.fault(f"{where} of {key} shows {color}, which was asked of {change.key}")
        for other in set(_KEY.findall(text)) - {key}:
            if other in self.owners:
                self.fault(f"{where} of {key} names {other}")

    def opened(self, key: str, client: int) -> None:
        """A client was given a scene, which must be its own."""
        if self.owners.setdefault(key, client) != client:
            self.fault(f"client {client} was given {key}, the scene of {self.owners[key]}")

    def answered(self, result: Mapping[str, Any], key: str, where: str) -> str:
        """Count an answer and look whose it is; return the code of its error, or ""."""
        self.inspect(str(result), key, where)
        code = ""
        if result.get("isError"):
            code = str(result["_meta"]["hello3d/error"]["code"])
            if code not in EXPECTED_CODES:
                self.fault(f"{where} of {key} ended with {code}")
        elif key and result["structuredContent"]["sessionId"] != key:
            self.fault(f"{where} of {key} is: {result['structuredContent']['message']}")
        self.answers[code] += 1
        return code

    def changed(self, change: Change, result: Mapping[str, Any]) -> str:
        """Take down how a change was answered; return the code of its error, or ""."""
        change.code = self.answered(result, change.key, f"the answer to {change.tool}")
        if not change.code:
            structured = result["structuredContent"]
            change.revision = structured["revision"]
            if structured["color"] != change.color:
                self.fault(f"{change.color} was asked of {change.key}, {structured['color']} told")
        return change.code

    def edited(self, change: Change, message: Mapping[str, Any]) -> None:
        """Take down how a page's edit was answered."""
        change.code, change.revision = str(message.get("code", "")), message.get("revision")
        self.answers[f"edit: {change.code or 'stored'}"] += 1
        if change.code and change.code not in EXPECTED_CODES:
            self.fault(f"an edit of {change.key} ended with {change.code}")

    def read(self, key: str, result: Mapping[str, Any]) -> str:
        """Take down what a scene was read as; return the code of its error, or ""."""
        code = self.answered(result, key, "the answer to get_scene")
        if not code:
            structured = result["structuredContent"]
            reads = self.reads.setdefault(key, {})
            objects = {each["id"]: each for each in structured["objects"]}
            read = {"objects": objects, "environment": structured["environment"]}
            reads[structured["revision"]] = colors_of(read)
        return code


def colors_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The colors of a document that changes set, by path."""
    found = {}
    for path in CHANGES.values():
        node: Any = document
        for name in path.split("/")[1:]:
            node = node[name]
        found[path] = node[0] if isinstance(node, list) else node  # a background of one color
    return found


def step_of(change: Change) -> dict[str, Any]:
    """The one step of the patch that makes a change."""
    value = [change.color] if change.tool == "change_background_color" else change.color
    return {"op": "replace", "path": CHANGES[change.tool], "value": value}
