"""Arguments that a tool does not have: which are slips to refuse, and which are only named.

Some clients add arguments of their own to every call (`wait_for_previous`, `toolCallId`): refusing
those would shut the clients out. A slip is refused instead, or the call would do something else
than was meant.
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
MAX_UNKNOWN = 50  # each is compared with all that there are

# A call that is carried out without one of these does not do what was asked. Names are made of
# words (`is_dry_run`, `dryRun`); what is long enough is found in one that is written together, too.
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
# The same for what sets something: how a value is meant, and of what.
_QUALIFIERS = frozenset({
    "relative", "delta", "offset", "increment", "incremental", "additive", "absolute", "percent",
    "percentage", "unit", "units", "radian", "radians", "rad", "deg", "axis", "space", "light",
    "lights", "object", "objects", "part", "target", "which", "material", "texture", "opacity",
    "alpha", "transparency", "transparent", "gradient", "metalness", "roughness",
})  # fmt: skip
_QUALIFIERS_TOGETHER = ("relativ", "incremental", "absolut", "radians")
# Words that mean so by themselves only.
_QUALIFIERS_ALONE = frozenset({"by", "mode", "add", "moveby", "rotateby", "turnby", "scaleby"})
# What a tool has that sets nothing.
_READING = frozenset({"scene", "qr"})
# Other words for an argument, as three.js, CSS and people have them.
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
}
_AXES = ("x", "y", "z")
# What names all three at once.
_OF_ALL_AXES = frozenset({
    "scale", "factor", "size", "position", "rotation", "angles", "vector", "coordinates", "xyz",
})  # fmt: skip
# With the name of an axis before or after them: `xPosition`, `pos_x`.
_OF_AN_AXIS = ("pos", "position", "axis", "coord", "coordinate", "scale", "factor", "degrees")
_SEPARATORS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# Of a name with fewer letters, an edit makes another word: `for` is not `fov`, and `url` not `qr`.
_LETTERS_FOR_AN_EDIT, _LETTERS_FOR_TWO = 4, 6


class Unknown(NamedTuple):
    """An argument that is not known: its name, the path of its object, and what is known there."""

    name: str
    path: Path
    known: Collection[str]

    @property
    def pattern(self) -> str:
        """Its own path, the same for all items of a list."""
        return pattern_text((*self.path, self.name))

    def takes(self, tool: str) -> str:
        """One sentence that lists what is known there."""
        return takes(self.known, owner_of(self.path, tool))


def require_droppable(unknown: Sequence[Unknown], *, tool: str, strict: bool) -> None:
    """Refuse the first unknown argument that must not be dropped, with those of its items.

    Args:
        unknown: what the tool does not have, those at the top first.
        tool: its name.
        strict: no unknown argument may be dropped, because the tool destroys something.

    Raises:
        InvalidValueError: one resembles an argument of the tool, or asks for something that a call
            without it would not do; or they are too many.
    """
    # The items of a list may all have the same one: each is compared once.
    patterns = [each.pattern for each in unknown]
    distinct = dict(zip(patterns, unknown, strict=True))
    if len(distinct) > MAX_UNKNOWN:
        more = f"More than {MAX_UNKNOWN} arguments are unknown."
        raise InvalidValueError(f"{more} {unknown[0].takes(tool)}")
    meant = {pattern: _resembled(each.name, each.known) for pattern, each in distinct.items()}
    slips = {
        pattern
        for pattern, each in distinct.items()
        if strict or meant[pattern] or _changes_meaning(each.name, each.known)
    }
    refused = [
        (each, meant[pattern])
        for each, pattern in zip(unknown, patterns, strict=True)
        if pattern in slips
    ]
    if refused:
        raise InvalidValueError(_refusal(refused, tool))


def note(names: Iterable[str]) -> str:
    """One sentence that names what was ignored; empty where nothing was."""
    shown = [_shown(name) for name in names]
    if not shown:
        return ""
    more = f" and {len(shown) - MAX_NAMED} more" if len(shown) > MAX_NAMED else ""
    return f"Ignored, because this tool does not take it: {', '.join(shown[:MAX_NAMED])}{more}."


def _refusal(refused: Sequence[tuple[Unknown, Sequence[str]]], tool: str) -> str:
    """What is wrong: the first, or all of the list or object that it stands in."""
    first, _ = refused[0]
    together = [slip for slip in refused if slip[0].path[:1] == first.path[:1]]
    shown = together if first.path else refused[:1]
    told = [(_slip(each, resembled), each.takes(tool)) for each, resembled in shown[:MAX_FAULTS]]
    return listed(told, len(shown))


def _slip(unknown: Unknown, resembled: Sequence[str]) -> str:
    hint = f" Did you mean {', '.join(f'`{name}`' for name in resembled)}?" if resembled else ""
    at = f" in `{path_text(unknown.path)}`" if unknown.path else ""
    return f"Unknown argument {quoted(unknown.name)}{at}.{hint}"


def _changes_meaning(name: str, known: Collection[str]) -> bool:
    """Whether a call without this argument would do something else than was asked."""
    plain = _plain(name)
    words = {word.lower() for word in _WORD.findall(name[:MAX_NAME_LENGTH])} | {plain}
    if words & _CONDITIONS or any(text in plain for text in _TOGETHER):
        return True
    if _READING.issuperset(known):
        return False
    return (
        bool(words & _QUALIFIERS)
        or plain in _QUALIFIERS_ALONE
        or any(text in plain for text in _QUALIFIERS_TOGETHER)
    )


def _resembled(name: str, known: Collection[str]) -> Sequence[str]:
    """The arguments that an unknown name stands for by mistake."""
    plain = _plain(name)
    if plain in _OF_ALL_AXES and all(axis in known for axis in _AXES):
        return _AXES
    synonyms = [other for other in known if plain in _SYNONYMS.get(other, ())]
    near = synonyms or [other for other in known if _is_near(plain, other)]
    return difflib.get_close_matches(plain, near, n=1, cutoff=0)


def _is_near(name: str, other: str) -> bool:
    """Whether an unknown name is a known one with a slip: in case, by a cut end, in characters."""
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
    """Whether a name is another one with letters left out."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _distance(name: str, other: str) -> int:
    """How many letters of two short names differ, are left out, or have changed places."""
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
