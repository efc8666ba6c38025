"""Operations on the background."""

from sessions_app.scene.colors import parse_color
from sessions_app.scene.document import Document
from sessions_app.scene.operations.change import Change, change_members


def set_background_color(document: Document, *, color: str) -> Change:
    """Paint the background.

    Raises:
        InvalidValueError: the color is not known.
    """
    parsed = parse_color(color)
    return change_members(
        document,
        "/background",
        {"color": parsed.hex},
        values={"color": parsed.hex},
        summary=("The background is", parsed.label),
    )
