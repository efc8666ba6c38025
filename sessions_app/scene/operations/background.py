"""Operations on the background."""

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.colors import parse_color
from sessions_app.scene.operations.arguments import Arguments, Color
from sessions_app.scene.operations.change import Report, stated
from sessions_app.scene.operations.registry import operation


class BackgroundColor(Arguments):
    color: Color


@operation("change_background_color", BackgroundColor)
def set_background_color(edit: Edit, given: BackgroundColor) -> Report:
    """Paint the background in one color.

    Raises:
        InvalidValueError: the color is not known.
    """
    parsed = parse_color(given.color)
    return stated(
        changed=edit.set("/environment", "background", [parsed.hex]),
        values={"color": parsed.hex},
        summary=("The background is", parsed.label),
    )
