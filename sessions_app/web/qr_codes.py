"""QR codes of links, as modules and as SVG."""

import segno
from django.utils.safestring import SafeString, mark_safe

QUIET_MODULES = 4  # the quiet zone that ISO/IEC 18004 requires
_MASK = 0  # fixed: trying all eight takes ten times as long, and any mask scans


def qr_code(link: str) -> segno.QRCode:
    """Return the QR code of a link of at most 2,000 characters."""
    return segno.make(link, error="m", micro=False, mask=_MASK, boost_error=False)


def qr_svg(link: str) -> SafeString:
    """Return a scalable `<svg>` of the QR code of a link of at most 2,000 characters."""
    svg = qr_code(link).svg_inline(
        border=QUIET_MODULES, dark="#000", light="#fff", omitsize=True, svgclass=None
    )
    return mark_safe(svg)  # noqa: S308 - only paths and numbers, not the link itself
