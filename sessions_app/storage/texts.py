"""Sanitizes text from clients before it is stored."""

# Invisible, although Unicode classifies them as letters, marks and symbols.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def storable(text: str, limit: int) -> str:
    """Cut a text to one line of at most `limit` visible characters.

    Removes control, bidirectional and invisible characters, including NUL, which PostgreSQL cannot
    store. Lone surrogates become "?".
    """
    cut = text[:limit]
    if cut.isascii() and cut.isprintable():  # nearly all are
        return cut.strip()
    whole = cut.encode(errors="replace").decode()
    spaced = "".join(" " if sign.isspace() else sign for sign in whole)
    seen = "".join(sign for sign in spaced if sign.isprintable() and sign not in _BLANK)
    return " ".join(seen.split())
