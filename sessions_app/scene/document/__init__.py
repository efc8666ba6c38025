"""The scene document, version 2: kinds of entities, starts and ranges."""

from sessions_app.scene.document.entities import (
    BrokenEntityError,
    EntityKey,
    entities_at,
    require_entities,
)
from sessions_app.scene.document.kinds import (
    KINDS,
    PLACES,
    SCENE_VERSION,
    STARTS,
    Start,
    range_of,
)
from sessions_app.scene.document.ranges import Range
from sessions_app.scene.document.starts import Document, new_document

__all__ = [
    "KINDS",
    "PLACES",
    "SCENE_VERSION",
    "STARTS",
    "BrokenEntityError",
    "Document",
    "EntityKey",
    "Range",
    "Start",
    "entities_at",
    "new_document",
    "range_of",
    "require_entities",
]
