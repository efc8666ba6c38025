"""A scene with only some of its objects, for a file of these."""

from collections.abc import Iterable

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.document import Document
from sessions_app.scene.document.index import CAMERA, LIGHT
from sessions_app.scene.operations.draft import Draft
from sessions_app.scene.operations.removing import remove


def excerpt(document: Document, ids: Iterable[str]) -> Document:
    """Return a document that has only some objects, and what they need to look as they do.

    That is all that belongs to them, what they belong to, the lights, the cameras and the
    environment. What aimed at one of the others keeps the point.

    Args:
        document: stays unchanged.
        ids: of the objects.
    """
    edit = Edit(document)
    draft = Draft(edit)
    index, graph = draft.index, draft.index.graph
    kept = {each for top in ids for each in draft.subtree(top)}
    kept.update(index.roles[CAMERA], index.roles[LIGHT])
    kept.update([above for each in kept for above in graph.ancestors(each)])
    others = [each for each in document["objects"] if each not in kept]
    remove(draft, graph.outermost(others))
    return edit.document
