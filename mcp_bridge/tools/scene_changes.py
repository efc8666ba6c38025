"""What `get_scene` says of the changes since a revision."""

from collections.abc import Iterator
from typing import Any

from sessions_app.revisions.since import ChangesSince
from sessions_app.scene.errors import quoted

_MAX_NAME = 64


def since_lines(since: int, changes: ChangesSince | None) -> Iterator[str]:
    """Yield a line for each of the latest changes, and what they have removed.

    Args:
        since: the revision after which they were made.
        changes: None where they are not kept.
    """
    if changes is None:
        yield (
            f"What has changed since revision {since} is not kept, or too much to list: this is the"
            " whole scene."
        )
        return
    if not changes.total:
        yield f"Nothing has changed since revision {since}."
        return
    yield f"Changes since revision {since}, the oldest first:"
    earlier = changes.total - len(changes.latest)
    if earlier:
        yield f"{earlier} earlier one{'' if earlier == 1 else 's'}, and"
    yield from (change.line for change in changes.latest)
    if changes.removed:
        names = ", ".join(quoted(name, _MAX_NAME) for name in changes.removed)
        more = changes.removed_count - len(changes.removed)
        yield f"No longer there: {names}{f' and {more} more' if more else ''}."
    if changes.ids:
        yield "As they are now:"


def since_values(changes: ChangesSince | None) -> dict[str, Any]:
    """Return the same as members of the structure; none where the changes are not kept."""
    if changes is None:
        return {}
    return {"changes": [change.line for change in changes.latest], "removed": changes.removed}
