"""What may be stored of texts that come from outside."""


def storable(text: str, limit: int) -> str:
    """Cut a stranger's text, without what PostgreSQL cannot hold: NUL and half surrogate pairs."""
    return text[:limit].replace("\x00", "").encode(errors="replace").decode()
