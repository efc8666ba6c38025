"""Decides which unknown arguments are refused as slips, and which are ignored and reported.

Some clients add their own arguments to every call (`wait_for_previous`, `toolCallId`); refusing
those would lock them out. Slips are refused, because the call would do something other than
intended.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.scene.operations.refusals import MAX_FAULTS, listed, owner_of, takes
from sessions_app.scene.operations.schemas import Path, path_text, pattern_text

MAX_NAMED = 5
MAX_NAME_LENGTH = 40
MAX_UNKNOWN = 50  # each is compared with all known ones

# Without one of these, a call would not do what was asked. They match words of a name
# (`is_dry_run`, `dryRun`); the longer ones also match within names without separators.
_CONDITIONS = frozenset({
    "dry", "test", "noop", "preview", "simulate", "simulated", "simulation", "validate",
    "draft", "confirm", "confirmed", "confirmation", "approve", "approved", "approval",
    "if", "unless", "when", "until", "condition", "conditions", "conditional", "precondition",
    "revision", "etag", "expected", "undo", "revert", "rollback", "temporary", "temporarily", "ttl",
    "expires", "duration", "delay", "schedule", "scheduled",
})  # fmt: skip
_TOGETHER = (
    "dryrun", "noop", "whatif", "onlyif", "ifmatch", "preview", "simulat", "validateonly",
    "checkonly", "confirm", "condition", "revision", "rollback", "temporar",
)  # fmt: skip
# The same for tools that set values: how a value is meant, and of what.
_QUALIFIERS = frozenset({
    "relative", "delta", "offset", "increment", "incremental", "additive", "absolute", "percent",
    "percentage", "unit", "units", "radian", "radians", "rad", "deg", "axis", "space", "light",
    "lights", "object", "objects", "part", "target", "which", "material", "texture", "opacity",
    "alpha", "transparency", "transparent", "gradient", "metalness", "roughness",
})  # fmt: skip
# The same for tools that put objects somewhere: what they consist of, and where they should be.
_OF_OBJECTS = frozenset({
    "children", "child", "geometry", "vertices", "vertex", "faces", "path", "points", "count",
    "repeat", "copies", "pattern", "spacing", "animation", "animate", "animations", "anchor",
    "pivot", "origin", "align", "alignment", "inside", "under", "above", "below", "behind",
    "between", "against", "beside", "near", "relation", "reference", "gap", "shadow", "kind",
    "shape",
})  # fmt: skip
_QUALIFIERS_TOGETHER = ("relativ", "incremental", "absolut", "radians")
# Words that count only as the whole name.
_QUALIFIERS_ALONE = frozenset({
    "by", "mode", "add", "moveby", "rotateby", "turnby", "scaleby", "lock", "locked", "unlock",
})  # fmt: skip
# The same for tools that set a value that is always the same: how much it should be instead.
_AMOUNTS = frozenset({
    "degrees", "degree", "angle", "amount", "distance", "meters", "step", "steps", "times",
    "factor", "size", "value", "count", "speed",
})  # fmt: skip
# The arguments of tools that take no value.
_WITHOUT_VALUES = frozenset({"scene", "qr"})
# Synonyms of arguments, as used by three.js, CSS and people.
_SYNONYMS = {
    "color": {"hex", "rgb", "rgba", "paint", "tint", "hue", "fill", "shade"},
    "size": {"scale", "factor", "multiplier", "ratio"},
    "intensity": {"brightness", "strength", "power", "level", "lumens"},
    "x": {"pitch"},
    "y": {"yaw"},
    "z": {"roll"},
    "width": {"w", "size", "dimensions"},
    "height": {"h", "size", "dimensions"},
    "distance": {"zoom", "dolly", "radius", "far"},
    "fov": {"fieldofview", "zoom", "angle"},
    "qr": {"qrcode", "image"},
    "kind": {"primitive", "class"},
    "name": {"label", "title"},
    "position": {"x", "y", "z", "xyz", "location", "translation", "coordinates", "coords", "at"},
    "rotation": {"angles", "orientation", "euler", "yaw", "pitch", "roll", "turn"},
    "parent": {"group", "belongsto"},
    "on": {"ontopof", "above", "standson", "surface"},
    "facing": {"direction", "front", "towards", "toward", "faces"},
    "visible": {"hidden", "hide", "show", "invisible"},
    "opacity": {"alpha", "transparency", "transparent"},
    "text": {"content", "string", "words"},
    "move_by": {"translate", "shift", "move"},
    "rotate_by": {"rotate", "turnby"},
    "scale_by": {"scaleby", "grow", "shrink"},
    "rename": {"newname", "name", "label"},
    "target": {"id", "object", "objects", "targets", "name"},
    "targets": {"ids", "objects", "names", "target", "object"},
    "objects": {"items", "entities", "object"},
    "changes": {"updates", "objects", "items", "change"},
    "look_at": {"center", "focus"},
    "frame": {"targets", "objects", "fit"},
    "view": {"direction", "angle", "from"},
    "background": {"backgroundcolor", "sky", "skycolor", "color"},
    "light_intensity": {"intensity", "brightness"},
    "floor": {"ground", "grid"},
    "fog_near": {"near"},
    "fog_far": {"far"},
}
_AXES = ("x", "y", "z")
# Names of all three axes together.
_OF_ALL_AXES = frozenset({
    "scale", "factor", "size", "position", "rotation", "angles", "vector", "coordinates", "xyz",
})  # fmt: skip
# Combined with an axis, before or after: `xPosition`, `pos_x`.
_OF_AN_AXIS = ("pos", "position", "axis", "coord", "coordinate", "scale", "factor", "degrees")
_SEPARATORS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# In shorter names, an edit makes another word: `for` is not `fov`, and `url` not `qr`.
_LETTERS_FOR_AN_EDIT, _LETTERS_FOR_TWO = 4, 6


class Unknown(NamedTuple):
    """An unknown argument: its name, the path of its object, and the known names there."""

    name: str
    path: Path
    known: Collection[str]

    @property
    def pattern(self) -> str:
        """The argument's path, the same for all items of a list."""
        return pattern_text((*self.path, self.name))

    def takes(self, tool: str) -> str:
        """Return a sentence that lists the known names."""
        return takes(self.known, owner_of(self.path, tool))


def require_droppable(unknown: Sequence[Unknown], *, tool: str, strict: bool, writes: bool) -> None:
    """Refuse the first unknown argument that must not be dropped, with others in its list.

    Args:
        unknown: the unknown arguments, top-level ones first.
        tool: the tool's name.
        strict: refuse all unknown arguments, because the tool is destructive.
        writes: whether the tool changes the scene.

    Raises:
        InvalidValueError: an argument resembles a known one or changes the meaning of the call, or
            there are too many.
    """
    # Items of a list may share an unknown name: compare each only once.
    patterns = [each.pattern for each in unknown]
    distinct = dict(zip(patterns, unknown, strict=True))
    if len(distinct) > MAX_UNKNOWN:
        more = f"More than {MAX_UNKNOWN} arguments are unknown."
        raise InvalidValueError(f"{more} {unknown[0].takes(tool)}")
    meant = {pattern: _resembled(each.name, each.known) for pattern, each in distinct.items()}
    slips = {
        pattern
        for pattern, each in distinct.items()
        if strict or meant[pattern] or _changes_meaning(each.name, each.known, writes=writes)
    }
    refused = [
        (each, meant[pattern])
        for each, pattern in zip(unknown, patterns, strict=True)
        if pattern in slips
    ]
    if refused:
        raise InvalidValueError(_refusal(refused, tool))


def note(names: Iterable[str]) -> str:
    """Return a sentence that names the ignored arguments; empty if there are none."""
    shown = [_shown(name) for name in names]
    if not shown:
        return ""
    more = f" and {len(shown) - MAX_NAMED} more" if len(shown) > MAX_NAMED else ""
    return f"Ignored, because this tool does not take it: {', '.join(shown[:MAX_NAMED])}{more}."


def _refusal(refused: Sequence[tuple[Unknown, Sequence[str]]], tool: str) -> str:
    """Return the refusal of the first slip, or of all in its list or object."""
    first, _ = refused[0]
    together = [slip for slip in refused if slip[0].path[:1] == first.path[:1]]
    shown = together if first.path else refused[:1]
    faults = [(_slip(each, resembled), each.takes(tool)) for each, resembled in shown[:MAX_FAULTS]]
    return listed(faults, len(shown))


def _slip(unknown: Unknown, resembled: Sequence[str]) -> str:
    hint = f" Did you mean {', '.join(f'`{name}`' for name in resembled)}?" if resembled else ""
    at = f" in `{path_text(unknown.path)}`" if unknown.path else ""
    return f"Unknown argument {quoted(unknown.name)}{at}.{hint}"


def _changes_meaning(name: str, known: Collection[str], *, writes: bool) -> bool:
    """Return whether dropping this argument would change what the call does."""
    plain = _plain(name)
    words = {word.lower() for word in _WORD.findall(name[:MAX_NAME_LENGTH])} | {plain}
    if words & _CONDITIONS or any(text in plain for text in _TOGETHER):
        return True
    if _WITHOUT_VALUES.issuperset(known) and (not writes or words & _AMOUNTS):
        return writes
    return (
        bool(words & _QUALIFIERS)
        or ("position" in known and bool(words & _OF_OBJECTS))
        or plain in _QUALIFIERS_ALONE
        or any(text in plain for text in _QUALIFIERS_TOGETHER)
    )


def _resembled(name: str, known: Collection[str]) -> Sequence[str]:
    """Return the known arguments that an unknown name probably means."""
    plain = _plain(name)
    if plain in _OF_ALL_AXES and all(axis in known for axis in _AXES):
        return _AXES
    synonyms = [other for other in known if plain in _SYNONYMS.get(other, ())]
    near = synonyms or [other for other in known if _is_near(plain, other)]
    return difflib.get_close_matches(plain, near, n=1, cutoff=0)


def _is_near(name: str, other: str) -> bool:
    """Return whether an unknown name is a misspelled or truncated known one."""
    if len(other) == 1:
        return name == other or name in {
            text for word in _OF_AN_AXIS for text in (other + word, word + other)
        }
    if name.startswith(other):
        return True
    if len(name) >= min(3, len(other) - 1) and len(other) > 2 and other.startswith(name):
        return True
    edits = _distance(name, other) if abs(len(name) - len(other)) <= 2 else 3
    if edits < 2 or len(other) < _LETTERS_FOR_AN_EDIT:
        return edits == 0 or (edits == 1 and len(other) >= _LETTERS_FOR_AN_EDIT)
    if edits > 2 or name[:1] != other[0]:
        return False
    return len(other) >= _LETTERS_FOR_TWO or _is_within(name, other) or _is_within(other, name)


def _is_within(short: str, long: str) -> bool:
    """Return whether a name is another one with letters left out."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _distance(name: str, other: str) -> int:
    """Return the edit distance of two short names, counting swapped neighbors as one edit."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(name, start=1):
        row = [i]
        for j, against in enumerate(other, start=1):
            edits = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != against))
            if i > 1 and j > 1 and name[i - 2 : i] == against + other[j - 2]:
                edits = min(edits, rows[-2][j - 2] + 1)
            row.append(edits)
        rows.append(row)
    return rows[-1][-1]


def _plain(name: str) -> str:
    return _SEPARATORS.sub("", name[:MAX_NAME_LENGTH]).lower()


def _shown(name: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in name[:MAX_NAME_LENGTH])
    return f"`{shown}…`" if len(name) > MAX_NAME_LENGTH else f"`{shown}`"
