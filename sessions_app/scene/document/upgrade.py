"""Upgrades stored documents of older versions to the current one."""

from collections.abc import Callable

from sessions_app.scene.document import SCENE_VERSION, Document
from sessions_app.scene.document.upgrade_from_1 import upgrade_from_1

# The version that the program reads and writes.
NEWEST_VERSION = SCENE_VERSION
# Each step turns a document of its version into one of the next. It returns a new document; the
# caller sets the version.
STEPS: dict[int, Callable[[Document], Document]] = {1: upgrade_from_1}


def is_newest(document: Document) -> bool:
    return bool(document.get("version") == NEWEST_VERSION)


def is_known(document: Document) -> bool:
    """Return whether the document has the latest version, or steps lead from its version to it."""
    version = document.get("version")
    if not isinstance(version, int) or version > NEWEST_VERSION:
        return False
    return all(older in STEPS for older in range(version, NEWEST_VERSION))


def upgraded(document: Document) -> Document:
    """Return the document in the latest version; its version must be known."""
    while not is_newest(document):
        version = document["version"]
        document = STEPS[version](document) | {"version": version + 1}
    return document
