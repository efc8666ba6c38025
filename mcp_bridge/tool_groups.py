"""The groups of tools that are listed on request only; each tool can be called by name anyway."""

from collections.abc import Iterable

STUDIO = "studio"
GROUPS = (STUDIO,)


class UnknownGroupError(ValueError):
    """There is no such group; the message names it and those that there are."""

    def __init__(self, name: str) -> None:
        shown = ascii(name[:40])
        super().__init__(f"There is no group of tools {shown}, only: {', '.join(GROUPS)}")


def read_groups(texts: Iterable[str]) -> frozenset[str]:
    """Return the groups in lists with commas, in any case.

    Raises:
        UnknownGroupError: one is not known.
    """
    names = [name.strip().lower() for text in texts for name in text.split(",")]
    for name in filter(None, names):
        if name not in GROUPS:
            raise UnknownGroupError(name)
    return frozenset(filter(None, names))
