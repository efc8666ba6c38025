"""What a check finds: first which objects and how bad, then in words and with its mend."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from sessions_app.scene.geometry.layout import Layout

Kind: TypeAlias = Literal[
    "invisible", "doubled", "hidden", "unlit", "buried", "overlap", "floats", "loose", "size",
    "behind", "out_of_view", "switched_off", "faint", "fogged", "tiny",
]  # fmt: skip

# Worst first: invisible things, then broken-looking ones, then those that may be intended.
_RANKS: Mapping[Kind, int] = {
    "invisible": 80,
    "doubled": 75,
    "hidden": 70,
    "unlit": 65,
    "buried": 60,
    "floats": 50,
    "overlap": 40,
    "loose": 30,
    "size": 20,
    "behind": 15,
    "out_of_view": 10,
    "switched_off": 9,
    "faint": 8,
    "fogged": 7,
    "tiny": 5,
}


class Finding(NamedTuple):
    """Something odd, before it is described: a check may find thousands of them.

    Attributes:
        kind: what is odd.
        ids: of the objects that it is about; the one that should move comes first.
        severity: higher is worse.
        leaves: the ids of the solids in which it shows.
    """

    kind: Kind
    ids: tuple[str, ...]
    severity: float
    leaves: tuple[str, ...]


class Oddity(NamedTuple):
    """A finding as tools return it.

    Attributes:
        kind: what is odd.
        ids: of the objects that it is about.
        sentence: in a model's words, without a full stop.
        severity: higher is worse.
        fix: {"tool": name, "arguments": {…}}, the call that mends it.
    """

    kind: Kind
    ids: tuple[str, ...]
    sentence: str
    severity: float
    fix: dict[str, Any]


def severity(kind: Kind, amount: float) -> float:
    """The rank of a kind, and within it the amount, from 0 up without an end."""
    return _RANKS[kind] + 9 * amount / (1 + max(0.0, amount))


def called(layout: Layout, name: str) -> str:
    """What tools call an object: its name, or its id if it has no name."""
    return str(layout.objects[name].get("name", name))


def listed(layout: Layout, names: tuple[str, ...]) -> str:
    """Several names in words; more than three are counted."""
    words = [called(layout, name) for name in names]
    if len(words) > 3:
        words = [*words[:2], f"{len(words) - 2} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def rounded(meters: float) -> str:
    """A length in words: two decimals, more for what is smaller."""
    return f"{meters:.2g}" if abs(meters) < 0.1 else f"{meters:.2f}".rstrip("0").rstrip(".")


def placement(
    layout: Layout, targets: Sequence[str], relation: str, reference: str | None
) -> dict[str, Any]:
    """A fix that places objects."""
    names = [called(layout, target) for target in targets]
    wish: dict[str, Any] = {"targets": names, "relation": relation}
    if reference is not None:
        wish["reference"] = called(layout, reference)
    return {"tool": "place_objects", "arguments": {"placements": [wish]}}


def change(*changes: Mapping[str, Any]) -> dict[str, Any]:
    """A fix that changes properties."""
    return {"tool": "update_objects", "arguments": {"changes": [dict(each) for each in changes]}}
