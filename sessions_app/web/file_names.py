"""Names of files that are made of scenes."""

import re
import unicodedata

_LONGEST_NAME = 60
_OF_SCENE = "scene"
# What Windows keeps for devices, whatever comes after a dot.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE | re.ASCII)


def file_name(name: str, extension: str) -> str:
    """Return a file name that every file system takes; `static/js/ui/downloads.js` does the same.

    Args:
        name: whatever people and models call what is in it; may be empty.
        extension: without its dot.
    """
    spaced = "".join(sign if _is_kept(sign) else " " for sign in unicodedata.normalize("NFC", name))
    whole = "-".join(spaced.split())[:_LONGEST_NAME] or _OF_SCENE
    if _RESERVED.fullmatch(whole):
        whole = f"{_OF_SCENE}-{whole}"
    return f"{whole}.{extension}"


def _is_kept(sign: str) -> bool:
    """Return whether it is a letter, a mark, a digit or an underscore."""
    return sign == "_" or unicodedata.category(sign)[0] in "LMN"
