"""Pictures as pages answer with them and as tools return them."""

import base64
import io
from typing import Any

from PIL import Image

MOST_CHARACTERS = 240_000


def opened_picture(answer: dict[str, Any]) -> Image.Image:
    assert answer["mimeType"] == "image/jpeg"
    assert len(answer["data"]) <= MOST_CHARACTERS
    picture = Image.open(io.BytesIO(base64.b64decode(answer["data"], validate=True)))
    assert picture.format == "JPEG"
    assert picture.size == (answer["width"], answer["height"])
    return picture.convert("RGB")


def picture_of(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data, validate=True))).convert("RGB")
