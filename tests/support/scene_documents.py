"""What stands in scene documents, by key and by name."""

from typing import Any

from sessions_app.scene.document import Document, EntityKey


def all_entities(document: Document) -> list[EntityKey]:
    """The keys of everything that the table of kinds validates."""
    objects: list[EntityKey] = [("objects", each) for each in document["objects"]]
    return [*objects, ("start",), ("next",), ("camera",), ("environment",)]


def object_named(document: Document, name: str) -> dict[str, Any]:
    """The entity of this name."""
    [found] = [entity for entity in document["objects"].values() if entity["name"] == name]
    return dict(found)


def model_color(document: Document) -> str:
    """The color of the object named model."""
    return str(object_named(document, "model")["material"]["color"])
