"""The check of a model, each in a process of its own: what is drawn, what is refused, why."""

import json
import subprocess
import sys
import tempfile
from typing import Any

import pytest

from sessions_app.assets import node
from sessions_app.assets.checking import checker_command
from tests.support.broken_models import corpus
from tests.support.models import box_document, box_model, packed

MOST_KILOBYTES = 300 * 1024
MOST_SECONDS = 2.0
# Runs a command. To Linux a process is as large as what it was forked from: so from a small one.
MEASURED = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], close_fds=False, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = used.ru_utime + used.ru_stime
print(json.dumps({"kilobytes": used.ru_maxrss, "seconds": seconds}), file=sys.stderr)
"""


def checked(content: bytes) -> dict[str, Any]:
    """What the process says, which has kept within its time and memory."""
    path = node.program()
    assert path, "run `make page`; Node.js comes with the development packages"
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as plain:
        given.write(content)
        given.seek(0)
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *checker_command(path, plain.fileno())],
            stdin=given,
            capture_output=True,
            pass_fds=(plain.fileno(),),
            check=False,
        )
        told, used = done.stdout, json.loads(done.stderr.splitlines()[-1])
        assert used["kilobytes"] < MOST_KILOBYTES
        assert used["seconds"] < MOST_SECONDS
        plain.seek(0)
        written = plain.read()
    answer: dict[str, Any] = json.loads(told) if told else {"refused": "ended"}
    assert ("facts" in answer) == (written[:4] == b"glTF")
    return answer


def test_the_box_is_that_of_what_is_drawn() -> None:
    document, binary = box_document(low=(-1, 0, 2), high=(1, 3, 4))
    half_turn = [0, 0.7071068, 0, 0.7071068]  # a quarter about y: x becomes -z
    document["nodes"] = [
        {"children": [1], "scale": [2, 2, 2], "translation": [0, 10, 0]},
        {"mesh": 0, "rotation": half_turn},
        {"mesh": 0, "name": "of no scene", "translation": [99, 0, 0]},
    ]
    facts = checked(packed(document, binary))["facts"]
    assert facts["min"] == pytest.approx([4, 10, -2], abs=1e-4)
    assert facts["max"] == pytest.approx([8, 16, 2], abs=1e-4)
    assert facts["triangles"] == 12


def test_bones_and_morphs_move_the_box() -> None:
    document, binary = box_document(high=(1, 1, 1))
    count = len(binary)
    document["nodes"] = [{"mesh": 0, "skin": 0}, {"translation": [5, 0, 0]}]
    document["scenes"] = [{"nodes": [0, 1]}]
    document["skins"] = [{"joints": [1]}]
    joints, shares = bytes(8 * 4), bytes([255, 0, 0, 0]) * 8
    offsets = b"\0\0\0\0\0\0\x80\x3f\0\0\0\0" * 8  # one up
    for data in (joints, shares, offsets):
        document["bufferViews"].append(
            {"buffer": 0, "byteOffset": len(binary), "byteLength": len(data)}
        )
        binary += data
    document["bufferViews"][2] |= {"target": 34962, "byteStride": 4}
    document["bufferViews"][3] |= {"target": 34962, "byteStride": 4}
    document["accessors"] += [
        {"bufferView": 2, "componentType": 5121, "count": 8, "type": "VEC4"},
        {"bufferView": 3, "componentType": 5121, "normalized": True, "count": 8, "type": "VEC4"},
        {"bufferView": 4, "componentType": 5126, "count": 8, "type": "VEC3", "min": [0, 1, 0],
         "max": [0, 1, 0]},
    ]  # fmt: skip
    primitive = document["meshes"][0]["primitives"][0]
    primitive["attributes"] |= {"JOINTS_0": 2, "WEIGHTS_0": 3}
    primitive["targets"] = [{"POSITION": 4}]
    document["meshes"][0]["weights"] = [0.5]
    document["buffers"][0]["byteLength"] = len(binary)
    assert count < len(binary)
    facts = checked(packed(document, binary))["facts"]
    assert (facts["min"], facts["max"]) == ([5, 0.5, 0], [6, 1.5, 1])


def test_what_is_refused_says_why() -> None:
    def refusal(content: bytes) -> str:
        return str(checked(content)["refused"])

    assert "says that it has" in refusal(box_model()[:-4])
    document, binary = box_document()
    nodes = [{"children": [1]}, {"children": [0], "mesh": 0}]
    assert "not a root node" in refusal(packed(document | {"nodes": nodes}, binary))
    required = {"extensionsUsed": ["KHR_xyz"], "extensionsRequired": ["KHR_xyz"]}
    assert "KHR_xyz" in refusal(packed(document | required, binary))
    assert "nothing in it to draw" in refusal(packed({"asset": {"version": "2.0"}, "scenes": [{}]}))


@pytest.mark.parametrize(
    "count", [20, pytest.param(200, marks=pytest.mark.long)], ids=["some", "all"]
)
def test_broken_files_are_refused_or_drawn(count: int) -> None:
    refused = [
        (name, answer)
        for name, content in corpus(count)
        if "refused" in (answer := checked(content)) and sys.stderr.write(f"{name}: {answer}\n")
    ]
    assert len(refused) >= count * 3 // 4
    assert all(answer["refused"] for _, answer in refused)
