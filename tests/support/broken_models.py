"""Files that look like models and are none, or lie: each by a name, made from a seed."""

import json
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from tests.support.models import box_document, box_model, packed

Made = Callable[[random.Random], bytes]


def corpus(count: int, seed: int = 7) -> Iterator[tuple[str, bytes]]:
    """Yield so many of them, of all sorts in turn."""
    dice = random.Random(seed)
    for number in range(count):
        made = _SORTS[number % len(_SORTS)]
        yield f"{made.__name__.strip('_')} {number}", made(dice)


def _cut(dice: random.Random) -> bytes:
    whole = box_model()
    return whole[: dice.randrange(1, len(whole))]


def _cut_and_says_so(dice: random.Random) -> bytes:
    """Cut off, with a total length that fits: this one ends the validator's process."""
    whole = box_model()
    short = whole[: dice.randrange(20, len(whole))]
    return short[:8] + struct.pack("<I", len(short)) + short[12:]


def _lying_chunk(dice: random.Random) -> bytes:
    whole = bytearray(box_model())
    struct.pack_into("<I", whole, 12, dice.choice([0, 1, 2**31, 2**32 - 1, len(whole) * 2]))
    return bytes(whole)


def _flipped(dice: random.Random) -> bytes:
    whole = bytearray(box_model())
    for _ in range(dice.randrange(1, 60)):
        whole[dice.randrange(len(whole))] = dice.randrange(256)
    return bytes(whole)


def _noise(dice: random.Random) -> bytes:
    return dice.choice([b"", b"glTF", b"{", b"[" * 1000]) + dice.randbytes(dice.randrange(3000))


def _huge_count(dice: random.Random) -> bytes:
    document, binary = box_document()
    count = dice.choice([10**9, 2**31 - 1, 2**53, -1, 1e300, "many", 7_999_999])
    accessor = document["accessors"][dice.randrange(2)]
    accessor["count"] = count
    if dice.random() < 0.5:
        del accessor["bufferView"]
    return packed(document, binary)


def _huge_sparse(dice: random.Random) -> bytes:
    document, binary = box_document()
    document["accessors"][0] |= {
        "sparse": {
            "count": dice.choice([10**8, 9, 0, -3]),
            "indices": {"bufferView": 1, "componentType": 5123},
            "values": {"bufferView": 0},
        }
    }
    return packed(document, binary)


def _cycle(dice: random.Random) -> bytes:
    document, binary = box_document()
    count = dice.randrange(1, 40)
    document["nodes"] = [{"mesh": 0, "children": [(number + 1) % count]} for number in range(count)]
    return packed(document, binary)


def _long_chain(dice: random.Random) -> bytes:
    document, binary = box_document()
    count = dice.choice([9_000, 10_001, 100_000])
    document["nodes"] = [{"children": [number + 1]} for number in range(count - 1)] + [{"mesh": 0}]
    return packed(document, binary)


def _two_parents(_: random.Random) -> bytes:
    document, binary = box_document()
    document["nodes"] = [{"children": [1, 2]}, {"children": [3]}, {"children": [3]}, {"mesh": 0}]
    return packed(document, binary)


def _remote(dice: random.Random) -> bytes:
    document, binary = box_document()
    uri = dice.choice(["http://127.0.0.1:1/a", "file:///etc/passwd", "../a.bin", "//h/a", "a.bin"])
    if dice.random() < 0.5:
        document["buffers"].append({"byteLength": 10, "uri": uri})
    else:
        document["images"] = [{"uri": uri}]
    return packed(document, binary)


def _deep_json(dice: random.Random) -> bytes:
    depth = dice.choice([40, 10_000, 1_000_000])
    return packed(b'{"asset":' + b"[" * depth + b"]" * depth + b"}")


def _many(dice: random.Random) -> bytes:
    document, binary = box_document()
    name = dice.choice(["nodes", "meshes", "materials", "images", "accessors", "animations"])
    document[name] = [{}] * dice.choice([60_000, 300_000])
    return packed(document, binary)


def _wrong_types(dice: random.Random) -> bytes:
    document, binary = box_document()
    name = dice.choice(sorted(document))
    document[name] = dice.choice([None, 5, "text", [1], [None], {"a": 1}, [[]]])
    return packed(document, binary)


def _bomb(dice: random.Random) -> bytes:
    """A texture of a few kB that unpacks to gigabytes."""
    side = dice.choice([20_000, 60_000, 2**31 - 1])
    return _with_image(_png(side, side), "image/png")


def _no_image(dice: random.Random) -> bytes:
    content = dice.choice([b"GIF89a" + bytes(20), b"<svg onload='x'/>", b"\x89PNG", b"\xff\xd8"])
    return _with_image(content, dice.choice(["image/png", "image/jpeg", "image/svg+xml"]))


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _with_image(image: bytes, media_type: str) -> bytes:
    document, binary = box_document()
    document["bufferViews"].append(
        {"buffer": 0, "byteOffset": len(binary), "byteLength": len(image)}
    )
    document["buffers"][0]["byteLength"] = len(binary) + len(image)
    document["images"] = [{"bufferView": 2, "mimeType": media_type}]
    document["textures"] = [{"source": 0}]
    document["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"] = {"index": 0}
    return packed(document, binary + image)


def _extension(dice: random.Random) -> bytes:
    document, binary = box_document()
    name = dice.choice(["KHR_texture_basisu", "EVIL_run_script", "KHR_draco_mesh_compression"])
    document |= {"extensionsUsed": [name], "extensionsRequired": [name]}
    if "draco" in name:
        document["meshes"][0]["primitives"][0]["extensions"] = {
            name: {"bufferView": 0, "attributes": {"POSITION": 0}}
        }
    return packed(document, binary)


def _meshopt_bomb(dice: random.Random) -> bytes:
    document, binary = box_document()
    name = "EXT_meshopt_compression"
    document |= {"extensionsUsed": [name], "extensionsRequired": [name]}
    document["bufferViews"][0]["extensions"] = {
        name: {
            "buffer": 0,
            "byteLength": 20,
            "byteStride": 256,
            "count": dice.choice([8, 10**6, 10**9]),
            "mode": "ATTRIBUTES",
        }
    }
    return packed(document, binary)


def _no_numbers(dice: random.Random) -> bytes:
    document, binary = box_document()
    values = dice.choice([[float("nan")], [float("inf")], [3e38]])
    places = struct.pack("<3f", *(values * 3))
    return packed(json.dumps(document).encode(), places + binary[12:])


def _empty(dice: random.Random) -> bytes:
    nothing: list[dict[str, Any]] = [
        {},
        {"asset": {"version": "2.0"}},
        {"asset": {"version": "2.0"}, "scenes": [{}]},
        {"asset": {"version": "1.0"}},
        {"asset": {"version": "2.0"}, "scene": 5, "scenes": [{"nodes": []}]},
    ]
    return packed(dice.choice(nothing))


_SORTS: list[Made] = [
    _cut, _cut_and_says_so, _lying_chunk, _flipped, _noise, _huge_count, _huge_sparse, _cycle,
    _long_chain, _two_parents, _remote, _deep_json, _many, _wrong_types, _bomb, _no_image,
    _extension, _meshopt_bomb, _no_numbers, _empty,
]  # fmt: skip
