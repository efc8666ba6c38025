"""Applies JSON patches (RFC 6902: add, remove, replace) to documents of maps."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from sessions_app.scene.changes.maps import NoMapError, OwnMaps
from sessions_app.scene.document import Document
from sessions_app.scene.errors import DAMAGED, SceneError, quoted


class PatchOp(TypedDict):
    """One step of a patch; `path` is a JSON Pointer (RFC 6901), `value` is absent on remove."""

    op: Literal["add", "remove", "replace"]
    path: str
    value: NotRequired[Any]


Patch: TypeAlias = list[PatchOp]

_BAD_ESCAPE = re.compile(r"~(?![01])")


class InvalidPatchError(SceneError):
    """A patch that does not fit the document or uses an unsupported part of RFC 6902."""

    code = "invalid_patch"
    advice = DAMAGED


def apply_patch(document: Document, patch: Patch) -> Document:
    """Return the patched document, which shares every untouched branch with the input.

    Each map on a changed path is copied once, one level deep. Lists are replaced as a whole; paths
    into them are refused.

    Raises:
        InvalidPatchError: an operation is unknown or its path does not exist.
    """
    if not patch:
        return document
    own = OwnMaps()
    patched = own.copy_of(document)
    for step in patch:
        _apply_step(own, patched, step)
    return patched


def _apply_step(own: OwnMaps, patched: Document, step: PatchOp) -> None:
    edit = _EDITS.get(step["op"])
    if edit is None:
        raise InvalidPatchError(
            f"The patch operation {quoted(step['op'])} is not accepted; use add, remove or replace."
        )
    if step["op"] != "remove" and "value" not in step:
        raise InvalidPatchError(f"The patch operation {step['op']} needs a value.")
    *parents, member = parse_pointer(step["path"])
    try:
        node = own.descend(patched, parents)
    except NoMapError:
        raise _no_such_path(step["path"]) from None
    edit(node, member, step)


def pointer(names: Iterable[str]) -> str:
    """Format a path through maps as a JSON Pointer."""
    # RFC 6901 section 3: ~0 before ~1, or the tilde of "~1" would be escaped again.
    return "".join(["/" + name.replace("~", "~0").replace("/", "~1") for name in names])


def parse_pointer(path: str) -> list[str]:
    """Parse a JSON Pointer to a member into its names.

    Raises:
        InvalidPatchError: it is malformed, or refers to the whole document.
    """
    if not path.startswith("/") or _BAD_ESCAPE.search(path):
        raise InvalidPatchError(
            f"The patch path {quoted(path)} is no JSON Pointer to a member such as /model/color."
        )
    # RFC 6901 section 4: ~1 before ~0, or "~01" would become "/".
    return [name.replace("~1", "/").replace("~0", "~") for name in path[1:].split("/")]


def _add(node: Document, member: str, step: PatchOp) -> None:
    node[member] = step["value"]


def _replace(node: Document, member: str, step: PatchOp) -> None:
    if member not in node:
        raise _no_such_path(step["path"])
    node[member] = step["value"]


def _remove(node: Document, member: str, step: PatchOp) -> None:
    if member not in node:
        raise _no_such_path(step["path"])
    del node[member]


_EDITS: dict[str, Callable[[Document, str, PatchOp], None]] = {
    "add": _add,
    "replace": _replace,
    "remove": _remove,
}


def _no_such_path(path: str) -> InvalidPatchError:
    return InvalidPatchError(f"The patch path {quoted(path, 96)} does not exist in the document.")
