"""QR codes of links: what their modules are, and pictures of them for a page."""

import segno
from django.utils.safestring import SafeString, mark_safe

QUIET_MODULES = 4  # the white border that ISO/IEC 18004 asks for
_MASK = 0  # fixed: trying all eight takes ten times as long, and any of them can be read


def qr_code(link: str) -> segno.QRCode:
    """The QR code of a link of at most 2,000 characters."""
    return segno.make(link, error="m", micro=False, mask=_MASK, boost_error=False)


def qr_svg(link: str) -> SafeString:
    """An `<svg>` element of any size with the QR code of a link of at most 2,000 characters."""
    svg = qr_code(link).svg_inline(
        border=QUIET_MODULES, dark="#000", light="#fff", omitsize=True, svgclass=None
    )
    return mark_safe(svg)  # noqa: S308 - paths and numbers: the link itself is not in it
