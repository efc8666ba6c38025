"""Bounds the values and the depth of JSON text before it is parsed.

Parsing and validating `[]` takes up to a hundred times as long as the same bytes of text. Counting
bytes takes a millisecond for 64 kB, whatever they are.
"""

MAX_VALUES = 20_000
MAX_DEPTH = 16  # of arrays and objects within each other

_AS_ARRAYS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_BLANKS = b" \t\r\n"


def excess(text: bytes, *, most_values: int = MAX_VALUES, deepest: int = MAX_DEPTH) -> str:
    """Describe how a JSON text exceeds the bounds, as the end of a sentence; empty if it does not.

    For text that is not JSON, the part that a parser would read counts.
    """
    openings = text.count(b"[") + text.count(b"{")
    if openings <= deepest and text.count(b",") + openings < most_values:
        return ""  # nearly always; brackets in strings only raise the counts
    outside = _without_strings(text, most_values)
    if outside is None or _count(outside) > most_values:
        return f"has more than {most_values} values"
    if _is_deeper(outside.translate(_AS_ARRAYS, _NO_BRACKETS), deepest):
        return f"nests arrays and objects deeper than {deepest} levels"
    return ""


def _without_strings(text: bytes, most_values: int) -> bytes | None:
    """Replace each string by one quotation mark; return None if there are too many."""
    plain = text.replace(rb"\\", b"").replace(rb"\"", b"")
    if plain.count(b'"') > 4 * most_values:  # two for a member's name, two for its value
        return None
    return b'"'.join(plain.split(b'"')[::2]).translate(None, _BLANKS)


def _count(outside: bytes) -> int:
    """Count the values: each follows a comma or is the first in its container."""
    openings = outside.count(b"[") + outside.count(b"{")
    empty = outside.count(b"[]") + outside.count(b"{}")
    return 1 + openings - empty + outside.count(b",")


def _is_deeper(brackets: bytes, deepest: int) -> bool:
    """Return whether brackets nest deeper; unclosed ones count as well."""
    for _ in range(deepest):
        brackets = brackets.replace(b"[]", b"")  # the innermost level of each
    return b"[]" in brackets or brackets.count(b"[") > deepest
