"""Files of scenes: downloaded by their link, and binary glTF as it is read."""

import json
import struct
from typing import Any

from tests.support.http import http_client

_ACCESSORS = {5126: 4, 5125: 4, 5123: 2, 5121: 1}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}


def read_glb(data: bytes) -> dict[str, Any]:
    """The JSON of a binary glTF file, all of whose accessors lie within its one buffer."""
    magic, version, length, size, kind = struct.unpack_from("<4sIII4s", data)
    assert (magic, version, length, kind) == (b"glTF", 2, len(data), b"JSON")
    gltf: dict[str, Any] = json.loads(data[20 : 20 + size])
    binary, kind = struct.unpack_from("<I4s", data, 20 + size)
    assert kind == b"BIN\x00"
    assert 28 + size + binary == len(data)
    assert gltf["buffers"] == [{"byteLength": binary}]
    for accessor in gltf["accessors"]:
        view = gltf["bufferViews"][accessor["bufferView"]]
        width = _ACCESSORS[accessor["componentType"]] * _WIDTHS[accessor["type"]]
        stride = view.get("byteStride", width)
        end = accessor.get("byteOffset", 0) + stride * (accessor["count"] - 1) + width
        assert end <= view["byteLength"] <= binary - view.get("byteOffset", 0)
    return gltf


async def download(url: str) -> bytes:
    async with http_client() as http:
        response = await http.get(url)
    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["x-content-type-options"] == "nosniff"
    return response.content
