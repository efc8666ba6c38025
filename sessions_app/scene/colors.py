"""Parses colors to "#rrggbb", and names them."""

import difflib
import re
from dataclasses import dataclass

from sessions_app.scene.color_names import CRAYON_COLORS, CSS_COLORS
from sessions_app.scene.errors import InvalidValueError, quoted

COLOR_TEXT_LIMIT = 64

_HEX = re.compile(r"(?:#|0x)[0-9a-f]{6}|#[0-9a-f]{3}|#[0-9a-f]{3}f|#[0-9a-f]{6}ff")
_BARE_HEX = re.compile(r"[0-9a-f]{6}", re.IGNORECASE)
# Below this, the curve of sRGB is a line.
_DARK = 0.04045
_QUOTES = " \t\r\n\"'`"
_IGNORED_IN_NAMES = re.compile(r"[\s_-]+")


def _key(text: str) -> str:
    return _IGNORED_IN_NAMES.sub("", text).lower()


@dataclass(frozen=True, slots=True)
class Color:
    """A color as stored (`hex`, "#rrggbb" in lower case), with its name if it has one."""

    hex: str
    name: str | None

    @property
    def label(self) -> str:
        """The name with the hex value, "teal (#008688)", or the hex value alone."""
        return f"{self.name} ({self.hex})" if self.name else self.hex


# Crayon names come last and so win over CSS names with the same spelling.
_HEX_BY_NAME = CSS_COLORS | CRAYON_COLORS
_NAME_BY_KEY = {_key(name): name for name in _HEX_BY_NAME}

# Prefer CSS names, which people use ("white", not "snow"), unless the tables disagree: CSS "aqua"
# is cyan, while "aqua" here means the crayon. Of several names, the first one wins.
_NAME_BY_HEX = {hex_: name for name, hex_ in CRAYON_COLORS.items()} | {
    hex_: name for name, hex_ in reversed(CSS_COLORS.items()) if _HEX_BY_NAME[name] == hex_
}


def shaded(hex_: str, share: float) -> str:
    """Return a color as light as this share of it is, in linear light as pages multiply it."""
    channels = (int(hex_[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (((c + 0.055) / 1.055) ** 2.4 if c > _DARK else c / 12.92 for c in channels)
    lit = (min(1.0, share * c) for c in linear)
    back = (1.055 * c ** (1 / 2.4) - 0.055 if c > _DARK / 12.92 else 12.92 * c for c in lit)
    return "#" + "".join(f"{round(255 * c):02x}" for c in back)


def parse_color(text: str) -> Color:
    """Read "#rrggbb", "#rgb", one of the 48 crayon names or one of the 148 CSS color names.

    Case, blanks, hyphens and underscores in a name do not matter. A crayon name wins over the same
    CSS name. Surrounding quotes, "0x" for "#" and an opaque alpha are accepted.

    Raises:
        InvalidValueError: the text is no color; the message offers the nearest names.
    """
    if len(text) > COLOR_TEXT_LIMIT:
        raise InvalidValueError(
            f"The color {quoted(text)} has {len(text)} characters; at most {COLOR_TEXT_LIMIT} are "
            "accepted. Give #rrggbb, #rgb, a crayon name or a CSS color name."
        )
    bare = text.strip(_QUOTES)
    if name := _NAME_BY_KEY.get(_key(bare)):
        return Color(_HEX_BY_NAME[name], name)
    written = bare.lower()
    if not _HEX.fullmatch(written):
        raise _unknown_color(text)
    digits = written.removeprefix("#").removeprefix("0x")
    digits = digits[:6] if len(digits) > 5 else "".join(digit * 2 for digit in digits[:3])
    return Color(f"#{digits}", _NAME_BY_HEX.get(f"#{digits}"))


def _unknown_color(text: str) -> InvalidValueError:
    bare = text.strip(_QUOTES)
    hint = f" Did you mean #{bare.lower()}?" if _BARE_HEX.fullmatch(bare) else ""
    return InvalidValueError(
        f"The color {quoted(text)} is not known.{hint} Give #rrggbb, #rgb, one of the 48 crayon "
        "names (such as teal or sea foam) or a CSS color name. "
        f"The nearest names are {', '.join(nearest_color_names(text))}."
    )


def nearest_color_names(text: str) -> list[str]:
    """Return the three names with the closest spelling, the nearest first."""
    key = _key(text[:COLOR_TEXT_LIMIT])
    nearest = difflib.get_close_matches(key, _NAME_BY_KEY, n=3, cutoff=0)
    return [_NAME_BY_KEY[match] for match in nearest]


def color_label(hex_: str) -> str:
    """Label a stored color: "teal (#008688)" if it has a name (CSS first), else the hex."""
    return Color(hex_, _NAME_BY_HEX.get(hex_)).label
