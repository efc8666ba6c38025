"""QR codes of links, as PNG images."""

import base64
import io
from functools import lru_cache

from mcp_types import ImageContent

from sessions_app.web import qr_codes

_MODULE_PIXELS = 6


@lru_cache(maxsize=256)
def qr_code(link: str) -> ImageContent:
    """Return an image block with the QR code of a link of at most 2,000 characters."""
    png = io.BytesIO()
    code = qr_codes.qr_code(link)
    code.save(png, kind="png", scale=_MODULE_PIXELS, border=qr_codes.QUIET_MODULES)
    data = base64.b64encode(png.getvalue()).decode("ascii")
    return ImageContent(type="image", data=data, mime_type="image/png")
