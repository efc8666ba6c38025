"""What may be stored of texts that come from outside."""

# They show nothing, though Unicode counts them among letters, marks and symbols.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def storable(text: str, limit: int) -> str:
    """Cut a stranger's text to one line, of which people see every character.

    Left out are control characters, those that turn the direction of what follows and those that
    nobody sees, NUL among them, which PostgreSQL cannot hold; half surrogate pairs become "?".
    """
    cut = text[:limit]
    if cut.isascii() and cut.isprintable():  # nearly all are
        return cut.strip()
    whole = cut.encode(errors="replace").decode()
    spaced = "".join(" " if sign.isspace() else sign for sign in whole)
    seen = "".join(sign for sign in spaced if sign.isprintable() and sign not in _BLANK)
    return " ".join(seen.split())
