"""The roles of pages at a scene, and what each may do there: the only table of it."""

from collections.abc import Mapping
from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """What a page is at a scene; `people.access.role_of` decides it."""

    OWNER = "owner"  # came by the scene's own link
    EDITOR = "editor"
    VIEWER = "viewer"


class Right(StrEnum):
    """What a page may do besides seeing the scene."""

    EDIT = "edit"  # change it, undo and lock included
    TALK = "talk"  # say something to the AI clients, and read what was said
    DRAW = "draw"  # draw pictures for calls, and have its acknowledgements count
    UPLOAD = "upload"  # send files for calls
    SHARE = "share"  # make, change and revoke links for others


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.EDITOR: frozenset({Right.EDIT, Right.TALK, Right.DRAW}),
    Role.VIEWER: frozenset(),
}


def roles_with(right: Right) -> list[Role]:
    """Return the roles that have a right."""
    return [role for role, rights in RIGHTS.items() if right in rights]
