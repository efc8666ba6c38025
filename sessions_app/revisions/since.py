"""What has changed in a scene since a revision, and by whom."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sessions_app.models import SceneRevision
from sessions_app.revisions.line import PastStep
from sessions_app.revisions.persons_edits import persons_words
from sessions_app.revisions.reads import MAX_PATCHES_LENGTH
from sessions_app.scene.changes.patches import Patch
from sessions_app.scene.document import Document

MAX_CHANGES = 20
_MAX_REMOVED = 20


class PastEdit(NamedTuple):
    """A change: its revision, who made it, and what it did in a few words."""

    revision: int
    by: str
    words: str

    @property
    def line(self) -> str:
        return f"{self.revision} by {self.by}: {self.words}"


class ChangesSince(NamedTuple):
    """The changes after a revision.

    Attributes:
        total: how many there are.
        latest: the latest of them, at most MAX_CHANGES, the oldest first.
        ids: of the objects that are there and were added or changed; without lights and cameras
            that follow the objects by themselves.
        removed: the names of those that were there and are not any more, at most 20.
        removed_count: how many these are.
        is_around: whether the environment, or which camera is active, was changed.
    """

    total: int
    latest: list[PastEdit]
    ids: frozenset[str]
    removed: list[str]
    removed_count: int
    is_around: bool


class _Row(NamedTuple):
    revision: int
    cause: str
    patch: str
    inverse: str


def changes_since(
    scene_session_id: int, since: int, revision: int, document: Document
) -> ChangesSince | None:
    """Read what has changed after one revision, up to a later one.

    Args:
        scene_session_id: of the scene.
        since: a revision of it.
        revision: a later one, or the same.
        document: the scene at the later one.

    Returns:
        None where it is not kept any more, an upgrade lies between, or it is too much to read.
    """
    rows = _rows(scene_session_id, since, revision)
    if rows is None:
        return None
    net = _Net(document)
    for row in rows:
        net.take(json.loads(row.patch), json.loads(row.inverse))
    latest = [_past(row, document) for row in rows[-MAX_CHANGES:]]
    removed = list(net.removed())
    return ChangesSince(
        len(rows),
        latest,
        frozenset(net.changed()),
        removed[:_MAX_REMOVED],
        len(removed),
        net.is_around,
    )


def _rows(scene_session_id: int, since: int, revision: int) -> list[_Row] | None:
    found = SceneRevision.objects.filter(
        scene_session=scene_session_id, revision__gt=since, revision__lte=revision
    ).order_by("revision")
    rows, left = [], MAX_PATCHES_LENGTH
    for row in found.values_list("revision", "cause", "patch", "inverse").iterator(chunk_size=50):
        rows.append(_Row(*row))
        left -= len(rows[-1].patch) + len(rows[-1].inverse)
        if left < 0:
            return None
    # Pruned revisions are missing, and so are upgrades, which have no patch.
    return rows if len(rows) == revision - since else None


def _past(row: _Row, document: Document) -> PastEdit:
    step = PastStep(row.revision, row.cause)
    if step.is_persons:
        return PastEdit(row.revision, "the person", persons_words(row.cause, row.patch, document))
    return PastEdit(row.revision, step.author, step.words)


class _Net:
    """What several patches together did to the objects of a document."""

    def __init__(self, document: Document) -> None:
        self._objects: Mapping[str, Any] = document["objects"]
        self._touched: dict[str, None] = {}
        # By id, the name that an object had as it was removed; those that were added meanwhile.
        self._names: dict[str, str] = {}
        self._new: set[str] = set()
        self.is_around = False

    def take(self, patch: Patch, inverse: Patch) -> None:
        """Take the next patch, and the one that leads back."""
        for step in patch:
            _, root, *rest = step["path"].split("/")
            if root != "objects":
                self.is_around |= root in ("environment", "camera")
            elif rest:
                is_new = step["op"] == "add" and len(rest) == 1 and rest[0] not in self._touched
                self._new |= {rest[0]} if is_new else set()
                self._touched[rest[0]] = None
        for step in inverse:
            _, root, *rest = step["path"].split("/")
            if root == "objects" and len(rest) == 1 and step["op"] == "add":
                added: Any = step.get("value")
                self._names[rest[0]] = str(added["name"])

    def changed(self) -> Iterator[str]:
        for each in self._touched:
            if each in self._objects and not self._objects[each].get("fitted"):
                yield each

    def removed(self) -> Iterator[str]:
        for each in self._touched:
            if each not in self._objects and each not in self._new:
                yield self._names.get(each, each)
