"""Looks through JSON text before anything parses it: how many values it has, how deep they nest.

A parser and its checks take up to a hundred times as long for `[]` as for the same bytes of text.
Here bytes are counted only, at a millisecond for 64 kB whatever they are.
"""

MAX_VALUES = 20_000
MAX_DEPTH = 16  # of arrays and objects within each other

_AS_ARRAYS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_BLANKS = b" \t\r\n"


def excess(text: bytes, *, most_values: int = MAX_VALUES, deepest: int = MAX_DEPTH) -> str:
    """What of a JSON text there is too much of, as the end of a sentence; empty where it is sound.

    Of a text that is not JSON, this holds for what a parser would read of it.
    """
    openings = text.count(b"[") + text.count(b"{")
    if openings <= deepest and text.count(b",") + openings < most_values:
        return ""  # as nearly all are: what stands in strings cannot matter
    outside = _without_strings(text, most_values)
    if outside is None or _count(outside) > most_values:
        return f"has more than {most_values} values"
    if _is_deeper(outside.translate(_AS_ARRAYS, _NO_BRACKETS), deepest):
        return f"nests arrays and objects deeper than {deepest} levels"
    return ""


def _without_strings(text: bytes, most_values: int) -> bytes | None:
    """The text with a quotation mark for each string; None where they are too many."""
    plain = text.replace(rb"\\", b"").replace(rb"\"", b"")
    if plain.count(b'"') > 4 * most_values:  # two for a member's name, two for its value
        return None
    return b'"'.join(plain.split(b'"')[::2]).translate(None, _BLANKS)


def _count(outside: bytes) -> int:
    """How many values there are: each has a comma before it, or begins what holds it."""
    openings = outside.count(b"[") + outside.count(b"{")
    empty = outside.count(b"[]") + outside.count(b"{}")
    return 1 + openings - empty + outside.count(b",")


def _is_deeper(brackets: bytes, deepest: int) -> bool:
    """Whether brackets nest deeper; those that are never closed count as well."""
    for _ in range(deepest):
        brackets = brackets.replace(b"[]", b"")  # the innermost level of each
    return b"[]" in brackets or brackets.count(b"[") > deepest
