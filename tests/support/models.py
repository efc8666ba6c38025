"""Small models in the glTF format, made byte by byte, so that they may be wrong as well."""

import base64
import io
import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

Vector = Sequence[float]

_FLOAT, _SHORT = 5126, 5123


def packed(json_chunk: Mapping[str, Any] | bytes, binary: bytes = b"") -> bytes:
    """A GLB of these chunks."""
    text = json_chunk if isinstance(json_chunk, bytes) else json.dumps(json_chunk).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    if binary:
        chunks += struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def box_corners(low: Vector, high: Vector) -> list[tuple[float, ...]]:
    return [
        (x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])
    ]


_FACES = [
    *(0, 1, 3, 0, 3, 2, 4, 6, 7, 4, 7, 5, 0, 4, 5, 0, 5, 1),
    *(2, 3, 7, 2, 7, 6, 0, 2, 6, 0, 6, 4, 1, 5, 7, 1, 7, 3),
]


def box_document(
    low: Vector = (0, 0, 0), high: Vector = (2, 1, 4), color: Vector = (0.8, 0.1, 0.1)
) -> tuple[dict[str, Any], bytes]:
    """A box with a red material: its JSON, and its data."""
    corners = box_corners(low, high)
    places = b"".join(struct.pack("<3f", *corner) for corner in corners)
    faces = struct.pack(f"<{len(_FACES)}H", *_FACES)
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "body"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "material": 0}]}],
        "materials": [{"name": "paint", "pbrMetallicRoughness": {"baseColorFactor": [*color, 1]}}],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": _FLOAT,
                "count": len(corners),
                "type": "VEC3",
                "min": [float(value) for value in low],
                "max": [float(value) for value in high],
            },
            {"bufferView": 1, "componentType": _SHORT, "count": len(_FACES), "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": len(places), "target": 34962},
            {"buffer": 0, "byteOffset": len(places), "byteLength": len(faces), "target": 34963},
        ],
        "buffers": [{"byteLength": len(places) + len(faces)}],
    }
    return document, places + faces


def box_model(low: Vector = (0, 0, 0), high: Vector = (2, 1, 4), **more: Any) -> bytes:
    """The same as a GLB."""
    return packed(*box_document(low, high, **more))


def as_text(document: Mapping[str, Any], binary: bytes) -> bytes:
    """A model as JSON that holds its data."""
    uri = f"data:application/octet-stream;base64,{base64.b64encode(binary).decode()}"
    buffers = [{**document["buffers"][0], "uri": uri}]
    return json.dumps({**document, "buffers": buffers}).encode()


def large_model(megabytes: int) -> bytes:
    """A box beside an image of so many bytes that nothing uses, and that the check drops."""
    document, binary = box_document()
    filler = b"\x89PNG\r\n\x1a\n" + bytes(megabytes * 2**20)
    document["bufferViews"].append(
        {"buffer": 0, "byteOffset": len(binary), "byteLength": len(filler)}
    )
    document["buffers"][0]["byteLength"] = len(binary) + len(filler)
    return packed(document, binary + filler)


def textured_model(side: int = 4) -> bytes:
    """A square that stands, front to +z, with a green picture on it."""
    image = io.BytesIO()
    Image.new("RGB", (side, side), (20, 160, 40)).save(image, "PNG")
    picture = image.getvalue()
    places = struct.pack("<12f", 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0)
    across = struct.pack("<8f", 0, 1, 1, 1, 1, 0, 0, 0)
    faces = struct.pack("<6H", 0, 1, 2, 0, 2, 3)
    parts = [places, across, faces, picture]
    views, at = [], 0
    for part in parts:
        views.append({"buffer": 0, "byteOffset": at, "byteLength": len(part)})
        at += len(part)
    material = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicFactor": 0}}
    attributes = {"POSITION": 0, "TEXCOORD_0": 1}
    document = {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": attributes, "indices": 2, "material": 0}]}],
        "materials": [material],
        "textures": [{"source": 0}],
        "images": [{"bufferView": 3, "mimeType": "image/png"}],
        "accessors": [
            {"bufferView": 0, "componentType": _FLOAT, "count": 4, "type": "VEC3",
             "min": [0, 0, 0], "max": [1, 1, 0]},
            {"bufferView": 1, "componentType": _FLOAT, "count": 4, "type": "VEC2"},
            {"bufferView": 2, "componentType": _SHORT, "count": 6, "type": "SCALAR"},
        ],
        "bufferViews": views,
        "buffers": [{"byteLength": at}],
    }  # fmt: skip
    return packed(document, b"".join(parts))
