"""The gallery: scenes as recorded calls, and what they have to make."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sessions_app.scene.document import Document, Start, new_document
from sessions_app.scene.operations import Change
from tests.support.object_calls import call

_HERE = Path(__file__).parent
_DOCUMENTS = _HERE / "documents"
PICTURES = _HERE.parents[1] / "docs" / "gallery"
NAMES = sorted(path.stem for path in (_HERE / "scenes").glob("*.json"))


@dataclass(frozen=True)
class Recording:
    """What was sent: the start, and a tool's name with its arguments for each call.

    Attributes:
        at: the moment of its picture, in seconds since its motions began.
    """

    start: Start
    calls: list[tuple[str, dict[str, Any]]]
    at: float

    def build(self) -> tuple[Document, list[Change]]:
        """Make the calls without a server; return the scene, and what each call did."""
        document, changes = new_document(self.start), []
        for tool, arguments in self.calls:
            changes.append(call(document, tool, arguments))
            document = changes[-1].after
        return document, changes


def recording(name: str) -> Recording:
    stored = json.loads((_HERE / "scenes" / f"{name}.json").read_text())
    calls = [(tool, arguments) for tool, arguments in stored["calls"]]
    return Recording(stored["start"], calls, stored.get("at", 0.0))


def stored_document(name: str) -> Document:
    document: Document = json.loads((_DOCUMENTS / f"{name}.json").read_text())
    return document


def store_document(name: str, document: Document) -> None:
    objects = [
        f"  {json.dumps(each)}: {json.dumps(document['objects'][each])}"
        for each in document["objects"]
    ]
    rest = {key: value for key, value in document.items() if key != "objects"}
    head = json.dumps(rest)[:-1]
    text = f'{head}, "objects": {{\n' + ",\n".join(objects) + "\n}}\n"
    (_DOCUMENTS / f"{name}.json").write_text(text)
