"""What stands in scene documents, by key and by name."""

from typing import Any

from sessions_app.scene.document import Document, EntityKey, new_document


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


def with_objects(*entities: dict[str, Any], start: Any = "studio", **removed: str) -> Document:
    """A start with more objects, from o10 on, and without those of these ids."""
    document = new_document(start)
    more = {f"o{number}": entity for number, entity in enumerate(entities, 10)}
    kept = {
        each: entity for each, entity in document["objects"].items() if each not in removed.values()
    }
    return document | {"objects": kept | more, "next": 10 + len(more)}
