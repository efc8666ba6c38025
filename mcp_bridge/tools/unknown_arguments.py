"""Arguments that a tool does not have: which are slips to refuse, and which are only named.

Some clients add arguments of their own to every call (`wait_for_previous`, `toolCallId`): refusing
those would shut the clients out. A slip is refused instead, or the call would do something else
than was meant.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Sequence

from sessions_app.scene.errors import InvalidValueError, quoted

MAX_NAMED = 5
MAX_NAME_LENGTH = 40
MAX_UNKNOWN = 50  # each is compared with all that there are

# A call that is carried out without one of these does not do what was asked.
_CONDITIONS = frozenset({
    "dryrun", "preview", "simulate", "validateonly", "checkonly", "confirm", "confirmed", "onlyif",
    "ifrevision", "baserevision", "expectedrevision", "undo", "relative", "delta",
})  # fmt: skip
# Other words for an argument, as three.js, CSS and people have them.
_SYNONYMS = {
    "color": {"hex", "rgb", "rgba", "paint", "tint", "hue", "fill", "shade"},
    "size": {"scale", "factor", "multiplier"},
    "intensity": {"brightness", "strength", "power", "level", "lumens"},
    "x": {"pitch", "position", "rotation", "vector", "coordinates"},
    "y": {"yaw"},
    "z": {"roll"},
    "width": {"size", "dimensions"},
    "height": {"size", "dimensions"},
    "distance": {"zoom", "dolly", "radius", "far"},
    "fov": {"fieldofview", "zoom", "angle"},
    "qr": {"qrcode", "image"},
    "scene": {"sceneid"},
}
# With the name of an axis before or after them: `xPosition`, `pos_x`.
_OF_AN_AXIS = ("pos", "position", "axis", "coord", "coordinate", "scale", "factor", "degrees")
_SEPARATORS = re.compile(r"[\s_.-]+")


def require_droppable(
    unknown: Sequence[str], *, known: Collection[str], tool: str, strict: bool
) -> None:
    """Refuse the first unknown argument that must not be dropped.

    Args:
        unknown: names that the tool does not have.
        known: names that it has.
        tool: its name.
        strict: no unknown argument may be dropped, because the tool destroys something.

    Raises:
        InvalidValueError: one resembles an argument of the tool, or asks for something that a call
            without it would not do; or they are too many.
    """
    if len(unknown) > MAX_UNKNOWN:
        raise InvalidValueError(f"{len(unknown)} arguments are unknown. {takes(known, tool)}")
    for name in unknown:
        resembled = _resembled(name, known)
        if strict or resembled or _plain(name) in _CONDITIONS:
            raise InvalidValueError(_refusal(name, resembled, known, tool))


def note(names: Iterable[str]) -> str:
    """One sentence that names what was ignored; empty where nothing was."""
    shown = [_shown(name) for name in names]
    if not shown:
        return ""
    more = f" and {len(shown) - MAX_NAMED} more" if len(shown) > MAX_NAMED else ""
    return f"Ignored, because this tool does not take it: {', '.join(shown[:MAX_NAMED])}{more}."


def takes(known: Collection[str], tool: str) -> str:
    """One sentence that lists the arguments of a tool, the scene last."""
    names = sorted(known, key=lambda name: name == "scene")
    return f"{tool} takes: {', '.join(names)}."


def _refusal(name: str, resembled: str | None, known: Collection[str], tool: str) -> str:
    hint = f" Did you mean `{resembled}`?" if resembled else ""
    return f"Unknown argument {quoted(name)}.{hint} {takes(known, tool)}"


def _resembled(name: str, known: Collection[str]) -> str | None:
    """The argument that an unknown name stands for by mistake, or None."""
    plain = _plain(name)
    near = [other for other in known if _is_near(plain, _plain(other))]
    near += [other for other in known if plain in _SYNONYMS.get(other, ())]
    if len(near) < 2:
        return near[0] if near else None
    return difflib.get_close_matches(plain, near, n=1, cutoff=0)[0]


def _is_near(one: str, other: str) -> bool:
    """Whether two names differ in letter case, by a cut end, or in at most two characters."""
    if len(other) == 1:
        return one == other or one in {
            text for word in _OF_AN_AXIS for text in (other + word, word + other)
        }
    if not one or one.startswith(other) or other.startswith(one):
        return True
    return abs(len(one) - len(other)) <= 2 and _distance(one, other) <= 2


def _distance(one: str, other: str) -> int:
    """The Levenshtein distance of two short names."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, against in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != against))
    return row[-1]


def _plain(name: str) -> str:
    return _SEPARATORS.sub("", name[:MAX_NAME_LENGTH]).lower()


def _shown(name: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in name[:MAX_NAME_LENGTH])
    return f"`{shown}…`" if len(name) > MAX_NAME_LENGTH else f"`{shown}`"
