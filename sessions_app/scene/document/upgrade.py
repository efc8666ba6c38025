"""Brings documents that were stored in an older shape into the one that this program knows."""

from collections.abc import Callable

from sessions_app.scene.document import SCENE_VERSION, Document

# The version that this program reads and writes.
NEWEST_VERSION = SCENE_VERSION
# What makes a document of this version one of the next. It returns a new document; the new version
# is entered for it.
STEPS: dict[int, Callable[[Document], Document]] = {}


def is_newest(document: Document) -> bool:
    return bool(document.get("version") == NEWEST_VERSION)


def is_known(document: Document) -> bool:
    """Whether it has the newest version, or one from which steps lead there."""
    version = document.get("version")
    if not isinstance(version, int) or version > NEWEST_VERSION:
        return False
    return all(older in STEPS for older in range(version, NEWEST_VERSION))


def upgraded(document: Document) -> Document:
    """The same scene in the newest shape; its version must be known."""
    while not is_newest(document):
        version = document["version"]
        document = STEPS[version](document) | {"version": version + 1}
    return document
